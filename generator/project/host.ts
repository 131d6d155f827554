import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { type Cache, openCache } from "./cache.js";
import type { CompilerSetup } from "./compiler-setup.js";
import { leadsOut } from "./paths.js";

/** The file operations of the generator. Every path is relative to the project, with "/" separators. */
export interface Host {
  /** Whether the names of files follow the rules of Windows. Default: no. */
  readonly windows?: boolean;
  /** The text of a file; `undefined` if it does not exist. */
  read(path: string): Promise<string | undefined>;
  /** Names of the entries of a folder; empty if it does not exist. */
  list(path: string): Promise<readonly string[]>;
  exists(path: string): Promise<boolean>;
  /** Whether a path leads out of the project through a link. False if nothing is there. Default: no path does. */
  linksOut?(path: string): Promise<boolean>;
  /** Replaces a file atomically: a reader sees the old text or the new one, never a part. */
  replace(path: string, text: string): Promise<void>;
  /** Deletes a file; does nothing if it does not exist. */
  remove(path: string): Promise<void>;
  /** Creates a file atomically. If the path already exists, returns false and changes nothing. */
  create(path: string, text: string): Promise<boolean>;
  /** How a file of the project is compiled. Default: as without a `tsconfig.json`. */
  compilerSetup?(path: string): Promise<CompilerSetup>;
  /** Deletes from a folder that exists what killed processes left there. */
  tidy?(path: string): Promise<void>;
}

/** Every `Host` is one without a cache: each run then makes all results again. */
export interface CachingHost extends Host {
  /** Results of earlier runs. It is not among the file operations, because it may be outside the project. */
  readonly cache?: Cache;
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
function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /^\.kiket-gen-(\d+)-[0-9a-z]+\.tmp$/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

/** The result of `work`, or `otherwise` if what it needs does not exist. */
function orMissing<T, Other>(otherwise: Other, work: () => T): T | Other {
  try {
    return work();
  } catch (error) {
    if (missing(error)) return otherwise;
    throw error;
  }
}

/**
 * A `Host` for a folder on the disk. It reads and writes synchronously, which is several times faster for the many small files of a
 * project, and a command has nothing else to do meanwhile.
 */
export function createHost(root: string): Host {
  const folders = new Set<string>();
  const at = (path: string) => join(root, path);

  function temporary(path: string, text: string): string {
    const folder = dirname(at(path));
    if (!folders.has(folder)) {
      mkdirSync(folder, { recursive: true });
      sweep(folder);
      folders.add(folder);
    }
    const file = join(folder, `${temporaryPrefix}${process.pid}-${Math.random().toString(36).slice(2)}.tmp`);
    try {
      writeFileSync(file, text, { flag: "wx" });
    } catch (error) {
      rmSync(file, { force: true });
      throw error;
    }
    return file;
  }

  const host: CachingHost = {
    windows: sep === "\\",
    async read(path) {
      try {
        return readFileSync(at(path), "utf8");
      } catch (error) {
        if (missing(error)) return undefined;
        // The error of reading a folder does not contain the path.
        throw Object.assign(error as Error, { path: at(path) });
      }
    },
    async list(path) {
      return orMissing([], () => readdirSync(at(path)));
    },
    async exists(path) {
      return orMissing(false, () => statSync(at(path), { throwIfNoEntry: false }) !== undefined);
    },
    async linksOut(path) {
      return orMissing(false, () => leadsOut(relative(realpathSync.native(root), realpathSync.native(at(path)))));
    },
    async compilerSetup(path) {
      const { readCompilerSetup } = await import("./compiler-setup.js");
      return readCompilerSetup(root, path);
    },
    async replace(path, text) {
      const file = temporary(path, text);
      try {
        renameSync(file, at(path));
      } catch (error) {
        rmSync(file, { force: true });
        throw error;
      }
    },
    async remove(path) {
      rmSync(at(path), { force: true });
    },
    async create(path, text) {
      const file = temporary(path, text);
      try {
        // Creating a hard link fails if the target exists, and the target is complete from the start.
        linkSync(file, at(path));
        return true;
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code === "EEXIST") return false;
        if (code !== "EPERM" && code !== "ENOTSUP" && code !== "EOPNOTSUPP") throw error;
        return createWithoutLinks(at(path), text);
      } finally {
        rmSync(file, { force: true });
      }
    },
    async tidy(path) {
      sweep(at(path));
    },
    cache: openCache(root),
  };
  return host;
}

/** For file systems without hard links. */
function createWithoutLinks(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** The first of the paths that leads out of the project through a link. */
export async function firstLinkOut(
  host: Pick<Host, "linksOut">,
  paths: readonly string[],
): Promise<string | undefined> {
  for (const path of paths) if (await host.linksOut?.(path)) return path;
  return undefined;
}

/** Whether a path is a folder. */
export async function isFolder(path: string): Promise<boolean> {
  return orMissing(false, () => statSync(path).isDirectory());
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
