import { KiketError } from "../base/errors.js";
import { isJsonObject } from "../base/json.js";

/**
 * Whose way of writing JSON is hashed (wire contract §4.1). `python`: keys sorted at every level, everything past ASCII
 * escaped. `node`: keys sorted at the top level only, text as UTF-8. The two agree only for flat objects of ASCII text and
 * integers; which one the platform uses is not recorded.
 */
export type CanonicalForm = "python" | "node";

/** UTF-8 keeps the order of code points; JavaScript's own comparison does not. */
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

/** Python writes a fraction below 0.0001 with an exponent, of two digits or more. */
function pythonNumber(value: number): string {
  if (value === 0 || Math.abs(value) >= 1e-4) return String(value);
  return value.toExponential().replace(/e-(\d)$/, "e-0$1");
}

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

/** Objects are built in the sorted order, so that JavaScript puts keys that look like integers first, as it does there. */
function nodeJson(value: unknown): string {
  if (!isJsonObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return JSON.stringify(Object.fromEntries(keys.map((key) => [key, value[key]])));
}

/** From 2^53 on a JavaScript number no longer says which whole number was meant, nor whether it was a fraction. */
function refuseInexact(_key: string, value: unknown): unknown {
  if (typeof value === "number" && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) {
    throw new KiketError(
      `A record to be hashed must be JSON, without NaN, infinity and whole numbers beyond ${Number.MAX_SAFE_INTEGER}.`,
    );
  }
  return value;
}

/** As JSON would carry it: dates are text, members without a value are gone. */
function asJson(record: unknown): unknown {
  let text: string | undefined;
  try {
    text = JSON.stringify(record, refuseInexact);
  } catch (cause) {
    if (cause instanceof KiketError) throw cause;
    throw new KiketError("A record to be hashed must be JSON.", { cause });
  }
  if (text === undefined) throw new KiketError(`A record to be hashed must be JSON, not a ${typeof record}.`);
  return JSON.parse(text);
}

/**
 * The text whose hash is anchored. `1.0` and `-0.0` are written as `1` and `0`, as JavaScript writes them; Python
 * keeps them, so that its hash of a record that has them is another one.
 * @throws {KiketError} for what is not JSON, for NaN and infinity, and for whole numbers that are not safe integers.
 */
export function canonicalJson(record: unknown, form: CanonicalForm = "python"): string {
  const value = asJson(record);
  return form === "python" ? pythonJson(value) : nodeJson(value);
}
