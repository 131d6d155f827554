import { lstatSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder of a build, and what is written before it is whole. */
const builds = /^(\d+)(?:\.tmp)?$/;

/** Throws if a folder is not itself one of the project: a link could lead anywhere, and builds are deleted there. */
function checkFolder(path: string): void {
  const stats = lstatSync(path);
  if (stats.isDirectory() && !stats.isSymbolicLink()) return;
  throw Object.assign(new Error("is a link or a file, where `kiket-gen dev` needs a folder of its own"), {
    path,
    syscall: "lstat",
  });
}

/** Throws if the folder of builds, or the one that it is in, is a link. */
export function checkBuildFolder(folder: string): void {
  checkFolder(dirname(folder));
  checkFolder(folder);
}

/** Writes a build, or nothing: `write` gets a folder that does not exist. Returns the folder of the whole build. */
export function placeBuild(folder: string, number: number, write: (folder: string) => void): string {
  const place = join(folder, String(number));
  const unfinished = `${place}.tmp`;
  try {
    rmSync(unfinished, { recursive: true, force: true });
    write(unfinished);
    rmSync(place, { recursive: true, force: true });
    renameSync(unfinished, place);
    return place;
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
}

/** Deletes all builds but these. Links in them are deleted, not followed. */
export function keepBuilds(folder: string, numbers: readonly number[]): void {
  checkBuildFolder(folder);
  for (const name of readdirSync(folder)) {
    const [, number] = builds.exec(name) ?? [];
    if (number === undefined || (name === number && numbers.includes(Number(number)))) continue;
    rmSync(join(folder, name), { recursive: true, force: true });
  }
}
