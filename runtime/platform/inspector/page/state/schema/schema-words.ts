import type { JsonObject } from "../../../../../base/json.js";
import { listedValues, typesOf } from "./schema-place.js";

/** What a value may be, such as `string | null` or `date-time`; empty if nothing is said of it. */
export function typeWords(schemas: readonly JsonObject[]): string {
  const formats = schemas.flatMap(({ format }) => (typeof format === "string" ? [format] : []));
  const types = [...new Set(schemas.flatMap(typesOf))];
  const words = types.map((word) => (word === "string" ? (formats[0] ?? word) : word));
  if (words.length > 0) return words.join(" | ");
  const listed = [...new Set(schemas.flatMap((part) => listedValues(part) ?? []))];
  if (listed.length > 1) return `one of ${listed.length} values`;
  return listed.length === 1 ? `always ${JSON.stringify(listed[0])}` : "";
}

/** What the schema says for people: the text nearest to the place. */
export function descriptionOf(schemas: readonly JsonObject[]): string | undefined {
  const told = schemas.find(({ description }) => typeof description === "string" && description !== "");
  return told?.description as string | undefined;
}
