import { posix } from "node:path";
import type { Host } from "./host.js";

/** Folders that are nested deeper are a mistake. */
const maxDepth = 12;
const mostFolders = 20_000;

/** Names with these endings are files in practice: asking for their entries takes most of the time in a large project. */
const fileName =
  /\.(?:[cm]?[jt]sx?|json|md|ya?ml|txt|s?css|html?|map|lock|png|jpe?g|gif|svg|ico|woff2?|sh|py|go|sql)$/i;

/** What belongs to a package, without what it installs and what hides. */
export interface PackageFiles {
  readonly paths: readonly string[];
  /** False if there are more folders than are looked at. */
  readonly isComplete: boolean;
}

/** The wanted files of the package in the project's folder. `node_modules`, hidden folders, links and packages in folders below are skipped. */
export async function filesOfPackage(
  files: Pick<Host, "list" | "place">,
  isWanted: (name: string) => boolean,
): Promise<PackageFiles> {
  const paths: string[] = [];
  let folders = 0;
  async function look(folder: string, depth: number): Promise<void> {
    folders += 1;
    if (folders > mostFolders || (depth > 0 && (await files.place?.(folder))?.link !== undefined)) return;
    const names = [...(await files.list(folder))].sort();
    if (depth > 0 && names.includes("package.json")) return;
    for (const name of names) {
      const path = posix.join(folder, name);
      if (isWanted(name)) paths.push(path);
      else if (depth < maxDepth && !fileName.test(name) && !/^\.|^node_modules$/.test(name))
        await look(path, depth + 1);
    }
  }
  await look(".", 0);
  return { paths, isComplete: folders <= mostFolders };
}
