import { readdirSync, realpathSync, statSync } from "node:fs";
import { posix } from "node:path";
import { ts } from "ts-morph";
import { isBelow, slashed } from "./project-path.js";

/** Nobody writes such a source, and it would not fit into one text. In bytes. */
const largest = 64 * 1024 * 1024;

/**
 * The text of a file, as the compiler reads it; undefined if there is none. A device or a pipe is none: it may never end, and a configuration
 * of a cloned project could name one.
 */
export function readText(path: string, encoding?: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() && stats.size <= largest ? ts.sys.readFile(path, encoding) : undefined;
}

/** The system as the compiler sees it, with plain files only. */
export const plainSystem: ts.System = { ...ts.sys, readFile: readText };

/** The compiler's own search for sources, with another view of folders. Its types leave it out. */
const { matchFiles } = ts as unknown as {
  readonly matchFiles: (
    path: string,
    extensions: readonly string[] | undefined,
    excludes: readonly string[] | undefined,
    includes: readonly string[] | undefined,
    useCaseSensitiveFileNames: boolean,
    currentDirectory: string,
    depth: number | undefined,
    entries: (path: string) => { readonly files: readonly string[]; readonly directories: readonly string[] },
    realpath: (path: string) => string,
  ) => string[];
};

/**
 * The same, where only folders that are really in `top` have something in them: a link or a configuration of a cloned project could lead
 * through the whole disk. `top`: absolute, without links, with "/".
 */
export function systemWithin(top: string): ts.System {
  const entries = (path: string) => {
    const none = { files: [], directories: [] };
    try {
      const real = slashed(realpathSync.native(path || "."));
      if (real !== top && !isBelow(top, real)) return none;
      const kinds = readdirSync(real).map(
        (name) => [name, statSync(posix.join(real, name), { throwIfNoEntry: false })] as const,
      );
      return {
        files: kinds.flatMap(([name, stats]) => (stats?.isFile() ? [name] : [])),
        directories: kinds.flatMap(([name, stats]) => (stats?.isDirectory() ? [name] : [])),
      };
    } catch {
      return none;
    }
  };
  const { useCaseSensitiveFileNames, getCurrentDirectory, realpath = (path: string) => path } = ts.sys;
  return {
    ...plainSystem,
    getDirectories: (path) => [...entries(path).directories],
    readDirectory: (path, extensions, excludes, includes, depth) =>
      matchFiles(
        ...([path, extensions, excludes, includes, useCaseSensitiveFileNames, getCurrentDirectory()] as const),
        ...([depth, entries, realpath] as const),
      ),
  };
}
