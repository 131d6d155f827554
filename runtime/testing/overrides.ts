import type { Envelope } from "../base/envelope.js";
import { isJsonObject, type JsonObject } from "../base/json.js";

/** Members of a delivery that the platform adds. A test sets them with the options of `deliver`. */
export type PlatformMember = "authentication" | "api" | "secrets" | "event" | "event_version";

/** Members that every event may have. */
export type SharedMembers = Omit<Envelope, PlatformMember>;

/** The payload of an event without the members that the platform adds. */
export type EventMembers<Payload> = Omit<Payload, PlatformMember>;

/** Changes to members, at any depth. `undefined` removes a member. A list is replaced as a whole. */
export type Overrides<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [Key in keyof T]?: Overrides<T[Key]> | undefined }
    : T;

/** A copy of `base` with the overrides applied. The copy has no objects in common with `base`. */
export function override(base: JsonObject, overrides: JsonObject): JsonObject {
  const merged = new Map<string, unknown>(Object.entries(structuredClone(base)));
  for (const [key, value] of Object.entries(overrides)) {
    const current = merged.get(key);
    if (value === undefined) merged.delete(key);
    else merged.set(key, isJsonObject(value) ? override(isJsonObject(current) ? current : {}, value) : value);
  }
  return Object.fromEntries(merged);
}
