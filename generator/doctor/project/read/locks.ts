import { readdirSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { readPlainFile } from "../../../project/cache-folder.js";
import { type FoundLock, lockFiles } from "../rules/lock-file.js";

/** Lock files of large workspaces have some ten. In bytes. */
const largest = 64 * 1024 * 1024;

function declaresWorkspaces(folder: string): boolean {
  return /"workspaces"\s*:/.test(readPlainFile(join(folder, "package.json"), largest) ?? "");
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The lock files in the project's folder, else in the nearest folder above, up to the root of its workspace or repository. `folder`: absolute. */
export function findLocks(folder: string): readonly FoundLock[] {
  const slashed = (path: string) => path.split(sep).join("/");
  for (let at = folder; ; at = dirname(at)) {
    const names = namesIn(at);
    const found = Object.keys(lockFiles).filter((name) => names.includes(name));
    if (found.length > 0) {
      return found.map((name) => ({
        name,
        path: slashed(relative(folder, join(at, name))),
        text: readPlainFile(join(at, name), largest) ?? "",
        member: slashed(relative(at, folder)),
      }));
    }
    if (dirname(at) === at || names.includes(".git") || declaresWorkspaces(at)) return [];
  }
}
