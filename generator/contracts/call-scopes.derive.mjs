// Derives `call-scopes.gen.ts` of the runtime: the scopes that each call needs, as a type.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { importBundled } from "./import-bundled.mjs";

/** The text of `call-scopes.gen.ts`, from the tables of operations and endpoint calls, which are derived before. */
export async function deriveCallScopes() {
  const names = ["export { callScopes } from './call-scopes.js';", "export { operations } from './operations.gen.js';"];
  const { callScopes, operations } = await importBundled(names.join("\n"), dirname(fileURLToPath(import.meta.url)));
  return callScopes(operations);
}
