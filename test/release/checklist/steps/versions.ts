import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { failIf, type Step } from "../step.js";
import { examplesWithPackage } from "../version-files.js";
import { type NamedVersion, versionIn, versionProblems } from "../versions.js";

interface Lock {
  readonly version?: string;
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}

export const versions: Step = {
  name: "versions",
  title: "packages, lock file, examples, changelog and tag name the same version",
  async run({ root, packages, tag }) {
    const read = (path: string) => readFile(join(root, path), "utf8");
    const version = versionIn(await read("package.json"), "version") ?? "";
    const lock = JSON.parse(await read("package-lock.json")) as Lock;
    const same: NamedVersion[] = [
      { where: "the version in package-lock.json", version: lock.version },
      { where: "the version of the package in package-lock.json", version: lock.packages[""]?.version },
    ];
    for (const { folder } of packages.filter((one) => one.folder !== ".")) {
      const path = `${folder}/package.json`;
      // Without the file, its versions are missing.
      const text = await read(path).catch(() => "{}");
      same.push(
        { where: `the version in ${path}`, version: versionIn(text, "version") },
        { where: `the dependency on kiket-gen in ${path}`, version: versionIn(text, "dependency") },
      );
    }
    for (const path of await examplesWithPackage(root)) {
      const range = versionIn(await read(path), "dependency");
      same.push({ where: `the dependency on kiket-gen in ${path}`, version: range?.replace(/^\^/, "") });
    }
    const entries = await readdir(join(root, ".changeset")).catch(() => []);
    const changesets = entries.filter((name) => name.endsWith(".md") && name !== "README.md");
    failIf(versionProblems({ version, same, changelog: await read("CHANGELOG.md"), tag, changesets }));
    const left =
      changesets.length === 0 ? "no changeset is left" : `${changesets.length} changesets are for a later version`;
    return `${version}, in ${same.length + 2} places; ${left}`;
  },
};
