import { bareVersion } from "../../base/event-version.js";
import { type GenericEvent, genericEvents } from "../../model/event-origin.js";
import type { EventCatalog, EventRecord } from "../event-catalog.js";
import { type CompileSchema, eventTypes } from "./event-types.js";
import type { EventSchema } from "./schema.js";

/** Compiled events that can be added to a catalog. */
export interface CatalogPart {
  readonly shapes: Readonly<Record<string, string>>;
  readonly events: Readonly<Record<string, EventRecord>>;
  readonly generic: Readonly<Partial<Record<GenericEvent, EventRecord>>>;
}

const genericNames: ReadonlySet<string> = new Set(genericEvents);

/**
 * Compiles events one after another. Equal declarations share a key, across events and with `known`. A different declaration of
 * the same name gets its own key.
 */
export async function compileEvents(
  events: readonly EventSchema[],
  known: Readonly<Record<string, string>>,
  compile: CompileSchema,
): Promise<CatalogPart> {
  const shapes = new Map<string, string>();
  const records: EventRecord[] = [];
  const keyOf = (name: string, declaration: string, owner: string) => {
    const earlier = shapes.get(name) ?? (Object.hasOwn(known, name) ? known[name] : undefined);
    const key = earlier === undefined || earlier === declaration ? name : `${name} of ${owner}`;
    if (earlier !== declaration) shapes.set(key, declaration);
    return key;
  };
  for (const event of events) {
    const { record, declarations } = await eventTypes(event, compile);
    const owner = `${event.event}@${event.version}`;
    records.push({ ...record, shapes: [...declarations].map(([name, text]) => keyOf(name, text, owner)) });
  }
  const byKey = (wanted: (record: EventRecord) => boolean, key: (record: EventRecord) => string) =>
    Object.fromEntries(records.filter(wanted).map((record) => [key(record), record]));
  const generic = ({ name }: EventRecord) => genericNames.has(name);
  return {
    shapes: Object.fromEntries(shapes),
    events: byKey(
      (record) => !generic(record),
      ({ name, version }) => `${name}@${version}`,
    ),
    generic: byKey(generic, ({ name }) => name),
  };
}

function mapped(records: CatalogPart["events"], change: (record: EventRecord) => EventRecord): CatalogPart["events"] {
  return Object.fromEntries(Object.entries(records).map(([name, record]) => [name, change(record)]));
}

/** Adds the examples that tests use. */
export function withExamples(part: CatalogPart, events: readonly EventSchema[]): CatalogPart {
  const examples = new Map(events.map(({ event, version, example }) => [`${event}@${version}`, example]));
  const own = (record: EventRecord): EventRecord => {
    const example = examples.get(`${record.name}@${record.version}`);
    return example === undefined ? record : { ...record, example };
  };
  return { shapes: part.shapes, events: mapped(part.events, own), generic: mapped(part.generic, own) };
}

/** Adds a part to a catalog. It replaces events of the same name and version. */
export function overlay(base: EventCatalog, part: CatalogPart): EventCatalog {
  const key = ({ name, version }: EventRecord) => `${name}@${bareVersion(version)}`;
  const replaced = new Set(Object.values(part.events).map(key));
  const kept = Object.entries(base.events).filter(([, record]) => !replaced.has(key(record)));
  const own = (record: EventRecord): EventRecord => {
    const replaces = record.keys.filter((name) => base.envelope.includes(name));
    return replaces.length === 0 ? record : { ...record, replaces };
  };
  return {
    envelope: base.envelope,
    shapes: { ...base.shapes, ...part.shapes },
    events: { ...Object.fromEntries(kept), ...mapped(part.events, own) },
    generic: { ...base.generic, ...mapped(part.generic, own) },
  };
}
