import { isAbsolute, posix, relative, resolve } from "node:path";

/** A normalised path with "/" separators on every system: a lock file can come from another machine. */
export function plainPath(path: string): string {
  return posix.normalize(path.replaceAll("\\", "/")).replace(/(?<=.)\/$/, "");
}

/** A path that a user gives, made relative to the project's folder. It can be outside the folder. */
export function projectPath(dir: string, given: string): string {
  return plainPath(isAbsolute(given) ? relative(resolve(dir), given) : given);
}

/** Whether a path is outside the project: it starts with "..", is absolute, has a drive letter, or contains a NUL character. */
export function leadsOut(path: string): boolean {
  return path.includes("\0") || /^([a-z]:|\/|\.\.(\/|$))/i.test(plainPath(path));
}
