import { randomBytes } from "node:crypto";
import { access, link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** The file system as the generator sees it; every path is relative to the project, with "/" separators. */
export interface Host {
  /** The text of a file; `undefined` where there is none. */
  read(path: string): Promise<string | undefined>;
  /** Names in a folder; empty where there is none. */
  list(path: string): Promise<readonly string[]>;
  exists(path: string): Promise<boolean>;
  /** Replaces a file at once: a reader sees the old text or the new, never a part. */
  replace(path: string, text: string): Promise<void>;
  /** Deletes a file; one that is gone already is no error. */
  remove(path: string): Promise<void>;
  /** Creates a file, complete or not at all; false where something already stands there, which is left as it is. */
  create(path: string, text: string): Promise<boolean>;
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

/** Removes what runs that were killed left unfinished; another run's file is in use. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = /^\.kiket-gen-(\d+)-[0-9a-f]{12}\.tmp$/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(folder, name), { force: true });
  }
}

/** A `Host` on the disk, below one folder. */
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
    async read(path) {
      try {
        return await readFile(at(path), "utf8");
      } catch (error) {
        if (missing(error)) return undefined;
        // Reading a folder fails without a word of which.
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
        // A hard link fails where the target exists, and the target is complete from its first moment.
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
  };
}

/** The same file system; the paths of files and folders that are asked for, there or not, are noted. */
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

/** Whether a folder stands at this path. */
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
  EFBIG: "the file would be larger than the system allows",
  EDQUOT: "the disk quota is used up",
  EISDIR: "a folder stands where a file should be",
  ENOTDIR: "a file stands where a folder should be",
  EEXIST: "a file stands where a folder should be",
  ENAMETOOLONG: "the name is too long",
  EMFILE: "too many files are open",
};

/** What the file system refused, in a line; `undefined` for an error that is not its own. */
export function describeSystemError(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("syscall" in error)) return undefined;
  const { code = "", path } = error as NodeJS.ErrnoException;
  return `${path ?? "file system"}: ${reasons[code] ?? error.message}`;
}
