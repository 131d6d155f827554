import { isAbsolute, posix, relative, resolve } from "node:path";

/** A path without steps and with "/" alone, whatever the system: a lock file comes from another machine. */
export function plainPath(path: string): string {
  return posix.normalize(path.replaceAll("\\", "/")).replace(/(?<=.)\/$/, "");
}

/** A path as a user gives it, relative to the project's folder. It may lead out of it. */
export function projectPath(dir: string, given: string): string {
  return plainPath(isAbsolute(given) ? relative(resolve(dir), given) : given);
}

/** Whether a path leads out of the project: up, to the root, to a drive, or nowhere that a file can be. */
export function leadsOut(path: string): boolean {
  return path.includes("\0") || /^([a-z]:|\/|\.\.(\/|$))/i.test(plainPath(path));
}
