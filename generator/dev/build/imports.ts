import { isBuiltin } from "node:module";
import { posix } from "node:path";
import { ts } from "ts-morph";
import type { AfterBuild } from "./after-build.js";
import type { BuildSetup } from "./build-setup.js";
import type { BuildProblem } from "./builder.js";
import type { CompiledPlaces } from "./compiled-places.js";
import { type NamedModule, namedModules } from "./named-modules.js";
import type { SourceProgram } from "./program.js";
import { localPath } from "./project-path.js";

/** What becomes of a name in a source. */
export interface PlannedImport {
  readonly reference: NamedModule;
  /** The name in the compiled file, where it is another one. */
  readonly rewritten?: string;
  /** Told if the compiled file still has the name. An error: the program could not start. */
  readonly finding?: { readonly severity: "error" | "warning"; readonly message: string; readonly hint: string };
}

export interface ImportQuestion {
  readonly setup: BuildSetup;
  readonly places: CompiledPlaces;
  readonly opened: SourceProgram;
  readonly after: AfterBuild;
}

/** A name as the compiler writes it. */
function asCompiled(name: string, options: ts.CompilerOptions): string {
  if (options.rewriteRelativeImportExtensions !== true || !name.startsWith(".") || /\.d\.[cm]?ts$/.test(name))
    return name;
  return name.replace(/\.tsx?$/, ".js").replace(/\.([cm])ts$/, ".$1js");
}

function relativeName(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith(".") ? path : `./${path}`;
}

const withoutQuery = (name: string) => name.replace(/[?#].*$/, "");

/** Each name that the file imports, exports from, or builds an address with. */
export function planImports(
  file: ts.SourceFile,
  { setup, places, opened, after }: ImportQuestion,
): readonly PlannedImport[] {
  const { dir, scripts, options } = setup;
  const from = places.outputs.get(file.fileName) ?? file.fileName;
  const isPlain = scripts.compiler === "tsc" && !scripts.rewrites;

  function address(reference: NamedModule): PlannedImport {
    const { name } = reference;
    if (!/^\.\.?\//.test(name)) return { reference };
    const path = withoutQuery(name);
    const [wanted, meant] = [posix.join(posix.dirname(from), path), posix.join(posix.dirname(file.fileName), path)];
    if (after.fileAt(wanted) !== undefined || ts.sys.directoryExists(wanted)) return { reference };
    const output = places.outputs.get(meant);
    if (output !== undefined && /\.[cm]?tsx?$/.test(path)) return { reference };
    if (!ts.sys.fileExists(meant) && !ts.sys.directoryExists(meant)) return { reference };
    const message = `${localPath(dir, meant)} is not at the place of the compiled file, ${localPath(dir, wanted)}`;
    const hint = scripts.copies
      ? "run `npm run build` once, if it copies the file; else copy it there in the script `build`"
      : "`npm run build` does not copy it either: keep such files in a folder outside the sources, or copy them in the script `build`";
    return { reference, finding: { severity: "warning", message, hint } };
  }

  function lost(reference: NamedModule): PlannedImport {
    const { name, kind } = reference;
    const path = withoutQuery(name);
    if (isBuiltin(name) || kind === "require" || kind === "dynamic") return { reference };
    if (!name.startsWith(".")) {
      const message = `no package or file is found for "${name}"`;
      const hint =
        "install the package; a name that only a bundler knows is not known to `kiket-gen dev`, which runs each file with Node";
      return { reference, finding: { severity: "warning", message, hint } };
    }
    const meant = posix.join(posix.dirname(file.fileName), path);
    const message = `Node cannot import "${name}"`;
    if (scripts.compiler === "other" && ts.sys.fileExists(meant)) {
      const hint =
        "only the bundler of `npm run build` can; read the file with readFileSync(new URL(…, import.meta.url)) instead";
      return { reference, finding: { severity: "warning", message, hint } };
    }
    const hint = ts.sys.fileExists(meant)
      ? `the compiler does not write ${localPath(dir, meant)} to the output; copy it there in the script \`build\`, or set \`allowJs\``
      : "there is no such file";
    return { reference, finding: { severity: "error", message: `cannot find "${name}"`, hint } };
  }

  function plan(reference: NamedModule): PlannedImport {
    const { name, kind } = reference;
    if (kind === "address") return address(reference);
    const mode = opened.modeOf(file, reference);
    const target = opened.resolve(file, reference);
    const wanted = target === undefined ? undefined : places.outputs.get(target.path);
    const node = () => after.nodeFinds(asCompiled(name, options), from, mode);
    if (wanted !== undefined) {
      const found = node();
      if (found === wanted) return { reference };
      const rewritten = relativeName(from, wanted);
      if (!isPlain) return { reference, rewritten };
      const message = name.startsWith(".")
        ? `Node does not find "${name}" after \`npm run build\`, as it has no ending`
        : `Node does not find "${name}" after \`npm run build\`: the compiler does not write names of \`paths\` anew`;
      const hint = `it works in \`kiket-gen dev\` only; write "${relativeName(file.fileName, posix.join(posix.dirname(target?.path ?? ""), posix.basename(wanted)))}"`;
      return { reference, rewritten, finding: { severity: "warning", message, hint } };
    }
    if (target?.isPackage === true) {
      if (!/\.[cm]?tsx?$/.test(target.path) || target.isDeclaration) return { reference };
      const message = `the package "${name}" has TypeScript only, which is not compiled here`;
      const hint = "let its package.json name compiled files";
      return { reference, finding: { severity: "warning", message, hint } };
    }
    if (node() !== undefined) return { reference };
    return lost(reference);
  }
  return namedModules(file).map(plan);
}

export function importFindings(
  file: ts.SourceFile,
  dir: string,
  imports: readonly PlannedImport[],
  kept: ReadonlySet<number>,
): { readonly severity: string; readonly problem: BuildProblem }[] {
  return imports.flatMap(({ reference, finding }) => {
    if (finding === undefined || (reference.statement >= 0 && !kept.has(reference.statement))) return [];
    const { severity, message, hint } = finding;
    const { line, character } = file.getLineAndCharacterOfPosition(reference.literal.getStart(file));
    const problem = { file: localPath(dir, file.fileName), line: line + 1, column: character + 1, message, hint };
    return [{ severity, problem }];
  });
}
