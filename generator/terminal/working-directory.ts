import { posix } from "node:path";

/** A file of a project as it is called from where the command runs. */
export function fromWorkingDirectory(dir: string, file: string): string {
  return posix.join(dir.replaceAll("\\", "/"), file);
}
