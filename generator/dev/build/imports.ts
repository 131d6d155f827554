import { isBuiltin } from "node:module";
import { posix } from "node:path";
import { ts } from "ts-morph";
import { type ImportQuestion, isPlainCompiler, type PlannedImport, planAddress, relativeName } from "./addresses.js";
import type { BuildProblem } from "./builder.js";
import { type NamedModule, namedModules } from "./named-modules.js";
import type { ResolvedName } from "./program.js";
import { localPath } from "./project-path.js";

/** A name as the compiler writes it. */
function asCompiled(name: string, options: ts.CompilerOptions): string {
  const isKept = options.rewriteRelativeImportExtensions !== true || !name.startsWith(".");
  if (isKept || /\.d\.[cm]?ts$/.test(name)) return name;
  return name.replace(/\.tsx?$/, ".js").replace(/\.([cm])ts$/, ".$1js");
}

/** Why Node does not find after `npm run build` what the compiler has found. `beside`: where the name leads by itself. */
function whyNotFound(name: string, beside: string, output: string): string {
  if (name.startsWith("#")) return "`imports` of package.json does not lead to the compiled file";
  if (!name.startsWith("."))
    return "the compiler follows `paths` and `baseUrl`, but does not change the name in the compiled file";
  if (output.startsWith(beside.replace(/\.[cm]?[jt]sx?$/, ""))) return "Node needs the whole name of the compiled file";
  return "the compiler follows `rootDirs` and the like, but does not change the name in the compiled file";
}

/** The module beside a JSON file that Node can import without being told that the file is JSON, as a bundler can. */
export function jsonModuleOf(path: string): string {
  return `${path}.mjs`;
}

/** Endings of files that Node imports. It asks nobody about files without an ending. */
const loadable = /(?:\.[cm]?js|\.json|\.node|\.wasm|\/[^./]+)$/;

/** Each name that the file imports, exports from, or builds an address with. */
export function planImports(file: ts.SourceFile, question: ImportQuestion): readonly PlannedImport[] {
  const { setup, places, opened, after } = question;
  const { dir, scripts, options } = setup;
  const from = places.outputs.get(file.fileName) ?? file.fileName;
  const beside = (name: string) => posix.join(posix.dirname(file.fileName), name.replace(/[?#].*$/, ""));

  function found(named: NamedModule, source: string, output: string, mode: ts.ResolutionMode): PlannedImport {
    const { name, kind, hasAttributes } = named;
    const asModule = setup.format === "esm" && source.endsWith(".json") && kind !== "require" && !hasAttributes;
    if (asModule) return { named, rewritten: relativeName(from, jsonModuleOf(output)) };
    if (after.nodeFinds(asCompiled(name, options), from, mode) === output) return { named };
    const rewritten = relativeName(from, output);
    if (!isPlainCompiler(scripts)) return { named, rewritten };
    const message = `\`kiket-gen dev\` finds "${name}", but the program does not after \`npm run build\`: ${whyNotFound(name, posix.join(posix.dirname(from), name), output)}`;
    const written = posix.join(posix.dirname(source), posix.basename(output));
    const hint = `write "${relativeName(file.fileName, written)}"`;
    return { named, rewritten, finding: { severity: "warning", message, hint } };
  }

  function lost(named: NamedModule): PlannedImport {
    const { name, statement } = named;
    // What runs later may not run at all, or may be prepared for it.
    if (isBuiltin(name) || statement < 0) return { named };
    if (!/^\.\.?(?:\/|$)/.test(name)) {
      if (setup.isPlugAndPlay) return { named };
      const message = `nothing is found for "${name}"`;
      const hint = scripts.bundles
        ? "install the package; what only the bundler of `npm run build` makes is not there in `kiket-gen dev`, where Node runs each file"
        : "install the package";
      return { named, finding: { severity: "warning", message, hint } };
    }
    const isFile = ts.sys.fileExists(beside(name));
    if (scripts.bundles && isFile) {
      const message = `Node cannot import "${name}"; only the bundler of \`npm run build\` can`;
      const hint = "read the file with readFileSync(new URL(…, import.meta.url))";
      return { named, finding: { severity: "warning", message, hint } };
    }
    const isLoaded = loadable.test(name);
    const message = isFile && !isLoaded ? `Node cannot import "${name}"` : `cannot find "${name}"`;
    const hint =
      isFile && !isLoaded
        ? "read the file with readFileSync(new URL(…, import.meta.url))"
        : isFile
          ? `the compiler does not copy ${localPath(dir, beside(name))} to the output: let the script \`build\` do it, or set \`allowJs\` for JavaScript`
          : "there is no such file";
    return { named, finding: { severity: "error", message, hint } };
  }

  function installed(named: NamedModule, { path, isDeclaration }: ResolvedName): PlannedImport {
    if (isDeclaration || !/\.[cm]?tsx?$/.test(path)) return { named };
    const message = `the package "${named.name}" has TypeScript only, which Node does not run`;
    const hint = "build the package, and let its package.json name the compiled files";
    return { named, finding: { severity: "warning", message, hint } };
  }

  function plan(named: NamedModule): PlannedImport {
    if (named.kind === "address") return planAddress(named, file, question);
    const mode = opened.nodeMode(file, named);
    const target = opened.resolve(file, named);
    const output = target === undefined ? undefined : places.outputs.get(target.path);
    if (target !== undefined && output !== undefined) return found(named, target.path, output, mode);
    if (target?.isPackage === true) return installed(named, target);
    const path = after.nodeFinds(asCompiled(named.name, options), from, mode);
    return path === undefined || !loadable.test(path) ? lost(named) : { named };
  }
  return namedModules(file).map(plan);
}

export interface ImportFinding {
  readonly severity: "error" | "warning";
  readonly problem: BuildProblem;
}

/** `kept`: the statements that are left in the compiled file. */
export function importFindings(
  file: ts.SourceFile,
  dir: string,
  imports: readonly PlannedImport[],
  kept: ReadonlySet<number>,
): ImportFinding[] {
  return imports.flatMap(({ named, finding }) => {
    if (finding === undefined || (named.statement >= 0 && !kept.has(named.statement))) return [];
    const { severity, message, hint } = finding;
    const { line, character } = file.getLineAndCharacterOfPosition(named.literal.getStart(file));
    const problem = { file: localPath(dir, file.fileName), line: line + 1, column: character + 1, message, hint };
    return [{ severity, problem }];
  });
}
