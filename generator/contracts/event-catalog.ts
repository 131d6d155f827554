import { isSameVersion } from "../base/event-version.js";
import { type GenericEvent, kindOf } from "../model/event-origin.js";
import type { EventModel } from "../model/model.js";

/** The known events of Kiket, as plain data that the build derives from `schemas/`. */

/** How strong the evidence for a shape is, strongest first. */
export const confidences = ["fixture", "read", "documented", "guessed", "none"] as const;

export type Confidence = (typeof confidences)[number];

/** One event schema as TypeScript. */
export interface EventRecord {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly confidence: Confidence;
  /** Names of the shapes that the members use, directly or indirectly, in order of first use. */
  readonly shapes: readonly string[];
  /** The payload's members except those of the envelope: lines of code, indented by two spaces; empty if none is known. */
  readonly members: string;
  /** Names of those members. */
  readonly keys: readonly string[];
  /** Members of the envelope whose types a project's own schema replaces. The shipped schemas only add detail. */
  readonly replaces?: readonly string[];
  /** A payload for tests. Only for a project's own schemas: the testing kit has examples of the shipped ones. */
  readonly example?: Readonly<Record<string, unknown>>;
}

export interface EventCatalog {
  /** Names of the members that every delivery has. */
  readonly envelope: readonly string[];
  /** Declarations of shared types by name; each ends with a newline. */
  readonly shapes: Readonly<Record<string, string>>;
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

/** Finds the shape of an event: its own record, that of another version, the generic one of its origin, or none. */
export function shapeOf(catalog: EventCatalog, event: Pick<EventModel, "name" | "version" | "origins">): EventShape {
  const versions = Object.values(catalog.events).filter((record) => record.name === event.name);
  const own = versions.find((record) => isSameVersion(record.version, event.version));
  if (own !== undefined) return { record: own, exact: true };
  if (versions[0] !== undefined) return { record: versions[0], exact: false };
  const kind = kindOf(event);
  return kind === undefined ? { record: undefined, exact: true } : { record: catalog.generic[kind], exact: true, kind };
}
