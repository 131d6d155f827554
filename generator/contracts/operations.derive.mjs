// Derives `operations.gen.ts`: what permissions each operation of schemas/openapi.yaml needs, as plain data.
import { parse } from "yaml";

const methods = ["get", "post", "put", "patch", "delete"];

function record(path, method, operation) {
  const scopes = operation["x-kiket-scopes"];
  if (!Array.isArray(scopes)) throw new Error(`openapi.yaml: ${method} ${path}: no x-kiket-scopes`);
  const stability = operation["x-stability"] ?? "verified";
  return { id: operation.operationId, method, path, scopes, stability };
}

/** The text of `operations.gen.ts`, of the text of schemas/openapi.yaml. */
export function deriveOperations(yamlText) {
  const rows = Object.entries(parse(yamlText).paths).flatMap(([path, item]) =>
    methods.filter((method) => item[method] !== undefined).map((method) => record(path, method, item[method])),
  );
  const lines = rows.map((row) => `  ${JSON.stringify(row)},\n`).join("");
  return `import type { OperationRecord } from "./operations.js";\n\nexport const operations: readonly OperationRecord[] = [\n${lines}];\n`;
}
