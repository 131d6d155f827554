import { realpathSync } from "node:fs";
import Module from "node:module";
import { posix } from "node:path";
import { ts } from "ts-morph";
import { readCompilerSetup } from "../../project/compiler-setup.js";
import type { BuildProblem } from "./builder.js";
import { placesFromConfig, withDefaultsOf } from "./compiler-defaults.js";
import { mainCandidates } from "./main-source.js";
import { plainSystem, readText } from "./plain-system.js";
import { isBelow, localPath, slashed } from "./project-path.js";
import { type BuildScripts, readBuildScripts } from "./scripts.js";

/** What the project itself says about its build. All paths are absolute, with "/". */
export interface BuildSetup {
  readonly dir: string;
  readonly scripts: BuildScripts;
  /** The project's options, with the defaults of its TypeScript. */
  readonly options: ts.CompilerOptions;
  /** The sources that the configuration names. */
  readonly sources: readonly string[];
  readonly main: string;
  /** Where compiled files are; undefined: each beside its source. */
  readonly outDir: string | undefined;
  /** The folder of sources whose paths are kept below `outDir`; undefined: the one that they have in common. */
  readonly rootDir: string | undefined;
  /** Other configurations that the build compiles, each to its own place. */
  readonly others: readonly OtherProject[];
  /** The format of compiled files, where `npm run build` does not take it from the compiler options. */
  readonly format?: "esm" | "cjs";
  /** Packages are where only Yarn finds them. */
  readonly isPlugAndPlay: boolean;
  readonly warnings: readonly BuildProblem[];
  /** Whether the package says that its `.js` files are ES modules. */
  readonly isModule: boolean;
}

interface OtherProject {
  readonly sources: readonly string[];
  readonly outDir: string | undefined;
  readonly rootDir: string;
}

export interface SetupReading {
  readonly setup: BuildSetup | { readonly problems: readonly BuildProblem[] };
  /** Files that were read or looked for. */
  readonly read: readonly string[];
  /** Folders where a new file would belong to the build. */
  readonly folders: readonly string[];
}

export function problemAt(dir: string, { file, start, messageText }: ts.Diagnostic, otherwise: string): BuildProblem {
  const { line, character } = file?.getLineAndCharacterOfPosition(start ?? 0) ?? { line: 0, character: 0 };
  const message = ts.flattenDiagnosticMessageText(messageText, "\n");
  return {
    file: file === undefined ? otherwise : localPath(dir, file.fileName),
    line: line + 1,
    column: character + 1,
    message,
  };
}

/** Mistakes that leave nothing to build from: text that is no JSON, files that do not exist, a cycle. Others are the compiler's to report. */
function stops({ code, category }: ts.Diagnostic): boolean {
  return category === ts.DiagnosticCategory.Error && (code < 2000 || [5083, 6053, 18000].includes(code));
}

/** Longer lists of references are a mistake. */
const mostReferences = 50;

interface Configuration {
  readonly path: string | undefined;
  readonly parsed: ts.ParsedCommandLine;
}

function parseConfiguration(path: string, system: ts.System): Configuration | undefined {
  const host = { ...system, onUnRecoverableConfigFileDiagnostic: () => undefined };
  const parsed = ts.getParsedCommandLineOfConfigFile(path, undefined, host);
  return parsed && { path, parsed };
}

/** For a project without a configuration: its JavaScript as it is. */
function plainConfiguration(dir: string, main: string, system: ts.System): Configuration {
  const compilerOptions = {
    allowJs: true,
    target: "esnext",
    module: "esnext",
    verbatimModuleSyntax: true,
    alwaysStrict: false,
  };
  const folder = localPath(dir, posix.dirname(main)) || ".";
  const parsed = ts.parseJsonConfigFileContent({ compilerOptions, include: [folder] }, system, dir);
  return { path: undefined, parsed };
}

/** The compiler keeps those of the configuration itself apart. */
function syntaxMistakes({ parsed }: Configuration): readonly ts.Diagnostic[] {
  const file = parsed.options.configFile as
    | (ts.TsConfigSourceFile & { parseDiagnostics?: ts.Diagnostic[] })
    | undefined;
  return file?.parseDiagnostics ?? [];
}

function filesOf({ path, parsed }: Configuration): string[] {
  const file = parsed.options.configFile as (ts.TsConfigSourceFile & { extendedSourceFiles?: string[] }) | undefined;
  return [...(path === undefined ? [] : [path]), ...(file?.extendedSourceFiles ?? [])].map(slashed);
}

interface PackageFile {
  readonly scripts?: Readonly<Record<string, unknown>>;
  readonly main?: unknown;
  readonly type?: unknown;
}

function readPackage(path: string): PackageFile | ts.Diagnostic {
  const text = readText(path);
  if (text === undefined) return {};
  const source = ts.parseJsonText(path, text);
  const [mistake] = (source as ts.JsonSourceFile & { parseDiagnostics: readonly ts.Diagnostic[] }).parseDiagnostics;
  if (mistake !== undefined) return mistake;
  const content: unknown = ts.parseConfigFileTextToJson(path, text).config;
  return typeof content === "object" && content !== null ? content : {};
}

/** The configuration, and those that it refers to. */
function withReferences(first: Configuration, system: ts.System): readonly Configuration[] {
  const found = [first];
  for (const { parsed } of found) {
    for (const reference of parsed.projectReferences ?? []) {
      const path = slashed(ts.resolveProjectReferencePath(reference));
      if (found.some((known) => known.path === path) || found.length > mostReferences) continue;
      const config = parseConfiguration(path, system);
      if (config !== undefined) found.push(config);
    }
  }
  return found;
}

function otherProject({ path, parsed }: Configuration): OtherProject {
  const { outDir, rootDir = posix.dirname(path ?? "/") } = parsed.options;
  return { sources: parsed.fileNames.map(slashed), outDir, rootDir };
}

/** Folders below those that the configuration includes. */
function includedFolders({ parsed }: Configuration, outDir: string | undefined, system: ts.System): string[] {
  const found: string[] = [];
  const look = (folder: string, deep: boolean): void => {
    if (found.includes(folder) || /\/(?:node_modules|\.[^/]+)$/.test(folder) || folder === outDir) return;
    found.push(folder);
    if (deep) for (const name of system.getDirectories(folder)) look(posix.join(folder, name), true);
  };
  for (const [folder, flag] of Object.entries(parsed.wildcardDirectories ?? {})) {
    look(slashed(folder), flag === ts.WatchDirectoryFlags.Recursive);
  }
  return found;
}

/** `main`: the program by the layout of the project, relative to it and without its ending. `system`: where the sources are found. */
export function readBuildSetup(dir: string, main: string, system: ts.System = plainSystem): SetupReading {
  const packagePath = posix.join(dir, "package.json");
  const content = readPackage(packagePath);
  const failed = (...problems: readonly BuildProblem[]): SetupReading => ({
    setup: { problems },
    read: [packagePath],
    folders: [dir],
  });
  if ("category" in content) return failed(problemAt(dir, content, "package.json"));
  const scripts = readBuildScripts(content.scripts ?? {});
  const named = [scripts.entry, content.main].filter((name) => typeof name === "string");
  const layoutMain = posix.join(dir, main);
  const isFile = (path: string) => ts.sys.fileExists(path);
  const candidates = (outDir: string | undefined, rootDir: string | undefined) =>
    mainCandidates({ dir, main: layoutMain, named, outDir, rootDir });
  const mainOf = (outDir: string | undefined, rootDir: string | undefined) => candidates(outDir, rootDir).find(isFile);

  const plugAndPlay = ts.findConfigFile(dir, isFile, ".pnp.cjs");
  const isPlugAndPlay = plugAndPlay !== undefined;
  const asked = posix.resolve(dir, slashed(scripts.project ?? "tsconfig.json"));
  const wanted = ts.sys.directoryExists(asked) ? posix.join(asked, "tsconfig.json") : asked;
  if (scripts.project !== undefined && !isFile(wanted)) {
    const message = `\`npm run build\` compiles with ${scripts.project}, which does not exist`;
    return { ...failed({ file: "package.json", line: 1, column: 1, message }), read: [packagePath, wanted] };
  }
  // The compiler looks further up for a configuration; what is there is about the sources of others too.
  const above = scripts.compiler === "none" ? undefined : ts.findConfigFile(dir, isFile);
  const path = isFile(wanted) ? wanted : above;
  const first =
    (path === undefined ? undefined : parseConfiguration(slashed(path), system)) ??
    plainConfiguration(dir, mainOf(undefined, undefined) ?? layoutMain, system);
  const all = withReferences(first, system);
  const isOfProgram = ({ parsed }: Configuration) => {
    const source = mainOf(parsed.options.outDir, parsed.options.rootDir);
    return source !== undefined && parsed.fileNames.includes(source);
  };
  const config = all.find(isOfProgram) ?? first;
  const { parsed } = config;
  const read = [packagePath, wanted, ...all.flatMap(filesOf)];
  const mistakes = [...parsed.errors, ...syntaxMistakes(config)].filter(
    // A configuration in a package of Yarn's is not found either.
    (mistake) => stops(mistake) && !(isPlugAndPlay && mistake.code === 6053),
  );
  if (mistakes.length > 0) {
    const name = config.path === undefined ? "tsconfig.json" : localPath(dir, config.path);
    return { ...failed(...mistakes.map((mistake) => problemAt(dir, mistake, name))), read };
  }
  const { typescript } = readCompilerSetup(dir, `${main}.ts`);
  const options = withDefaultsOf(typescript, parsed.options);
  const place = placeOfOutput({ dir, config, options, scripts, named, typescript });
  const program = mainOf(place.outDir, place.rootDir);
  const folders = [...new Set(all.flatMap((each) => includedFolders(each, place.outDir, system)))];
  if (program === undefined) {
    const message = `there is no program to run: ${main}.ts does not exist, and package.json names none`;
    const hint = "run `kiket-gen` to create it, or set `main` in package.json to the file that starts the extension";
    return {
      ...failed({ file: "package.json", line: 1, column: 1, message, hint }),
      read: [...read, ...candidates(place.outDir, place.rootDir)],
      folders,
    };
  }
  const isOwn = (source: string) => scripts.compiler === "tsc" || isBelow(dir, source);
  const sources = parsed.fileNames.map(slashed).filter(isOwn);
  const isModule = content.type === "module";
  const isFree = scripts.compiler === "other" || (scripts.compiler === "none" && scripts.runner === "tsx");
  const format = isFree ? { format: formatOf(scripts, named, isModule) } : {};
  const others = all.filter((other) => other !== config).map(otherProject);
  const warnings = isPlugAndPlay && !("findPnpApi" in Module) ? [withoutYarn] : [];
  const setup = {
    dir,
    scripts,
    options,
    others,
    main: program,
    isPlugAndPlay,
    warnings,
    isModule,
    ...format,
    ...place,
  };
  return { setup: { ...setup, sources }, read, folders };
}

/** The format that a program other than the compiler writes, or runs. */
function formatOf({ format }: BuildScripts, named: readonly string[], isModule: boolean): "esm" | "cjs" {
  if (format !== undefined) return format;
  if (named.some((name) => name.endsWith(".mjs"))) return "esm";
  return isModule && !named.some((name) => name.endsWith(".cjs")) ? "esm" : "cjs";
}

const withoutYarn: BuildProblem = {
  file: ".pnp.cjs",
  line: 1,
  column: 1,
  message: "the packages of this project are found only by a program that Yarn starts",
  hint: "run `yarn kiket-gen dev`",
};

interface OutputQuestion {
  readonly dir: string;
  readonly config: Configuration;
  readonly options: ts.CompilerOptions;
  readonly scripts: BuildScripts;
  readonly named: readonly string[];
  readonly typescript: number;
}

/** Where `npm run build` puts what it compiles. */
function placeOfOutput(question: OutputQuestion): Pick<BuildSetup, "outDir" | "rootDir"> {
  const { dir, config, options, scripts, named, typescript } = question;
  const absolute = (path: string | undefined) => (path === undefined ? undefined : posix.resolve(dir, slashed(path)));
  const set =
    options.noEmit === true && scripts.compiler !== "tsc" ? undefined : absolute(scripts.outDir ?? options.outDir);
  const configFolder = config.path === undefined ? undefined : posix.dirname(config.path);
  const given = absolute(scripts.rootDir ?? options.rootDir);
  const rootDir = given ?? (placesFromConfig(typescript, options) ? configFolder : undefined);
  if (
    scripts.compiler === "none" &&
    (set === undefined || named.some((name) => ts.sys.fileExists(posix.join(dir, name))))
  ) {
    return { outDir: undefined, rootDir: undefined };
  }
  if (scripts.compiler === "other") {
    const built = named.find(
      (name) => /\.[cm]?js$/.test(name) && !ts.sys.fileExists(posix.join(dir, name.replace(/js$/, "ts"))),
    );
    const folder = built === undefined ? set : posix.dirname(posix.resolve(dir, slashed(built)));
    return { outDir: folder === undefined || folder === dir ? posix.join(dir, "dist") : folder, rootDir: given };
  }
  return { outDir: set, rootDir };
}

export function realFolder(path: string): string {
  return slashed(realpathSync.native(path));
}
