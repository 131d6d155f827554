import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** Some file systems keep times in steps of two seconds: within one, a file can change twice with the same times. In milliseconds. */
const timeStep = 2000;

const gone = "gone";

/** What the disk says of files and folders without reading them. Other marks mean that something may have changed. */
export interface Marks {
  readonly text: string;
  /** The paths where nothing is. */
  readonly missing: ReadonlySet<string>;
  /** Whether something changed so recently that the same marks may hide another change. */
  readonly isFresh: boolean;
}

function statsAt(path: string) {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOTDIR" ? undefined : (code ?? "error");
  }
}

/** Marks of the paths below a folder. Follows links, so that a link that is changed to lead elsewhere changes them. */
export function marksOf(root: string, paths: readonly string[], now: number): Marks {
  const missing = new Set<string>();
  let newest = 0;
  const marks = paths.map((path) => {
    const stats = statsAt(join(root, path));
    if (stats === undefined) missing.add(path);
    if (stats === undefined || typeof stats === "string") return stats ?? gone;
    newest = Math.max(newest, Number(stats.mtimeMs), Number(stats.ctimeMs));
    return [stats.dev, stats.ino, stats.mode, stats.size, stats.mtimeNs, stats.ctimeNs].join(" ");
  });
  return { text: marks.join("\n"), missing, isFresh: newest > now - timeStep };
}

/** The folder with the index of a repository: a worktree and a submodule have a file that names it. */
function gitFolder(path: string): string | undefined {
  try {
    if (statSync(path).isDirectory()) return path;
    const named = /^gitdir: (.+?)\s*$/.exec(readFileSync(path, "utf8"))?.[1];
    return named === undefined ? undefined : resolve(dirname(path), named);
  } catch {
    return undefined;
  }
}

/** The lock of a git command that is changing the files of a folder; `undefined` if there is none. Runs nothing. */
export function gitLockOf(folder: string): string | undefined {
  try {
    for (let at = realpathSync.native(folder); ; at = dirname(at)) {
      const found = gitFolder(join(at, ".git"));
      const lock = found && join(found, "index.lock");
      if (lock !== undefined) return statsAt(lock) === undefined ? undefined : lock;
      if (dirname(at) === at) return undefined;
    }
  } catch {
    return undefined;
  }
}
