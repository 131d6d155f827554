import { posix } from "node:path";
import type { BuildSetup } from "./build-setup.js";
import type { BuildProblem } from "./builder.js";
import { isBelow, localPath } from "./project-path.js";

/** Where each source is when it is compiled: absolute paths in the project, as after `npm run build`. */
export interface CompiledPlaces {
  /** By the path of the source. */
  readonly outputs: ReadonlyMap<string, string>;
  /** The folder of compiled files; undefined: each is beside its source. */
  readonly outDir: string | undefined;
  readonly rootDir: string | undefined;
  readonly warnings: readonly BuildProblem[];
  readonly problems: readonly BuildProblem[];
}

/** For sources that have no place in the output: the folder in a build, below which they have their whole paths. */
const outside = ".outside";

const endings: Readonly<Record<string, string>> = {
  ".ts": ".js",
  ".tsx": ".js",
  ".jsx": ".js",
  ".mts": ".mjs",
  ".cts": ".cjs",
};

/** The ending of a compiled file. A file whose format is not that of the package has an ending that says so. */
function endingOf(source: string, { format, isModule }: BuildSetup): string {
  const ending = posix.extname(source);
  const usual = endings[ending] ?? ending;
  if (usual !== ".js" || format === undefined || (format === "esm") === isModule) return usual;
  return format === "esm" ? ".mjs" : ".cjs";
}

function commonFolder(files: readonly string[]): string {
  const [first, ...others] = files.map((file) => posix.dirname(file).split("/"));
  const differ = (first ?? []).findIndex((part, index) => others.some((other) => other[index] !== part));
  return (differ < 0 ? first : first?.slice(0, differ))?.join("/") || "/";
}

/** `sources`: those that are compiled. */
export function placeCompiled(setup: BuildSetup, sources: readonly string[]): CompiledPlaces {
  const { dir, scripts } = setup;
  const warnings: BuildProblem[] = [];
  const problems: BuildProblem[] = [];
  const leadsOut = setup.outDir !== undefined && setup.outDir !== dir && !isBelow(dir, setup.outDir);
  if (leadsOut) {
    const message = `\`outDir\` is outside the project; \`kiket-gen dev\` puts what it compiles where \`dist\` would be`;
    const hint = "paths from compiled files to other files may be others than after `npm run build`";
    warnings.push({ file: "tsconfig.json", line: 1, column: 1, message, hint });
  }
  const outDir = leadsOut ? posix.join(dir, "dist") : setup.outDir;
  // A bundler takes in what is elsewhere; for the compiler that moves the whole output.
  const common = commonFolder(scripts.compiler === "tsc" ? sources : sources.filter((source) => isBelow(dir, source)));
  const rootDir = outDir === undefined ? undefined : (setup.rootDir ?? common);
  const outputs = new Map<string, string>();
  const owners = new Map<string, string>();
  for (const source of sources) {
    const other = setup.others.find((each) => each.sources.includes(source));
    const [base, target] =
      other === undefined ? [rootDir ?? dir, outDir ?? dir] : [other.rootDir, other.outDir ?? other.rootDir];
    const named = source.slice(0, -posix.extname(source).length) + endingOf(source, setup);
    const isPlaced = isBelow(base, source) && (target === dir || isBelow(dir, target));
    const isRefused =
      scripts.compiler === "tsc" && other === undefined && setup.rootDir !== undefined && outDir !== undefined;
    // The compiler leaves it where it is.
    if (!isPlaced && source.endsWith(".json")) continue;
    if (!isPlaced && isRefused) {
      const message = `this source is not below \`rootDir\`, ${localPath(dir, base) || "."}: \`npm run build\` refuses it`;
      problems.push({ file: localPath(dir, source), line: 1, column: 1, message });
    }
    const output = isPlaced
      ? posix.join(target, posix.relative(base, named))
      : posix.join(dir, outside, named.replace(/^([A-Za-z]):/, "$1"));
    const owner = owners.get(output);
    if (owner !== undefined && outDir !== undefined) {
      const message = `this source and ${localPath(dir, owner)} are both compiled to ${localPath(dir, output)}`;
      problems.push({ file: localPath(dir, source), line: 1, column: 1, message, hint: "rename one of them" });
    }
    owners.set(output, source);
    outputs.set(source, output);
  }
  return { outputs, outDir, rootDir, warnings, problems };
}
