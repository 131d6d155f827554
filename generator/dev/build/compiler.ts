import { posix } from "node:path";
import { ts } from "ts-morph";
import { isObject } from "../../base/shape.js";
import { type AfterBuild, lookAfterBuild } from "./after-build.js";
import type { BuildSetup } from "./build-setup.js";
import type { BuildProblem } from "./builder.js";
import { type CompiledPlaces, placeCompiled } from "./compiled-places.js";
import { type CompiledSource, compileSource } from "./emit.js";
import { type ImportFinding, importFindings, jsonModuleOf, planImports } from "./imports.js";
import { namedModules } from "./named-modules.js";
import { openProgram, type ParsedSources, reachedFrom, type SourceProgram, syntaxProblems } from "./program.js";
import { localPath } from "./project-path.js";
import { createStamps } from "./stamps.js";

interface Compiled {
  /** Text of each compiled file, by its path relative to the project. */
  readonly files: ReadonlyMap<string, string>;
  readonly places: CompiledPlaces;
  readonly after: AfterBuild;
  /** How many files were compiled now. */
  readonly count: number;
  readonly warnings: readonly BuildProblem[];
}

/** Absolute paths of what was read. */
interface Inputs {
  readonly inputs: readonly string[];
}

export interface Compiler {
  compile(setup: BuildSetup): Inputs & (Compiled | { readonly problems: readonly BuildProblem[] });
}

/** What a compiled file was made from. It is made anew when one of these is another. */
interface Made extends CompiledSource {
  readonly file: ts.SourceFile;
  readonly key: string;
}

/** A compiler that remembers what it has compiled. */
export function createCompiler(): Compiler {
  const parsed: ParsedSources = new Map();
  const made = new Map<string, Made>();
  const stampsOf = createStamps();

  function compile(setup: BuildSetup): ReturnType<Compiler["compile"]> {
    const { dir, scripts, main } = setup;
    const opened = openProgram(setup, parsed);
    const inputs = inputsOf(opened);
    const reached = reachedFrom(main, opened);
    const whole = scripts.compiler === "tsc";
    const mistakes = (file: ts.SourceFile) => syntaxProblems(opened, dir, file);
    const needed = opened.sources.filter(({ fileName }) => whole || reached.has(fileName));
    const problems = [...opened.problems, ...needed.flatMap(mistakes)];
    if (problems.length > 0) return { inputs, problems };
    const others = opened.sources.filter((file) => !needed.includes(file) && mistakes(file).length === 0);
    const sources = whole
      ? needed
      : [...needed, ...others.filter(({ fileName }) => fileName.startsWith(`${posix.dirname(main)}/`))];
    const compiled =
      setup.outDir === undefined && setup.format === undefined
        ? sources.filter(({ fileName }) => !fileName.endsWith(".json"))
        : sources;
    const places = placeCompiled(
      setup,
      compiled.map(({ fileName }) => fileName),
    );
    if (places.problems.length > 0) return { inputs, problems: places.problems };
    if (!places.outputs.has(main)) return { inputs, problems: [notCompiled(localPath(dir, main))] };
    const after = lookAfterBuild(setup, places);
    const question = { setup, places, opened, after };
    const isolated = setup.options.isolatedModules === true || setup.options.verbatimModuleSyntax === true;
    // Whether a name is a type may be decided in any source that this one leads to.
    const stamps = isolated ? new Map<string, number>() : stampsOf(opened);
    const settings = JSON.stringify([opened.options, scripts]);

    const files = new Map<string, string>();
    const findings: ImportFinding[] = [];
    let count = 0;
    for (const file of compiled) {
      const place = places.outputs.get(file.fileName);
      if (place === undefined) continue;
      const imports = planImports(file, question);
      const stamp = stamps.get(file.fileName) ?? 0;
      const key = JSON.stringify([settings, imports.map(({ rewritten }) => rewritten ?? 0), stamp]);
      const before = made.get(file.fileName);
      const result =
        before?.file === file && before.key === key
          ? before
          : { ...compileSource(opened.program, file, imports), file, key };
      if (result !== before) count += 1;
      made.set(file.fileName, result);
      const output = localPath(dir, place);
      files.set(output, result.text);
      if (setup.format === "esm" && output.endsWith(".json")) files.set(jsonModuleOf(output), jsonModule(result.text));
      const found = importFindings(file, dir, imports, result.kept);
      // What nothing imports cannot stop the program: such as the stub of an event that is no longer in the manifest.
      const isReached = reached.has(file.fileName);
      findings.push(...(isReached ? found : found.map((each) => ({ ...each, severity: "warning" as const }))));
    }
    for (const path of made.keys()) if (!places.outputs.has(path)) made.delete(path);
    const of = (severity: ImportFinding["severity"]) =>
      findings.filter((each) => each.severity === severity).map(({ problem }) => problem);
    if (of("error").length > 0) return { inputs, problems: of("error") };
    return { inputs, files, places, after, count, warnings: [...setup.warnings, ...places.warnings, ...of("warning")] };
  }
  return { compile };
}

function notCompiled(file: string): BuildProblem {
  const message = "the compiler does not compile the program: it is JavaScript, or was deleted just now";
  return { file, line: 1, column: 1, message, hint: "set `allowJs` in tsconfig.json, or write it in TypeScript" };
}

/** Exports what a JSON file holds as bundlers do: as a whole, and each member that has a name. */
function jsonModule(text: string): string {
  // As lenient as the compiler, which accepts comments.
  const content: unknown = ts.parseConfigFileTextToJson("", text).config;
  const names = isObject(content) ? Object.keys(content).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name)) : [];
  const exports = names.map(
    (name, index) => `const m${index} = content[${JSON.stringify(name)}];\nexport { m${index} as ${name} };`,
  );
  const named = exports.filter((_line, index) => names[index] !== "default");
  return [`const content = ${text.trim()};`, "export default content;", ...named, ""].join("\n");
}

/** Every source and declaration of the project that was read, files that they name, and where a missing source would be. */
function inputsOf({ program, resolve }: SourceProgram): readonly string[] {
  const own = program.getSourceFiles().filter(({ fileName }) => !fileName.includes("/node_modules/"));
  const named = own.flatMap((file) =>
    namedModules(file)
      .filter((each) => each.name.startsWith(".") && (each.kind === "address" || resolve(file, each) === undefined))
      .map(({ name }) => posix.join(posix.dirname(file.fileName), name)),
  );
  return [...own.map(({ fileName }) => fileName), ...named];
}
