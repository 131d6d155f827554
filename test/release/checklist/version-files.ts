import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withSpacedHeadings } from "./changelog.js";
import type { PublishedPackage } from "./step.js";
import { lockWithVersion, versionIn, withVersions } from "./versions.js";

/** The package.json of each example that depends on the package. */
export async function examplesWithPackage(root: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, "examples"), { withFileTypes: true }).catch(() => []);
  const paths = entries.filter((entry) => entry.isDirectory()).map(({ name }) => `examples/${name}/package.json`);
  const texts = await Promise.all(paths.map((path) => readFile(join(root, path), "utf8").catch(() => "{}")));
  return paths.filter((_, index) => versionIn(texts[index] ?? "{}", "dependency") !== undefined).sort();
}

/** Writes the version of the package to all other places that name it. Resolves with the files that it changed. */
export async function syncVersions(root: string, packages: readonly PublishedPackage[]): Promise<readonly string[]> {
  const version = versionIn(await readFile(join(root, "package.json"), "utf8"), "version") ?? "";
  const others = packages.filter(({ folder }) => folder !== ".").map(({ folder }) => `${folder}/package.json`);
  const changes: Readonly<Record<string, (text: string) => string>> = {
    "package-lock.json": (text) => lockWithVersion(text, version),
    "CHANGELOG.md": withSpacedHeadings,
    ...Object.fromEntries(
      others.map((path) => [path, (text: string) => withVersions(text, { version, dependency: version })]),
    ),
    ...Object.fromEntries(
      (await examplesWithPackage(root)).map((path) => [
        path,
        (text: string) => withVersions(text, { dependency: `^${version}` }),
      ]),
    ),
  };
  const changed: string[] = [];
  for (const [path, change] of Object.entries(changes)) {
    const before = await readFile(join(root, path), "utf8");
    const after = change(before);
    if (after === before) continue;
    await writeFile(join(root, path), after);
    changed.push(path);
  }
  return changed;
}
