import { posix } from "node:path";

/** The path of a project file, relative to the working directory. */
export function fromWorkingDirectory(dir: string, file: string): string {
  return posix.join(dir.replaceAll("\\", "/"), file);
}
