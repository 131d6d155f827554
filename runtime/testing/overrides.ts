import type { Envelope } from "../base/envelope.js";
import { isJsonObject, type JsonObject } from "../base/json.js";

/** Members of a delivery that the platform fills in; a test sets them with the options of `deliver`. */
export type PlatformMember = "authentication" | "api" | "secrets" | "event" | "event_version";

/** Members that any event may carry. */
export type SharedMembers = Omit<Envelope, PlatformMember>;

/** An event's payload as a test gives it: without what the platform fills in. */
export type EventMembers<Payload> = Omit<Payload, PlatformMember>;

/** What to change: members at any depth, `undefined` to take one out. Lists are replaced whole. */
export type Overrides<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [Key in keyof T]?: Overrides<T[Key]> | undefined }
    : T;

/** `base` with the overrides laid over it; neither is changed, and nothing of the result is shared with `base`. */
export function override(base: JsonObject, overrides: JsonObject): JsonObject {
  const merged = new Map<string, unknown>(Object.entries(structuredClone(base)));
  for (const [key, value] of Object.entries(overrides)) {
    const below = merged.get(key);
    if (value === undefined) merged.delete(key);
    else merged.set(key, isJsonObject(value) ? override(isJsonObject(below) ? below : {}, value) : value);
  }
  return Object.fromEntries(merged);
}
