import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../support/project.js";

/** Folders of this repository with pages that people read. Inputs and outputs of tests are none. */
const folders = ["docs", "examples", "generator", "runtime", "schemas", "test/hardness", "test/seed"];
const madeByTools = /(^|\/)(node_modules|dist|\.vitepress\/(cache|dist)|reference\/api)\//;

async function pagesOf(folder: string): Promise<string[]> {
  const names = await readdir(join(root, folder), { recursive: true });
  const paths = names.map((name) => `${folder}/${name.replaceAll("\\", "/")}`);
  return paths.filter((path) => path.endsWith(".md") && !madeByTools.test(path));
}

/** The Markdown files that people read, by their path in the repository. */
export async function markdownFiles(): Promise<readonly string[]> {
  const atTop = (await readdir(root)).filter((name) => name.endsWith(".md"));
  return [...atTop, ...(await Promise.all(folders.map(pagesOf))).flat()];
}
