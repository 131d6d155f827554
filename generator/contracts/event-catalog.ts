import { isSameVersion } from "../base/event-version.js";
import { compare } from "../base/naming.js";
import { type GenericEvent, kindOf } from "../model/event-origin.js";
import type { EventModel } from "../model/model.js";

/** The known events of Kiket, as plain data that the build derives from `schemas/`. */

/** How strong the evidence for a shape is, strongest first. */
export const confidences = ["fixture", "read", "documented", "guessed", "none"] as const;

export type Confidence = (typeof confidences)[number];

/** A type that members of payloads use. */
export interface Shape {
  /** The declaration, which ends with a newline. */
  readonly text: string;
  /** Names of the shapes that the declaration itself uses. */
  readonly uses: readonly string[];
}

/** One event schema as TypeScript. */
export interface EventRecord {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly confidence: Confidence;
  /** Whether Kiket waits for a decision. */
  readonly answer?: "verdict";
  /** Names of the shapes that the members themselves use. */
  readonly uses: readonly string[];
  /** Keys of the shapes that the members use directly or indirectly, by name, in order of first use. */
  readonly shapes: Readonly<Record<string, string>>;
  /** The payload's members except those of the envelope: lines of code, indented by two spaces; empty if none is known. */
  readonly members: string;
  /** Names of those members. */
  readonly keys: readonly string[];
  /** Paths of the members that a payload must have, such as `issue` and `issue.id`. */
  readonly required: readonly string[];
  /** Members of the envelope whose types a project's own schema replaces. The shipped schemas only add detail. */
  readonly replaces?: readonly string[];
  /** A payload for tests. Only for a project's own schemas: the testing kit has examples of the shipped ones. */
  readonly example?: Readonly<Record<string, unknown>>;
}

export interface EventCatalog {
  /** Names of the members that every delivery has. */
  readonly envelope: readonly string[];
  /**
   * A shape that every event may share has its name as its key. One that only this event's schema declares in this way has a key
   * of its own, and so has each shape that uses it.
   */
  readonly shapes: Readonly<Record<string, Shape>>;
  /** By `name@version`. */
  readonly events: Readonly<Record<string, EventRecord>>;
  readonly generic: Readonly<Record<GenericEvent, EventRecord>>;
}

/** The record that an event is typed with, and whether it describes this version. */
export interface EventShape {
  readonly record: EventRecord | undefined;
  /** False if the record describes another version: each of its members may be absent. */
  readonly exact: boolean;
  /** The kind of the record, if it is a generic one. */
  readonly kind?: GenericEvent;
}

/** Names of the events that have a schema, and so are documented. */
export function documentedEvents({ events }: EventCatalog): ReadonlySet<string> {
  return new Set(Object.values(events).map(({ name }) => name));
}

/** Finds the shape of an event: its own record, that of another version, the generic one of its origin, or none. */
export function shapeOf(catalog: EventCatalog, event: Pick<EventModel, "name" | "version" | "origins">): EventShape {
  const versions = Object.values(catalog.events).filter((record) => record.name === event.name);
  const own = versions.find((record) => isSameVersion(record.version, event.version));
  if (own !== undefined) return { record: own, exact: true };
  if (versions[0] !== undefined) return { record: versions[0], exact: false };
  const kind = kindOf(event);
  return kind === undefined ? { record: undefined, exact: true } : { record: catalog.generic[kind], exact: true, kind };
}

/** Names of the shared shapes that the events use, in code-unit order. */
export function sharedShapes(catalog: EventCatalog, events: readonly EventModel[]): readonly string[] {
  const used = events.flatMap((event) => Object.entries(shapeOf(catalog, event).record?.shapes ?? {}));
  return [...new Set(used.flatMap(([name, key]) => (name === key ? [name] : [])))].sort(compare);
}
