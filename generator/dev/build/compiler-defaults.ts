import { ts } from "ts-morph";

const { ModuleKind, ScriptTarget } = ts;

/** The target that TypeScript 5 takes for a kind of modules. */
function targetFor(module: ts.ModuleKind | undefined): ts.ScriptTarget {
  if (module === ModuleKind.NodeNext) return ScriptTarget.ESNext;
  if (module === ModuleKind.Node20) return ScriptTarget.ES2023;
  return module === ModuleKind.Node16 || module === ModuleKind.Node18 ? ScriptTarget.ES2022 : ScriptTarget.ES5;
}

/**
 * The options with the defaults of the project's TypeScript, where those of the compiler that is used here are others. `major`: that of
 * the project's TypeScript; 0 if it has none.
 */
export function withDefaultsOf(major: number, options: ts.CompilerOptions): ts.CompilerOptions {
  if (major === 0 || major > 5) return options;
  const target = options.target ?? targetFor(options.module);
  const module = options.module ?? (target >= ScriptTarget.ES2015 ? ModuleKind.ES2015 : ModuleKind.CommonJS);
  const interop = options.esModuleInterop ?? module >= ModuleKind.Node16;
  const known = { ...options, target, module, esModuleInterop: interop };
  known.alwaysStrict ??= options.strict ?? false;
  if (module === ModuleKind.CommonJS) known.moduleResolution ??= ts.ModuleResolutionKind.Node10;
  return known;
}

/** Whether files without a `rootDir` are placed from the folder of the configuration, and not from the folder that they have in common. */
export function placesFromConfig(major: number, options: ts.CompilerOptions): boolean {
  return options.composite === true || major === 0 || major > 5;
}
