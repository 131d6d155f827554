import type { DataColumn } from "../../../data-view.js";

/** Longer values are cut in the table, in characters. */
const longest = 200;

/** A value in the table. Undefined for none. */
export function cellText(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** A value as it is edited. */
export function editText({ type, isSecret = false }: DataColumn, value: unknown): string {
  if (isSecret || value === null || value === undefined) return "";
  if (type === "json") return JSON.stringify(value, null, 2);
  return typeof value === "string" ? value : JSON.stringify(value);
}

export type ReadCell = { readonly value: unknown } | { readonly problem: string };

function readNumber(text: string): ReadCell {
  const value = Number(text);
  return Number.isFinite(value) ? { value } : { problem: "must be a number" };
}

/** A larger one would be saved as another number, without a word. */
function readInteger(text: string): ReadCell {
  const read = readNumber(text);
  const isOther = "value" in read && Number.isInteger(read.value) && !Number.isSafeInteger(read.value);
  return isOther ? { problem: `is too large: numbers are exact up to ${Number.MAX_SAFE_INTEGER}` } : read;
}

function readJson(text: string): ReadCell {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { problem: "is not JSON; a text needs quotes" };
  }
}

/** The value in an edited text. An empty one is null, but where a text is required. What else a value must be, the local Kiket says. */
export function readCell({ type, isRequired = false }: DataColumn, text: string): ReadCell {
  const trimmed = text.trim();
  const isText = type === "string" || type === "text";
  if (isText) return { value: text === "" && !isRequired ? null : text };
  if (trimmed === "") return { value: null };
  switch (type) {
    case "json":
      return readJson(trimmed);
    case "integer":
      return readInteger(trimmed);
    case "float":
      return readNumber(trimmed);
    case "boolean":
      return { value: trimmed === "true" };
    case "bigint":
    case "decimal":
    case "id":
      // A number that a double cannot have stays a text.
      return { value: /^-?(?:0|[1-9]\d{0,14})$/.test(trimmed) ? Number(trimmed) : trimmed };
    default:
      return { value: trimmed };
  }
}
