// Derives `operations.gen.ts`: the permissions that each operation of schemas/openapi.yaml needs, as plain data.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { importBundled } from "./import-bundled.mjs";

/** The text of `operations.gen.ts`. `text`: that of schemas/openapi.yaml, which is read in the same way as a project's own document. */
export async function deriveOperations(text) {
  const folder = join(dirname(fileURLToPath(import.meta.url)), "openapi");
  const { readOpenApi } = await importBundled(`export { readOpenApi } from "./openapi.js";`, folder);
  const { operations } = readOpenApi({ path: "openapi.yaml", text }, ({ at, message }) => {
    throw new Error(`${at.file}:${at.line}:${at.column} ${message}`);
  });
  const lines = operations.map((operation) => `  ${JSON.stringify(operation)},\n`).join("");
  return `import type { OperationRecord } from "./operations.js";\n\nexport const operations: readonly OperationRecord[] = [\n${lines}];\n`;
}
