import { isSameVersion } from "../base/event-version.js";
import { type GenericEvent, kindOf } from "../model/event-origin.js";
import type { EventModel } from "../model/model.js";

/** What is known of Kiket's events, as plain data derived from `schemas/` when this package is built. */

/** How strong the evidence for a shape is. */
export const confidences = ["fixture", "read", "documented", "guessed", "none"] as const;

export type Confidence = (typeof confidences)[number];

/** One event schema, already turned into TypeScript. */
export interface EventRecord {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly confidence: Confidence;
  /** Names of the shapes that the members use, directly or not, in the order they are first used. */
  readonly shapes: readonly string[];
  /** The members of the payload beside the envelope, one or more lines each, indented by two; empty where none is known. */
  readonly members: string;
  /** Names of those members. */
  readonly keys: readonly string[];
  /** Members of the envelope that a user's own schema types anew. The shipped ones only add detail. */
  readonly replaces?: readonly string[];
  /** What tests start from; a user's own schemas only, for the runtime's testing kit has those of the shipped ones. */
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

/** The record to type an event by, and how far it can be trusted for this version. */
export interface EventShape {
  readonly record: EventRecord | undefined;
  /** False where the record is another version's: its members may be absent. */
  readonly exact: boolean;
  /** Where the record is a generic one, which. */
  readonly kind?: GenericEvent;
}

/** Finds the shape of an event: its own record, another version's, the generic one of its origin, or none. */
export function shapeOf(catalog: EventCatalog, event: Pick<EventModel, "name" | "version" | "origins">): EventShape {
  const versions = Object.values(catalog.events).filter((record) => record.name === event.name);
  const own = versions.find((record) => isSameVersion(record.version, event.version));
  if (own !== undefined) return { record: own, exact: true };
  if (versions[0] !== undefined) return { record: versions[0], exact: false };
  const kind = kindOf(event);
  return kind === undefined ? { record: undefined, exact: true } : { record: catalog.generic[kind], exact: true, kind };
}
