import { KiketError } from "../base/errors.js";
import { isJsonObject } from "../base/json.js";

/**
 * The SDK whose canonical JSON is hashed. `python`: keys are sorted at every level, and characters outside ASCII are escaped.
 * `node`: keys are sorted at the top level only, and text is UTF-8. The two agree only for flat objects of ASCII text and
 * integers. Which one Kiket uses is not known.
 */
export type CanonicalForm = "python" | "node";

/** Compares by code point, as Python does. JavaScript compares by UTF-16 code unit. */
function byCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (const [index, character] of left.entries()) {
    const difference = (character.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? -1);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function pythonText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Python writes a fraction below 0.0001 with an exponent of at least two digits. */
function pythonNumber(value: number): string {
  if (value === 0 || Math.abs(value) >= 1e-4) return String(value);
  return value.toExponential().replace(/e-(\d)$/, "e-0$1");
}

/** As the Python SDK writes it (fact 401). */
function pythonJson(value: unknown): string {
  if (typeof value === "string") return pythonText(value);
  if (typeof value === "number") return pythonNumber(value);
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(",")}]`;
  if (!isJsonObject(value)) return String(value);
  const members = Object.entries(value)
    .sort(([a], [b]) => byCodePoint(a, b))
    .map(([key, item]) => `${pythonText(key)}:${pythonJson(item)}`);
  return `{${members.join(",")}}`;
}

/**
 * As the Node SDK writes it (fact 402). The object is built in sorted order, and JavaScript puts keys that look like integers
 * first, as in the SDK.
 */
function nodeJson(value: unknown): string {
  if (!isJsonObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return JSON.stringify(Object.fromEntries(keys.map((key) => [key, value[key]])));
}

/** From 2^53 a JavaScript number does not show which whole number was meant, or whether it was a fraction. */
function refuseInexact(_key: string, value: unknown): unknown {
  if (typeof value === "number" && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) {
    throw new KiketError(
      `Cannot hash the record: it contains NaN, an infinite number, or a number beyond ${Number.MAX_SAFE_INTEGER}.`,
    );
  }
  return value;
}

/** The record as JSON: dates become strings, and members that are undefined are dropped. */
function asJson(record: unknown): unknown {
  let text: string | undefined;
  try {
    text = JSON.stringify(record, refuseInexact);
  } catch (cause) {
    if (cause instanceof KiketError) throw cause;
    throw new KiketError("Cannot hash the record: it cannot be converted to JSON.", { cause });
  }
  if (text === undefined) throw new KiketError(`Cannot hash the record: expected JSON, got ${typeof record}.`);
  // Once more, for numbers that were objects before, such as those of `toJSON`.
  return JSON.parse(text, refuseInexact);
}

/**
 * The text that is hashed. `1.0` and `-0.0` are written as `1` and `0`, as JavaScript writes them. Python keeps them, so its hash
 * of such a record is different.
 * @throws {KiketError} if the record is not JSON, or contains NaN, an infinite number, or a whole number that is not a safe
 *   integer.
 */
export function canonicalJson(record: unknown, form: CanonicalForm = "python"): string {
  const value = asJson(record);
  return form === "python" ? pythonJson(value) : nodeJson(value);
}
