import { bareVersion } from "../../base/event-version.js";
import type { DataShape } from "../../base/shape.js";
import { type GenericEvent, genericEvents } from "../../model/event-origin.js";
import type { EventCatalog, EventRecord, Shape } from "../event-catalog.js";
import { type CompileSchema, eventTypes } from "./event-types.js";
import type { EventSchema } from "./schema.js";

/** Compiled events that can be added to a catalog. */
export interface CatalogPart {
  readonly shapes: EventCatalog["shapes"];
  readonly events: Readonly<Record<string, EventRecord>>;
  readonly generic: Readonly<Partial<Record<GenericEvent, EventRecord>>>;
}

const recordShape: DataShape = {
  ...{ name: "string", version: "string", description: "string", confidence: "string", members: "string" },
  ...{
    uses: ["string"],
    shapes: { "*": "string" },
    keys: ["string"],
    required: ["string"],
    "example?": {},
    "answer?": "string",
  },
};

/** What a saved part must look like. */
export const partShape: DataShape = {
  shapes: { "*": { text: "string", uses: ["string"] } },
  events: { "*": recordShape },
  generic: { "*": recordShape },
};

const genericNames: ReadonlySet<string> = new Set(genericEvents);

/** Names of the declarations that differ from known ones of the same name, and of those that use such a declaration. */
function namesOfItsOwn(
  declarations: ReadonlyMap<string, Shape>,
  known: (name: string) => Shape | undefined,
): Set<string> {
  const own = new Set<string>();
  for (let before = -1; before < own.size; ) {
    before = own.size;
    for (const [name, { text, uses }] of declarations) {
      const differs = (known(name)?.text ?? text) !== text;
      if (differs || uses.some((used) => own.has(used))) own.add(name);
    }
  }
  return own;
}

/** Compiles events one after another. Equal declarations become one shape, across events and with `known`. */
export async function compileEvents(
  events: readonly EventSchema[],
  known: EventCatalog["shapes"],
  compile: CompileSchema,
): Promise<CatalogPart> {
  const shapes = new Map<string, Shape>();
  const records: EventRecord[] = [];
  const shared = (name: string) => shapes.get(name) ?? (Object.hasOwn(known, name) ? known[name] : undefined);
  for (const event of events) {
    const { declarations, ...record } = await eventTypes(event, compile);
    const own = namesOfItsOwn(declarations, shared);
    const keyOf = (name: string) => (own.has(name) ? `${name} of ${event.event}@${event.version}` : name);
    const keys = [...declarations].map(([name, shape]) => {
      const key = keyOf(name);
      if (shared(key) === undefined) shapes.set(key, shape);
      return [name, key] as const;
    });
    records.push({ ...record, shapes: Object.fromEntries(keys) });
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
