import { chmodSync, chownSync, mkdirSync, readdirSync, rmSync, type Stats, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { placeError, withoutLinks } from "./real-place.js";

const temporaryPrefix = ".kiket-gen-";

/** Whether a process runs on this machine. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Removes temporary files of processes that no longer run. */
export function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /^\.kiket-gen-(\d+)-[0-9a-z]+\.tmp$/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

function quietly(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

/** Who owns a file, and what others may do with it. */
type Access = Pick<Stats, "uid" | "gid" | "mode">;

/** Only the superuser may give a file away; others may give it to a group of theirs. */
function keepOwner(file: string, { uid, gid }: Access): void {
  const own = statSync(file);
  if (own.uid === uid && own.gid === gid) return;
  if (!quietly(() => chownSync(file, uid, gid))) quietly(() => chownSync(file, own.uid, gid));
}

/**
 * Makes a folder, and those above it. Node's own way of it never ends where the system says that nothing is there although the folder
 * above is, as in `/proc`.
 */
function makeFolder(folder: string): void {
  const isThere = () => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isThere()) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!isThere()) throw error;
  }
}

/**
 * Writes a file beside the one at an absolute path without links, runs `use` with its path, and removes it. So readers of the path never
 * see a part of a text. The file has the mode and, where the system allows it, the owner of `like`. Throws if a folder on the way
 * became a link.
 */
export function withTemporary<T>(file: string, text: string, like: Access | undefined, use: (path: string) => T): T {
  const folder = dirname(file);
  makeFolder(folder);
  const name = `${temporaryPrefix}${process.pid}-${Math.random().toString(36).slice(2)}.tmp`;
  const temporary = join(folder, name);
  try {
    writeFileSync(temporary, text, { flag: "wx" });
    if (like !== undefined) {
      keepOwner(temporary, like);
      chmodSync(temporary, like.mode & 0o7777);
    }
    if (withoutLinks(folder) !== folder) throw placeError(folder, "has just become a link");
    return use(temporary);
  } finally {
    rmSync(temporary, { force: true });
  }
}
