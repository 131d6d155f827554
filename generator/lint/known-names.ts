import { posix } from "node:path";
import { catalog } from "../contracts/catalog.gen.js";
import { documentedEvents } from "../contracts/event-catalog.js";
import { operations } from "../contracts/operations.gen.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { knownKeys } from "../manifest/known-keys/known-keys.gen.js";
import type { Schemas } from "../project/schemas.js";

/** Names of events and scopes that Kiket is known to have. */
export interface KnownNames {
  readonly events: ReadonlySet<string>;
  /** Events that only the project's own schemas describe, with the file. */
  readonly own: readonly { readonly name: string; readonly file: string }[];
  /** Each scope in one spelling. */
  readonly scopes: readonly string[];
}

export const shipped: KnownNames = {
  events: documentedEvents(catalog),
  own: [],
  scopes: [...new Set([...operations.flatMap(({ scopes }) => scopes), ...knownKeys.permissions])],
};

/** The shipped names, and those of the project's own schemas. The code that reads schemas is loaded only if there are any. */
export async function knownWith({
  paths: { events: folder = "" },
  events,
  openapi,
}: Schemas): Promise<KnownNames & { readonly diagnostics: readonly Diagnostic[] }> {
  if (events.length === 0 && openapi === undefined) return { ...shipped, diagnostics: [] };
  const { readSchemaFolder } = await import("../contracts/schemas/read-folder.js");
  const { readOpenApi } = await import("../contracts/openapi/openapi.js");
  const { shippedShapes } = await import("../contracts/schemas/shipped.js");
  const own = readSchemaFolder(folder, events, await shippedShapes());
  const diagnostics = [...own.diagnostics];
  const document = openapi && readOpenApi(openapi, (diagnostic) => void diagnostics.push(diagnostic));
  return {
    events: new Set([...shipped.events, ...own.events.map(({ event }) => event)]),
    own: own.events
      .filter(({ event }) => !shipped.events.has(event) && !Object.hasOwn(catalog.generic, event))
      .map(({ event, version }) => ({
        name: event,
        file: posix.join(folder, `${event}.${version}.schema.json`),
      })),
    scopes: [...shipped.scopes, ...(document?.operations ?? []).flatMap(({ scopes }) => scopes)],
    diagnostics,
  };
}
