// Finds pages of the built site without a heading. VitePress writes an empty page, and goes on, if Vue cannot render what a page contains.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

export async function findEmptyPages(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".html"));
  const found = names.map(async (name) => {
    const isEmpty = name !== "404.html" && !(await readFile(join(folder, name), "utf8")).includes("<h1 ");
    return isEmpty ? [name.replaceAll("\\", "/")] : [];
  });
  return (await Promise.all(found)).flat().sort();
}
