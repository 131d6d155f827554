// Derives `catalog.gen.ts`: every event schema as TypeScript text, so that a run needs no schema compiler.
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";
import { importBundled } from "./import-bundled.mjs";

const suffix = ".schema.json";

/** The generator's own functions that turn schemas into types. */
function loadGenerator() {
  const folder = join(dirname(fileURLToPath(import.meta.url)), "schemas");
  return importBundled(`export * from "./read-folder.js";\nexport * from "./compile-catalog.js";\n`, folder);
}

/** Reads every event schema of the folder, with its types as text. */
export async function readCatalog(folder) {
  const { readSchemaFolder, compileEvents } = await loadGenerator();
  const names = (await readdir(folder)).filter((name) => name.endsWith(suffix)).sort();
  const sources = await Promise.all(
    names.map(async (path) => ({ path, text: await readFile(join(folder, path), "utf8") })),
  );
  const { events, diagnostics } = readSchemaFolder("", sources, []);
  for (const { at, message } of diagnostics) throw new Error(`${at.file}:${at.line}:${at.column} ${message}`);
  const envelope = JSON.parse(await readFile(join(folder, `envelope.v1${suffix}`), "utf8"));
  return { envelope: Object.keys(envelope.properties), ...(await compileEvents(events, {}, compile)) };
}

/** The text of `catalog.gen.ts`. */
export function deriveCatalog(catalog) {
  const data = JSON.stringify(catalog, null, 2);
  return `import type { EventCatalog } from "./event-catalog.js";\n\nexport const catalog: EventCatalog = ${data};\n`;
}
