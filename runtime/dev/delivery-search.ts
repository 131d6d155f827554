import { isJsonObject, member } from "../base/json.js";
import type { SearchHit } from "../platform/inspector/backend.js";
import type { AttemptRecord, DeliveryRecord } from "../platform/inspector/delivery-record.js";
import { finds, textFinder } from "../platform/inspector/text-finder.js";

/** Characters of a hit. */
const longest = 120;
/** Characters before the place. */
const before = 30;

/** The part of a text around the first place, in one line. */
function around(text: string, finder: RegExp): string {
  const at = Math.max(0, text.search(finder) - before);
  const part = text.slice(at, at + longest);
  return `${at > 0 ? "…" : ""}${part.replace(/\s+/g, " ").trim()}${at + longest < text.length ? "…" : ""}`;
}

/** The first member with the text, in its name or as its value. */
function memberWith(value: unknown, path: string, finder: RegExp): Omit<SearchHit, "id"> | undefined {
  if (typeof value !== "object" || value === null) {
    const text = String(value);
    return finds(finder, text) ? { path, text: around(text, finder) } : undefined;
  }
  for (const name in value) {
    const member = (value as Readonly<Record<string, unknown>>)[name];
    const place = path === "" ? name : `${path}.${name}`;
    const found = memberWith(member, place, finder);
    if (found !== undefined) return found;
    if (isJsonObject(value) && finds(finder, name)) return { path: place, text: around(shortText(member), finder) };
  }
  return undefined;
}

/** A member whose name has the text: a large value says no more than its beginning. */
function shortText(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value) ? `${value.length} items` : `${Object.keys(value).length} members`;
}

/** What was said of an attempt that went wrong: why there was no reply, warnings and errors of the log, and their causes. */
function complaintsOf({ error = "", logs }: AttemptRecord): readonly string[] {
  const lines = logs.filter(({ level }) => level === "error" || level === "warn");
  return [error, ...lines.flatMap(({ message, fields: { cause } }) => [message, causeText(cause)])];
}

function causeText(cause: unknown): string {
  const message = isJsonObject(cause) ? member(cause, "message") : cause;
  return typeof message === "string" ? message : "";
}

function hitIn({ payload, attempts }: DeliveryRecord, finder: RegExp): Omit<SearchHit, "id"> | undefined {
  const reason = attempts.flatMap(complaintsOf).findLast((each) => finds(finder, each));
  return reason === undefined ? memberWith(payload, "", finder) : { text: around(reason, finder) };
}

/** Deliveries with a text in the payload, or in what was said of their failures, one hit for each. */
export function searchDeliveries(records: readonly DeliveryRecord[], text: string): readonly SearchHit[] {
  const finder = textFinder(text);
  if (finder === undefined) return [];
  return records.flatMap((record) => {
    const hit = hitIn(record, finder);
    return hit === undefined ? [] : [{ id: record.id, ...hit }];
  });
}
