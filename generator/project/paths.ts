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

/** The file systems of Windows and macOS take several spellings of a name for the same one. */
function plainName(name: string): string {
  const visible = name.replace(/[\p{Default_Ignorable_Code_Point}]/gu, "").split(":")[0] ?? "";
  const lower = visible
    .normalize("NFC")
    .toLowerCase()
    .replace(/[. ]+$/, "");
  return lower === "git~1" ? ".git" : lower;
}

/** The name that a part of a path has on some file system: `.git` for `.GIT`. The names are in lower case. */
export function reservedPart(path: string, names: readonly string[]): string | undefined {
  const parts = plainPath(path).split("/").map(plainName);
  return names.find((name) => parts.includes(name));
}
