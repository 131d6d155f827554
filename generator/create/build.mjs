// Builds create-kiket-extension into `dist`: one file with its prompts, and the licences of what it bundles.
// The root is built first: it derives the version. npm packs the copy of LICENSE.
import { copyFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { licenceTexts } from "../../licences.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const dist = join(here, "dist");

await rm(dist, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: [join(relative(root, here), "cli.ts")],
  outfile: join(dist, "create.js"),
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  metafile: true,
  logLevel: "warning",
});
await writeFile(join(dist, "THIRD-PARTY-LICENSES.txt"), await licenceTexts(root, Object.keys(metafile.inputs)));
await copyFile(join(root, "LICENSE"), join(here, "LICENSE"));
