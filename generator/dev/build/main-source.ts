import { posix } from "node:path";
import { isBelow } from "./project-path.js";

/** Endings of sources, by the ending of what is compiled from them. */
const sourcesOf: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx", ".js", ".jsx"],
  ".mjs": [".mts", ".mjs", ".ts"],
  ".cjs": [".cts", ".cjs", ".ts"],
  "": [".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", "/index.ts", "/index.js"],
};

/** Where the program may be. All paths are absolute, with "/". */
export interface MainPlaces {
  readonly dir: string;
  /** The program by the layout of the project, without its ending. */
  readonly main: string;
  /** What `package.json` names, in its scripts and as `main`: relative to the project, compiled or not. */
  readonly named: readonly string[];
  readonly outDir: string | undefined;
  readonly rootDir: string | undefined;
}

function sourcesFor(path: string): readonly string[] {
  const [, stem = path, ending = ""] = /^(.*?)(\.[cm]?js|)$/.exec(path) ?? [];
  return (sourcesOf[ending] ?? []).map((source) => stem + source);
}

/** Every source that may be the program, the likeliest first. */
export function mainCandidates({ dir, main, named, outDir, rootDir }: MainPlaces): readonly string[] {
  const roots = [rootDir, posix.dirname(main), posix.join(dir, "src"), dir].filter((root) => root !== undefined);
  const mapped = named.flatMap((name) => {
    const path = posix.resolve(dir, name);
    const first = posix.join(dir, posix.relative(dir, path).split("/")[0] ?? "");
    const output = outDir !== undefined && isBelow(outDir, path) ? outDir : first;
    const sources = roots.flatMap((root) => sourcesFor(posix.join(root, posix.relative(output, path))));
    const itself = isBelow(outDir ?? "\0", path) ? [] : [path, ...sourcesFor(path)];
    return output === path ? itself : [...itself, ...sources];
  });
  return [...sourcesFor(main), ...mapped].filter((path) => /\.[cm]?[jt]sx?$/.test(path) && isBelow(dir, path));
}
