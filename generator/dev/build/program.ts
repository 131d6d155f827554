import { ts } from "ts-morph";
import { describeSystemError, readRegular } from "../../project/host.js";
import { type BuildSetup, problemAt } from "./build-setup.js";
import type { BuildProblem } from "./builder.js";
import { type NamedModule, namedModules } from "./named-modules.js";
import { readText } from "./plain-system.js";
import { localPath } from "./project-path.js";

/** Where a name in a source leads by the project's own rules. */
export interface ResolvedName {
  readonly path: string;
  readonly isPackage: boolean;
  /** A declaration, which leaves nothing in what is compiled. */
  readonly isDeclaration: boolean;
}

export interface SourceProgram {
  readonly program: ts.Program;
  readonly options: ts.CompilerOptions;
  resolve(file: ts.SourceFile, named: NamedModule): ResolvedName | undefined;
  /** Whether Node looks for it as `import` does or as `require` does, in the compiled file. */
  nodeMode(file: ts.SourceFile, named: NamedModule): ts.ModuleKind.ESNext | ts.ModuleKind.CommonJS;
  /** All that may be compiled. */
  readonly sources: readonly ts.SourceFile[];
  readonly problems: readonly BuildProblem[];
}

/** Sources that were parsed before. */
export type ParsedSources = Map<string, { readonly text: string; readonly key: string; readonly file: ts.SourceFile }>;

/** What compiled files are made with: no types are checked, and no names of the platform are looked up. */
function emitOptions({ options, format, isModule }: BuildSetup): ts.CompilerOptions {
  const own: ts.CompilerOptions = {
    ...options,
    noEmit: false,
    noCheck: true,
    noLib: true,
    types: [],
    sourceMap: true,
    outDir: "/compiled",
    rootDir: "/",
    noEmitOnError: false,
    skipLibCheck: true,
    inlineSources: false,
    inlineSourceMap: false,
  };
  const dropped = [
    ...["declaration", "declarationMap", "declarationDir", "emitDeclarationOnly", "composite", "incremental"],
    ...["tsBuildInfoFile", "isolatedDeclarations", "lib", "sourceRoot", "mapRoot", "outFile", "configFilePath"],
    ...["rootDirs", "paths", "allowImportingTsExtensions"],
  ];
  for (const name of dropped) own[name] = undefined;
  // Node does not read JSX, so something after the compiler turns it into calls.
  if (own.jsx === ts.JsxEmit.Preserve || own.jsx === ts.JsxEmit.ReactNative) own.jsx = ts.JsxEmit.ReactJSX;
  const ofNode = own.module !== undefined && own.module >= ts.ModuleKind.Node16 && own.module <= ts.ModuleKind.NodeNext;
  if (format !== undefined) {
    own.esModuleInterop = true;
    const isUsual = (format === "esm") === isModule;
    if (!ofNode || !isUsual) own.module = format === "esm" ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS;
  }
  return own;
}

/** A bundle has one format. The compiler would take that of the package that a source is in. */
function formatOfSource(
  path: string,
  format: ts.ScriptTarget | ts.CreateSourceFileOptions,
  { format: bundle }: BuildSetup,
): ts.ScriptTarget | ts.CreateSourceFileOptions {
  if (bundle === undefined || typeof format !== "object" || !/(?<!\.d)\.[jt]sx?$/.test(path)) return format;
  return { ...format, impliedNodeFormat: bundle === "esm" ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS };
}

const declaration = /\.d\.(?:[^./]+\.)?[cm]?ts$/;

/** Whether the file exports what it imports there, and may not say which of the names are types. */
function exportsAgain(file: ts.SourceFile, literal: ts.StringLiteralLike): boolean {
  if (ts.isExportDeclaration(literal.parent)) return true;
  return file.statements.some((statement) =>
    ts.isExportDeclaration(statement)
      ? statement.moduleSpecifier === undefined && !statement.isTypeOnly
      : ts.isExportAssignment(statement),
  );
}

const constantEnums = new Map<string, boolean>();

/** Whether the declarations of a package have enums whose members the compiler writes as values. */
function hasConstantEnum(path: string): boolean {
  const before = constantEnums.get(path);
  if (before !== undefined) return before;
  const has = declaration.test(path) && /\bconst enum\b/.test(readText(path) ?? "");
  constantEnums.set(path, has);
  return has;
}

/**
 * The program that the project's sources are. Packages are not read, except those that decide what is left of an import: whether a name
 * that is exported again is a type, or what the value of an enum is.
 */
export function openProgram(setup: BuildSetup, parsed: ParsedSources): SourceProgram {
  const { dir } = setup;
  const options = emitOptions(setup);
  const problems: BuildProblem[] = [];
  const isolated = setup.options.isolatedModules === true || setup.options.verbatimModuleSyntax === true;
  const cache = ts.createModuleResolutionCache(dir, (path) => path, setup.options);
  const resolved = new Map<string, Map<string, ResolvedName>>();
  const keyOf = (name: string, mode: ts.ResolutionMode) => `${mode ?? 0} ${name}`;
  const used = new Set<string>();
  const needsTypes = setup.options.emitDecoratorMetadata === true;

  function readSource(path: string): string | undefined {
    try {
      return new TextDecoder().decode(readRegular(path));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "ENOENT" || code === "ENOTDIR") return undefined;
      const reason = describeSystemError(error) ?? String(error);
      problems.push({
        file: localPath(dir, path),
        line: 1,
        column: 1,
        message: `cannot read this source: ${reason.replace(/^.*?: /, "")}`,
      });
      return undefined;
    }
  }

  const host: ts.CompilerHost = {
    getSourceFile(path, versionOrFormat) {
      const format = formatOfSource(path, versionOrFormat, setup);
      const text = readSource(path);
      if (text === undefined) return undefined;
      const key = JSON.stringify([format, options.target, options.jsx, options.module, options.moduleDetection]);
      const before = parsed.get(path);
      used.add(path);
      if (before?.text === text && before.key === key) return before.file;
      const file = ts.createSourceFile(path, text, format, true);
      parsed.set(path, { text, key, file });
      return file;
    },
    resolveModuleNameLiterals(literals, containing, redirected, _options, source) {
      const inPackage = containing.includes("/node_modules/");
      const names = resolved.get(containing) ?? new Map<string, ResolvedName>();
      resolved.set(containing, names);
      return literals.map((literal) => {
        const mode = ts.getModeForUsageLocation(source, literal, options);
        const found = ts.resolveModuleName(literal.text, containing, setup.options, host, cache, redirected, mode);
        const module = found.resolvedModule;
        if (module === undefined) return { resolvedModule: undefined };
        const isPackage = module.isExternalLibraryImport === true;
        const isDeclaration = declaration.test(module.resolvedFileName);
        names.set(keyOf(literal.text, mode), { path: module.resolvedFileName, isPackage, isDeclaration });
        const decides =
          !isolated &&
          isPackage &&
          (exportsAgain(source, literal) || needsTypes || hasConstantEnum(module.resolvedFileName));
        const bundled =
          setup.scripts.compiler === "other" && !isDeclaration && !module.resolvedFileName.includes("/node_modules/");
        const isRead = !isPackage || inPackage || decides || bundled;
        if (!isRead) return { resolvedModule: undefined };
        return { resolvedModule: bundled ? { ...module, isExternalLibraryImport: false } : module };
      });
    },
    resolveTypeReferenceDirectiveReferences: (references) =>
      references.map(() => ({ resolvedTypeReferenceDirective: undefined })),
    getDefaultLibFileName: () => "lib.d.ts",
    getCurrentDirectory: () => dir,
    getCanonicalFileName: (path) => path,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    writeFile: () => undefined,
    fileExists: ts.sys.fileExists,
    readFile: readText,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
    ...(ts.sys.realpath === undefined ? {} : { realpath: ts.sys.realpath }),
  };
  const program = ts.createProgram({ rootNames: [...new Set([...setup.sources, setup.main])], options, host });
  const sources = program
    .getSourceFiles()
    .filter(
      (file) =>
        !file.isDeclarationFile &&
        !file.fileName.includes("/node_modules/") &&
        !program.isSourceFileFromExternalLibrary(file),
    );
  for (const path of parsed.keys()) if (!used.has(path)) parsed.delete(path);
  const modeOf = (file: ts.SourceFile, { literal }: NamedModule) => ts.getModeForUsageLocation(file, literal, options);
  return {
    program,
    options,
    sources,
    problems,
    nodeMode: (file, named) => nodeModeOf(file, named, options),
    resolve: (file, named) => resolved.get(file.fileName)?.get(keyOf(named.name, modeOf(file, named))),
  };
}

function nodeModeOf(
  { fileName, impliedNodeFormat }: ts.SourceFile,
  { kind }: NamedModule,
  { module = ts.ModuleKind.ESNext }: ts.CompilerOptions,
): ts.ModuleKind.ESNext | ts.ModuleKind.CommonJS {
  const { CommonJS, ESNext, Node16, NodeNext } = ts.ModuleKind;
  if (kind === "require" || module === CommonJS) return CommonJS;
  if (kind === "dynamic") return ESNext;
  if (module >= Node16 && module <= NodeNext) return impliedNodeFormat ?? ESNext;
  return /\.c[jt]s$/.test(fileName) ? CommonJS : ESNext;
}

export function syntaxProblems({ program }: SourceProgram, dir: string, file: ts.SourceFile): readonly BuildProblem[] {
  return program.getSyntacticDiagnostics(file).map((mistake) => problemAt(dir, mistake, localPath(dir, file.fileName)));
}

/** The sources that the program leads to by names that can be read, itself among them. */
export function reachedFrom(main: string, { program, resolve }: SourceProgram): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = [main];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const file = program.getSourceFile(next);
    if (file === undefined || reached.has(next)) continue;
    reached.add(next);
    for (const named of namedModules(file)) {
      const target = resolve(file, named);
      if (target !== undefined && !target.isDeclaration) waiting.push(target.path);
    }
  }
  return reached;
}
