// Prints the entries for the catalogue of SchemaStore (https://www.schemastore.org), from package.json.
// Usage: node .ci/schemastore.mjs
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { importBundled } from "../generator/contracts/import-bundled.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** The file of each schema, with the files that nothing else than Kiket has: `extension.yaml` and `manifest.json` may be of other tools. */
const schemas = [
  {
    name: "Kiket extension manifest",
    description: "Manifest of an extension or evidence adapter for Kiket",
    fileMatch: ["**/.kiket/manifest.yaml", "**/.kiket/manifest.yml", "kiket-extension.yaml"],
    file: "extension.schema.json",
  },
  {
    name: "Kiket custom-data module",
    description: "Tables of a custom-data module in an extension for Kiket",
    fileMatch: ["**/.kiket/modules/*/schema.yaml", "**/.kiket/modules/*/schema.yml"],
    file: "module.schema.json",
  },
  {
    name: "Kiket webhook receiver",
    description: "Events that a receiver of Kiket webhooks takes, read by kiket-gen",
    fileMatch: ["kiket-webhook.yaml", "kiket-webhook.yml"],
    file: "webhook.schema.json",
  },
];

/**
 * The entries, or why there are none. `repository`: that of package.json.
 * @returns {Promise<{ entries: object[] } | { refusal: string }>}
 */
export async function catalogEntries({ repository }) {
  const exported = 'export { rawFileOf } from "./docs-page.js";';
  const { rawFileOf } = await importBundled(exported, join(root, "generator/terminal"));
  const address = repository?.url ?? repository ?? "";
  const entries = schemas.map(({ file, ...entry }) => ({ ...entry, url: rawFileOf(address, `schemas/${file}`) }));
  if (entries.every(({ url }) => url !== undefined)) return { entries };
  const problem =
    address === "" ? "package.json has no repository" : `${address} is on neither github.com nor gitlab.com`;
  return {
    refusal: `${problem}, and SchemaStore needs an address for each schema\n    hint: the owner of the package sets "repository" in package.json, such as "github:owner/name"`,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const found = await catalogEntries(JSON.parse(await readFile(join(root, "package.json"), "utf8")));
  if ("entries" in found) process.stdout.write(`${JSON.stringify(found.entries, undefined, 2)}\n`);
  else process.stderr.write(`schemastore: ${found.refusal}\n`);
  process.exitCode = "entries" in found ? 0 : 1;
}
