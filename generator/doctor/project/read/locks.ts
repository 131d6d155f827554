import { readdirSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { lockFiles } from "../../../base/package-manager.js";
import { readPlainFile } from "../../../project/cache-folder.js";
import type { FoundLock } from "../rules/lock-file.js";

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

/** The folder of the repository or of the workspaces that the project is in; the project's own if there is none. `folder`: absolute. */
export function topFolder(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (isTop(at, namesIn(at))) return at;
    if (dirname(at) === at) return folder;
  }
}

function isTop(folder: string, names: readonly string[]): boolean {
  return names.includes(".git") || declaresWorkspaces(folder);
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
    if (dirname(at) === at || isTop(at, names)) return [];
  }
}
