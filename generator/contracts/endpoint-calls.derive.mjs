// Derives `endpoint-calls.gen.ts`: which operations each member of `context.endpoints` calls, as the runtime declares it.
import { importBundled } from "./import-bundled.mjs";

/** The text of `endpoint-calls.gen.ts`, of the runtime's folder of endpoints. */
export async function deriveEndpointCalls(folder) {
  const { endpointCalls } = await importBundled(`export { endpointCalls } from "./index.js";`, folder);
  return `export const endpointCalls = ${JSON.stringify(endpointCalls, null, 2)} as const;\n`;
}
