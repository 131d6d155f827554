// Derives `endpoint-calls.gen.ts`: the operations that each member of `context.endpoints` calls, as the runtime declares them.
import { importBundled } from "./import-bundled.mjs";

/** The text of `endpoint-calls.gen.ts`. `folder`: the endpoints of the runtime. */
export async function deriveEndpointCalls(folder) {
  const { endpointCalls } = await importBundled(`export { endpointCalls } from "./index.js";`, folder);
  return `export const endpointCalls = ${JSON.stringify(endpointCalls, null, 2)} as const;\n`;
}
