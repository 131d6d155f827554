import { posix } from "node:path";
import type { Files } from "./find-manifest.js";

/** Endings of the files that TypeScript compiles. */
export const sourceEndings: readonly string[] = [".ts", ".tsx", ".mts", ".cts"];

/** Folders that are nested deeper are a cycle of links or a mistake. */
const maxDepth = 4;

/** All files below a folder with one of these endings, in code-unit order. Hidden files and `node_modules` are skipped. */
export async function filesBelow(
  files: Pick<Files, "list">,
  folder: string,
  endings: readonly string[],
  depth: number = maxDepth,
): Promise<string[]> {
  const names = [...(await files.list(folder))].filter((name) => !/^\.|^node_modules$/.test(name)).sort();
  const found = await Promise.all(
    names.map((name) => {
      const path = posix.join(folder, name);
      if (endings.some((ending) => name.endsWith(ending))) return [path];
      return depth === 0 ? [] : filesBelow(files, path, endings, depth - 1);
    }),
  );
  return found.flat();
}
