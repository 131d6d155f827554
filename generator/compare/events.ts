import { bareVersion } from "../base/event-version.js";
import { compare } from "../base/naming.js";
import type { EventSchema } from "../contracts/schemas/schema.js";
import { type SchemaChange, schemaChanges } from "./changes.js";
import type { Described } from "./schema-view.js";

export interface EventChanges {
  readonly event: string;
  readonly version: string;
  readonly changes: readonly SchemaChange[];
}

function keyOf({ event, version }: EventSchema): string {
  return `${event}@${bareVersion(version)}`;
}

function payloadOf({ members, required, definitions }: EventSchema): Described {
  return { schema: { type: "object", properties: members, required }, definitions };
}

/** The content of a schema, to find a renamed event by; `undefined` if the schema has no members. */
function contentOf({ members, required, definitions }: EventSchema): string | undefined {
  return Object.keys(members).length === 0 ? undefined : JSON.stringify([members, required, definitions]);
}

function removal(gone: EventSchema, added: readonly EventSchema[]): SchemaChange {
  const content = contentOf(gone);
  const [same, another] = added.filter((schema) => content !== undefined && contentOf(schema) === content);
  const renamed = same !== undefined && another === undefined;
  const message = renamed ? `removed; ${same.event} ${same.version} has the same members` : "removed";
  return { kind: "event-removed", breaking: true, path: "", message };
}

/** Compares two versions of event schemas. `removals: false`: the second version only replaces parts of the first, so nothing counts as removed. */
export function compareEvents(
  before: readonly EventSchema[],
  after: readonly EventSchema[],
  { removals }: { readonly removals: boolean },
): EventChanges[] {
  const [old, now] = [before, after].map((list) => new Map(list.map((schema) => [keyOf(schema), schema])));
  const added = after.filter((schema) => !old?.has(keyOf(schema)));
  const gone = removals ? before.filter((schema) => !now?.has(keyOf(schema))) : [];
  const kept = after.flatMap((schema): EventChanges[] => {
    const earlier = old?.get(keyOf(schema));
    if (earlier === undefined) return [];
    const changes = schemaChanges(payloadOf(earlier), payloadOf(schema), "read");
    return changes.length === 0 ? [] : [{ event: schema.event, version: schema.version, changes }];
  });
  const only = ({ event, version }: EventSchema, change: SchemaChange): EventChanges => ({
    event,
    version,
    changes: [change],
  });
  return [
    ...kept,
    ...added.map((schema) => only(schema, { kind: "event-added", breaking: false, path: "", message: "added" })),
    ...gone.map((schema) => only(schema, removal(schema, added))),
  ].sort((a, b) => compare(a.event, b.event) || compare(a.version, b.version));
}
