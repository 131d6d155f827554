import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join, sep } from "node:path";
import type { DevStorage } from "kiket-gen/dev";
import { type Refusal, refuse } from "../base/refusal.js";
import { ownFolder } from "../project/cache-folder.js";
import { sweep, withTemporary } from "../project/writing/temporary-file.js";
import { isSameBoot, readBootId } from "./boot.js";
import { isLoopbackAddress, type Launch, parseLaunch } from "./launch.js";

export const stateFolderName = ".kiket-gen";
export const launchFile = "launch.json";
/** What the local Kiket keeps, by the names that it uses. */
export const keptFiles = { kiket: "kiket.json", deliveries: "deliveries.json" } as const;
/** The text of the `.gitignore`. */
const ignoreAll = "*\n";

/** A larger file is not read, nor written. In bytes. */
const maxSize = 64 * 1024 * 1024;
const maxLaunchSize = 16 * 1024;

/** The folder `.kiket-gen` of a project: what `dev` keeps, and where a running one is found. */
export interface StateFolder {
  /** Absolute, without links. */
  readonly path: string;
  /** Only files that this user wrote are read. `write` throws for a text above 64 MB. */
  readonly storage: DevStorage;
  /**
   * What the last `dev` of this boot wrote, or a command that is still running; undefined if there is none that counts. `say` is told
   * in one line why a file does not count, if a user would wonder.
   */
  readLaunch(say?: (line: string) => void): Launch | undefined;
  /** Leaves an extension out that does not listen on loopback: commands deliver only there. */
  writeLaunch(launch: Launch): void;
  /** Makes the folder again if somebody has deleted it, as `git clean` does. */
  restore(): void;
  /** Removes the file if it still says this launch. */
  removeLaunch(launchId: string): void;
  /** Why nothing that is written here will be read, in one line; undefined in the usual case. */
  readonly warning?: string;
}

/** What is at a path in the folder: its text, or why it does not count, or nothing. */
export interface PrivateFile {
  readonly text?: string;
  readonly objection?: string;
}

/** Windows has neither user ids nor these modes: there, a user's folders are closed to others. */
const hasModes = sep !== "\\";

/** Whether only this user may do anything with it. */
function isPrivate({ uid, mode }: { readonly uid: number; readonly mode: number }, expected: number): boolean {
  return !hasModes || (uid === process.geteuid?.() && (mode & 0o7777) === expected);
}

/** Opened without waiting, a pipe does not wait for its writer; and a link is not followed. */
export function readPrivateFile(file: string, maxBytes: number): PrivateFile {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return {};
    return { objection: code === "ELOOP" ? "it is a link" : "it cannot be opened" };
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || stats.nlink !== 1) return { objection: "it is not a plain file" };
    if (!isPrivate(stats, 0o600)) return { objection: "it is not a file that only you can read and write (mode 0600)" };
    if (stats.size > maxBytes) return { objection: "it is too large" };
    return { text: readFileSync(descriptor, "utf8") };
  } catch {
    return { objection: "it cannot be read" };
  } finally {
    closeSync(descriptor);
  }
}

function storageIn(read: (name: string, max: number) => PrivateFile, folder: FolderFiles): DevStorage {
  const checked = (name: string) => {
    if (!/^[a-z-]+\.json$/.test(name) || name === launchFile) throw new TypeError(`not a name of kept data: ${name}`);
    return name;
  };
  return {
    read: async (name) => read(checked(name), maxSize).text,
    async write(name, text) {
      if (Buffer.byteLength(text) > maxSize) throw new RangeError(`too much to keep in ${name}`);
      folder.write(checked(name), text);
    },
    remove: async (name) => folder.remove(checked(name)),
  };
}

/** True if it did not exist. */
function createFolder(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

interface FolderFiles {
  restore(): void;
  /** Replaces a file atomically, with mode 0600. A link there is replaced, not followed. */
  write(name: string, text: string): void;
  remove(name: string): void;
}

function filesIn(path: string): FolderFiles {
  const replace = (name: string, text: string) => {
    const { uid, gid } = statSync(path);
    const file = join(path, name);
    // The system would name the temporary file.
    if (lstatSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
      throw Object.assign(new Error(`${stateFolderName}/${name} is a folder; delete it`), {
        ...{ code: "EISDIR", syscall: "rename", path: file },
      });
    withTemporary(file, text, { uid, gid, mode: 0o600 }, (temporary) => renameSync(temporary, file));
  };
  const restore = () => {
    if (createFolder(path)) replace(".gitignore", ignoreAll);
  };
  return {
    restore,
    write(name, text) {
      restore();
      replace(name, text);
    },
    remove(name) {
      if (ownFolder(path) !== undefined) rmSync(join(path, name), { recursive: true, force: true });
    },
  };
}

function stateFolderAt(path: string): StateFolder {
  const files = filesIn(path);
  // A git command may have put a link in its place since.
  const read = (name: string, max: number) =>
    ownFolder(path) === undefined ? {} : readPrivateFile(join(path, name), max);
  const readLaunch = (say?: (line: string) => void) => {
    const { text, objection } = read(launchFile, maxLaunchSize);
    if (objection !== undefined) say?.(`${stateFolderName}/${launchFile} is ignored: ${objection}`);
    const launch = text === undefined ? undefined : parseLaunch(text);
    return launch !== undefined && isSameBoot(launch.bootId, readBootId()) ? launch : undefined;
  };
  return {
    path,
    storage: storageIn(read, files),
    restore: files.restore,
    readLaunch,
    writeLaunch({ extension, ...launch }) {
      const isKept = extension !== undefined && isLoopbackAddress(extension);
      files.write(launchFile, `${JSON.stringify(isKept ? { ...launch, extension } : launch)}\n`);
    },
    removeLaunch(launchId) {
      if (readLaunch()?.launchId === launchId) files.remove(launchFile);
    },
  };
}

/** The path of a project's folder, absolute and without links. */
export function projectFolder(project: string): string {
  return realpathSync.native(project);
}

/** The state folder of a project if there is one that belongs to this user; a link is none. Creates and changes nothing. */
export function findStateFolder(project: string): StateFolder | undefined {
  const path = join(projectFolder(project), stateFolderName);
  return ownFolder(path) === undefined ? undefined : stateFolderAt(path);
}

/** Why what is at the path cannot be the state folder. */
function objectionToFolder(path: string): Refusal | undefined {
  if (ownFolder(path) !== undefined) return undefined;
  const stats = lstatSync(path);
  const again = "delete it, and run the command again: a new folder is made";
  const purpose = "kiket-gen keeps its local state in a folder of that name";
  if (stats.isSymbolicLink()) return refuse(`${stateFolderName} is a link, but ${purpose}`, again);
  if (!stats.isDirectory()) return refuse(`${stateFolderName} is not a folder, but ${purpose}`, again);
  const hint = "delete it or make it yours (sudo chown), and run the command as one user only";
  return refuse(`${stateFolderName} belongs to another user (user id ${stats.uid})`, hint);
}

/**
 * The state folder of a project, with mode 0700 and a `.gitignore` for all of it; created if it does not exist. Refuses what is not a
 * folder of this user. Throws an error of the file system, which can be described, where none can be created.
 */
export function openStateFolder(project: string): StateFolder | Refusal {
  const path = join(projectFolder(project), stateFolderName);
  createFolder(path);
  const objection = objectionToFolder(path);
  if (objection !== undefined) return objection;
  if (hasModes) chmodSync(path, 0o700);
  sweep(path);
  filesIn(path).write(".gitignore", ignoreAll);
  const keepsModes = readPrivateFile(join(path, ".gitignore"), ignoreAll.length).text === ignoreAll;
  const warning = `${stateFolderName} cannot be closed to other users on this file system: nothing is kept between runs, and other commands do not find this one`;
  return keepsModes ? stateFolderAt(path) : { ...stateFolderAt(path), warning };
}
