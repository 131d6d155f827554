import { lstat, readdir, readFile, readlink, stat } from "node:fs/promises";
import { join } from "node:path";
import { leadsNowhere } from "./writing/real-place.js";

/** What git's files are read with. It writes nothing, whatever the library asks for, and no file takes its place but a plain one. */
export interface GitFiles {
  readonly promises: object;
}

/** Where the data of a repository is. In a worktree, `git` has HEAD and the index, and `common` the rest; else they are the same. */
export interface GitFolders {
  readonly git: string;
  readonly common: string;
}

/** Bytes of a file; a pipe or a device could block. */
export async function readPlain(file: string): Promise<Buffer> {
  if ((await stat(file)).isFile()) return readFile(file);
  throw Object.assign(new Error(`${file} is not a file`), { code: "ENOENT" });
}

/** The text of a file; empty if there is none. */
export async function gitText(file: string): Promise<string> {
  return readPlain(file).then(
    (bytes) => bytes.toString("utf8"),
    () => "",
  );
}

/** Names in a folder; none if it cannot be read. */
export async function gitNames(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

async function refuse(): Promise<never> {
  throw new Error("git's files are only read");
}

/**
 * The disk, with two differences. A worktree's index and HEAD are found where those of the repository would be. `ignored`, the patterns
 * of the user's own file of ignored files, count as patterns of the repository.
 */
export function gitFiles({ git, common }: GitFolders, ignored: string): GitFiles {
  const moved = new Map(["index", "HEAD"].map((name) => [join(common, name), join(git, name)]));
  const at = (file: string) => moved.get(file) ?? file;
  const exclude = join(common, "info/exclude");
  const read = async (path: string, options?: { encoding?: string } | string) => {
    const encoding = typeof options === "string" ? options : options?.encoding;
    const bytes = path === exclude ? await readPlain(path).catch(() => Buffer.alloc(0)) : await readPlain(at(path));
    const whole = path === exclude ? Buffer.concat([bytes, Buffer.from(`\n${ignored}`)]) : bytes;
    return encoding === "utf8" ? whole.toString("utf8") : whole;
  };
  // The library writes of other errors than these that nothing is there.
  const plainStat = (path: string) =>
    stat(path).catch((error: NodeJS.ErrnoException) => {
      throw leadsNowhere(error) ? Object.assign(error, { code: "ENOENT" }) : error;
    });
  // A repository may have no such file, and the library asks first.
  const statOf = (path: string) =>
    path === exclude ? plainStat(path).catch(() => plainStat(at(join(common, "HEAD")))) : plainStat(at(path));
  const looks = { stat: statOf, lstat: (path: string) => lstat(at(path)), readdir, readlink };
  const changes = { writeFile: refuse, mkdir: refuse, rmdir: refuse, unlink: refuse, symlink: refuse, rm: refuse };
  return { promises: { readFile: read, ...looks, ...changes } };
}
