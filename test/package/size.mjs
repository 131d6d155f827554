// How much `npm install --omit=dev kiket-gen` puts into an empty folder.
import { lstat, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { npmInstall } from "./tarball.mjs";

/** The most that an install may be, our own package included. */
export const aims = { packages: 9, megabytes: 12 };

/** What the files take on the disk, in bytes: whole blocks where the file system says how many. */
async function bytesBelow(folder) {
  const entries = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(entries.map((name) => lstat(join(folder, name))));
  return sizes.reduce((sum, { blocks, size }) => sum + (blocks === undefined ? size : blocks * 512), 0);
}

/** Installs the tarball into the new folder, without development dependencies. `installed` has npm's record of each package. */
export async function measureInstall(folder, tarball) {
  await mkdir(folder);
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true }));
  await npmInstall(folder, "--omit=dev", tarball);
  const { packages } = JSON.parse(await readFile(join(folder, "node_modules/.package-lock.json"), "utf8"));
  const installed = Object.entries(packages).map(([path, entry]) => ({ path, ...entry }));
  return { installed, packages: installed.length, megabytes: (await bytesBelow(join(folder, "node_modules"))) / 1e6 };
}
