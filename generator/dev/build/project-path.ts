import { posix } from "node:path";

/** Paths of builds have "/" on every system, as the compiler's have. */
export function slashed(path: string): string {
  return path.replaceAll("\\", "/");
}

/** Relative to the project. */
export function localPath(dir: string, path: string): string {
  return posix.relative(dir, slashed(path));
}

export function isBelow(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}
