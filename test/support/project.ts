import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const root: string = join(dirname(fileURLToPath(import.meta.url)), "../..");

/**
 * A temporary project inside the repository, so that it finds the package by its name, as a user's project does. `workspaces` make it
 * a root of its own, so that it has no part in what this repository's packages remember.
 */
export async function createProject(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const parent = join(root, "test/.tmp");
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, "project-"));
  for (const [path, text] of Object.entries({ "package.json": '{ "type": "module", "workspaces": [] }\n', ...files })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

/** Installs this package into a folder, as a link. */
export async function linkPackage(folder: string): Promise<void> {
  await mkdir(join(folder, "node_modules"));
  await symlink(root, join(folder, "node_modules/kiket-gen"), "junction");
}

export async function removeProject(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** Every file below a folder with its text, by path with "/" separators, in code-unit order. */
export async function readTree(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const named = await Promise.all(
    files.map(async (file) => [relative(folder, file).split(sep).join("/"), await readFile(file, "utf8")] as const),
  );
  return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)));
}
