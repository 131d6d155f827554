import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { bundledPackages, importedPackages, installedPackages, licenceProblems } from "../licences.js";
import { failIf, type Step } from "../step.js";

const sources = ["generator", "runtime"];

async function readSources(root: string): Promise<readonly string[]> {
  const all = sources.map(async (folder) => {
    const names = await readdir(join(root, folder), { recursive: true });
    const files = names.filter((name) => /\.tsx?$/.test(name));
    return Promise.all(files.map((name) => readFile(join(root, folder, name), "utf8")));
  });
  return (await Promise.all(all)).flat();
}

export const licences: Step = {
  name: "licences",
  title: "every package that is installed or bundled has an allowed licence, and its text is there",
  needs: ["build"],
  async run({ root, packages }) {
    interface Manifest {
      readonly name: string;
      readonly dependencies?: object;
      readonly peerDependencies?: object;
    }
    const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as Manifest;
    const outside = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    const imported = new Set((await readSources(root)).flatMap(importedPackages));
    const bundled = packages.map(async ({ folder }) => {
      const text = await readFile(join(root, folder, "dist/THIRD-PARTY-LICENSES.txt"), "utf8");
      return bundledPackages(text);
    });
    const found = {
      installed: installedPackages(await readFile(join(root, "package-lock.json"), "utf8")),
      bundled: (await Promise.all(bundled)).flat(),
      imported: [...imported].filter((name) => name !== manifest.name && !outside.includes(name)),
    };
    failIf(licenceProblems(found));
    return `${found.installed.length} installed, ${found.bundled.length} bundled`;
  },
};
