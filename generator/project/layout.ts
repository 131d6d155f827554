import { UsageError } from "../base/usage-error.js";
import { leadsOut, projectPath, reservedPart } from "./paths.js";

/** The folders that kiket-gen writes to, relative to the project, with "/" separators. */
export interface Layout {
  /** For generated files, which kiket-gen rewrites. */
  readonly out: string;
  /** For stubs, which kiket-gen creates once and never changes. */
  readonly handlers: string;
}

export const defaultLayout: Layout = { out: "src/generated", handlers: "src/handlers" };

/** Name of the lock file, which is in the folder of generated files and is committed with them. */
export const lockName = "kiket-gen.lock.json";

export function lockPathIn({ out }: Pick<Layout, "out">): string {
  return `${out}/${lockName}`;
}

/** Folders of git, of Kiket and of package managers, at any depth. */
export const reservedFolders: readonly string[] = [".git", ".kiket", "node_modules"];

/**
 * A folder of the output. Throws a `UsageError` for one outside the project or in a reserved one, so that no file is written there.
 */
export function outputFolder(dir: string, option: keyof Layout, given: string = defaultLayout[option]): string {
  const path = projectPath(dir, given);
  if (path === "." || leadsOut(path)) {
    throw new UsageError(`--${option} must name a folder inside the project, not "${given}"`);
  }
  const reserved = reservedPart(path, reservedFolders);
  if (reserved === undefined) return path;
  throw new UsageError(`--${option} must not be in ${reserved}, which is not for generated code: "${given}"`);
}

/** Throws a `UsageError` if a folder of the output contains the manifest: the folders are for code only. */
export function checkApart(layout: Layout, manifest: string | undefined): void {
  for (const option of ["out", "handlers"] as const) {
    if (!manifest?.startsWith(`${layout[option]}/`)) continue;
    throw new UsageError(`--${option} must not be a folder that contains the manifest, ${manifest}`);
  }
}
