import {
  closeSync,
  constants,
  fstatSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { decodedText } from "../yaml/encoding.js";
import { type Cache, openCache } from "./cache.js";
import type { CompilerSetup } from "./compiler-setup.js";
import { leadsOut } from "./paths.js";
import { leadsNowhere, objectionTo, type RealPlace, realPlaceOf, statsAt, writablePath } from "./writing/real-place.js";
import { sweep, withTemporary } from "./writing/temporary-file.js";

/** The file operations of the generator. Every path is relative to the project, with "/" separators. */
export interface Host {
  /** Whether the names of files follow the rules of Windows. Default: no. */
  readonly windows?: boolean;
  /** The text of a file; `undefined` if it does not exist. */
  read(path: string): Promise<string | undefined>;
  /** Names of the entries of a folder; empty if it does not exist. */
  list(path: string): Promise<readonly string[]>;
  /** True for a file or a folder. */
  exists(path: string): Promise<boolean>;
  /** Where a path leads. Default: there are no links. */
  place?(path: string): Promise<RealPlace>;
  /**
   * Replaces a file atomically: a reader sees the old text or the new one, never a part. A link at the path is replaced, not followed. This
   * and the other changes throw for a path that leads out of the project through a link.
   */
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
  /** Tells a person who waits what takes long, in one line. Default: nobody waits. */
  readonly notify?: (text: string) => void;
  /** The same host where what goes through this one is noted: for what the next run need not compare. */
  readonly unnoted?: Host;
}

/** The result of `work`, or `otherwise` if what it needs does not exist. */
function orMissing<T, Other>(otherwise: Other, work: () => T): T | Other {
  try {
    return work();
  } catch (error) {
    if (leadsNowhere(error)) return otherwise;
    throw error;
  }
}

/**
 * The bytes of a file. Throws for a device or a pipe, which may never end; opened without waiting, a pipe does not wait for its writer.
 * For a folder, it throws the error of the file system.
 */
export function readRegular(file: string): Buffer {
  const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(descriptor);
    if (stats.isFile() || stats.isDirectory()) return readFileSync(descriptor);
    throw Object.assign(new Error("not a file"), { code: "ENXIO", syscall: "read", path: file });
  } finally {
    closeSync(descriptor);
  }
}

/**
 * A `Host` for a folder on the disk. It reads and writes synchronously, which is several times faster for the many small files of a
 * project, and a command has nothing else to do meanwhile.
 */
export function createHost(root: string): Host {
  const swept = new Set<string>();
  const at = (path: string) => join(root, path);

  /** The absolute path of a file to write or delete, itself perhaps a link, in a folder that is really in the project. */
  function target(path: string): string {
    return join(writablePath(root, dirname(path)), basename(path));
  }

  function beside<T>(file: string, text: string, use: (temporary: string) => T): T {
    const like = statsAt(file);
    return withTemporary(file, text, like?.isFile() ? like : undefined, (temporary) => {
      const folder = dirname(file);
      if (!swept.has(folder)) sweep(folder);
      swept.add(folder);
      return use(temporary);
    });
  }

  const host: CachingHost = {
    windows: sep === "\\",
    async read(path) {
      try {
        return decodedText(readRegular(at(path)));
      } catch (error) {
        if (leadsNowhere(error)) return undefined;
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
    async place(path) {
      return realPlaceOf(root, path);
    },
    async compilerSetup(path) {
      const { readCompilerSetup } = await import("./compiler-setup.js");
      return readCompilerSetup(root, path);
    },
    async replace(path, text) {
      const file = target(path);
      beside(file, text, (temporary) => renameSync(temporary, file));
    },
    async remove(path) {
      rmSync(target(path), { force: true });
    },
    async create(path, text) {
      const file = target(path);
      return beside(file, text, (temporary) => createFrom(temporary, file, text));
    },
    async tidy(path) {
      if (objectionTo(realPlaceOf(root, path)) === undefined) sweep(at(path));
    },
    cache: openCache(root),
  };
  return host;
}

/** False if something is at the path already. */
export function createFrom(temporary: string, file: string, text: string): boolean {
  try {
    // Creating a hard link fails if the target exists, and the target is complete from the start.
    linkSync(temporary, file);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EEXIST") return false;
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "EOPNOTSUPP") throw error;
    return createWithoutLinks(file, text);
  }
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
export async function firstLinkOut(host: Pick<Host, "place">, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const { link, real = "" } = (await host.place?.(path)) ?? {};
    if (link !== undefined && leadsOut(real)) return path;
  }
  return undefined;
}

/** Whether a path is a folder. */
export async function isFolder(path: string): Promise<boolean> {
  return orMissing(false, () => statSync(path).isDirectory());
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EFBIG: "the file is too large for the file system",
  EDQUOT: "disk quota exceeded",
  EISDIR: "expected a file, found a folder",
  ENXIO: "expected a file, found a device, a pipe or a socket",
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
