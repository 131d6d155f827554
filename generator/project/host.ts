import { randomBytes } from "node:crypto";
import { access, link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, sep } from "node:path";

/** The file operations of the generator. Every path is relative to the project, with "/" separators. */
export interface Host {
  /** Whether the names of files follow the rules of Windows. Default: no. */
  readonly windows?: boolean;
  /** The text of a file; `undefined` if it does not exist. */
  read(path: string): Promise<string | undefined>;
  /** Names of the entries of a folder; empty if it does not exist. */
  list(path: string): Promise<readonly string[]>;
  exists(path: string): Promise<boolean>;
  /** Replaces a file atomically: a reader sees the old text or the new one, never a part. */
  replace(path: string, text: string): Promise<void>;
  /** Deletes a file; does nothing if it does not exist. */
  remove(path: string): Promise<void>;
  /** Creates a file atomically. If the path already exists, returns false and changes nothing. */
  create(path: string, text: string): Promise<boolean>;
  /** Deletes from a folder that exists what killed processes left there. */
  tidy?(path: string): Promise<void>;
}

function missing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOENT" || code === "ENOTDIR";
}

const temporaryPrefix = ".kiket-gen-";

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Removes temporary files of processes that no longer run. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = /^\.kiket-gen-(\d+)-[0-9a-f]{12}\.tmp$/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(folder, name), { force: true });
  }
}

/** A `Host` for a folder on the disk. */
export function createHost(root: string): Host {
  const folders = new Set<string>();
  const at = (path: string) => join(root, path);

  async function temporary(path: string, text: string): Promise<string> {
    const folder = dirname(at(path));
    if (!folders.has(folder)) {
      await mkdir(folder, { recursive: true });
      await sweep(folder);
      folders.add(folder);
    }
    const file = join(folder, `${temporaryPrefix}${process.pid}-${randomBytes(6).toString("hex")}.tmp`);
    try {
      await writeFile(file, text, { flag: "wx" });
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
    return file;
  }

  return {
    windows: sep === "\\",
    async read(path) {
      try {
        return await readFile(at(path), "utf8");
      } catch (error) {
        if (missing(error)) return undefined;
        // The error of reading a folder does not contain the path.
        throw Object.assign(error as Error, { path: at(path) });
      }
    },
    async list(path) {
      try {
        return await readdir(at(path));
      } catch (error) {
        if (missing(error)) return [];
        throw error;
      }
    },
    async exists(path) {
      try {
        await access(at(path));
        return true;
      } catch (error) {
        if (missing(error)) return false;
        throw error;
      }
    },
    async replace(path, text) {
      const file = await temporary(path, text);
      try {
        await rename(file, at(path));
      } catch (error) {
        await rm(file, { force: true });
        throw error;
      }
    },
    async remove(path) {
      await rm(at(path), { force: true });
    },
    async create(path, text) {
      const file = await temporary(path, text);
      try {
        // Creating a hard link fails if the target exists, and the target is complete from the start.
        await link(file, at(path));
        return true;
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code === "EEXIST") return false;
        if (code !== "EPERM" && code !== "ENOTSUP" && code !== "EOPNOTSUPP") throw error;
        return await createWithoutLinks(at(path), text);
      } finally {
        await rm(file, { force: true });
      }
    },
    tidy: (path) => sweep(at(path)),
  };
}

/** The same host; adds to `asked` the paths of all files and folders that are read, even if they do not exist. */
export function notingReads(host: Host, asked: Set<string>): Host {
  return {
    ...host,
    read: (path) => host.read(asked.add(path) && path),
    list: (path) => host.list(asked.add(path) && path),
  };
}

/** For file systems without hard links. */
async function createWithoutLinks(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Whether a path is a folder. */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (missing(error)) return false;
    throw error;
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EFBIG: "the file is too large for the file system",
  EDQUOT: "disk quota exceeded",
  EISDIR: "expected a file, found a folder",
  ENOTDIR: "expected a folder, found a file",
  EEXIST: "expected a folder, found a file",
  ENAMETOOLONG: "the name is too long",
  EMFILE: "too many open files",
};

/** Describes an error of the file system in one line; `undefined` for other errors. */
export function describeSystemError(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("syscall" in error)) return undefined;
  const { code = "", path } = error as NodeJS.ErrnoException;
  return `${path ?? "file system"}: ${reasons[code] ?? error.message}`;
}
