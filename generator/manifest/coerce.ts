import { jsonInteger, jsonNumber } from "../base/json-number.js";
import { compare } from "../base/naming.js";
import { isObject } from "../base/shape.js";
import type { ValueType } from "../model/value-type.js";
import type { ManifestNode } from "../yaml/node.js";
import { plainValue } from "../yaml/node.js";

/** A default in its declared type, or the problem with it, printed after "the default of `x`". */
export type Coerced = { readonly value: unknown } | { readonly problem: string };

export interface Limits {
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly maxLength: number | undefined;
  /** Empty if any value is allowed. */
  readonly options: readonly string[];
}

function shown(node: ManifestNode): string {
  if (node.kind !== "scalar") return `a ${node.kind}`;
  if (node.text === "") return "empty text";
  return node.text.length > 40 ? `\`${node.text.slice(0, 40)}…\`` : `\`${node.text}\``;
}

function coerceText(node: ManifestNode, { maxLength, options }: Limits): Coerced {
  if (node.kind !== "scalar") return { problem: `must be text, found ${shown(node)}` };
  const { text } = node;
  if (options.length > 0 && !options.includes(text)) {
    return { problem: `must be one of its options ${options.map((o) => `\`${o}\``).join(", ")}, found ${shown(node)}` };
  }
  if (maxLength !== undefined && text.length > maxLength) {
    return { problem: `has ${text.length} characters, more than the ${maxLength} that \`max_length\` allows` };
  }
  return { value: text };
}

function coerceNumber(
  node: ManifestNode,
  read: (text: string) => number | undefined,
  kind: string,
  { min, max }: Limits,
): Coerced {
  const value = node.kind === "scalar" ? read(node.text) : undefined;
  if (value === undefined) return { problem: `must be ${kind}, found ${shown(node)}` };
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return { problem: `is outside the range of safe integers, found ${shown(node)}` };
  }
  if (min !== undefined && value < min) return { problem: `must be at least ${min}, found ${shown(node)}` };
  if (max !== undefined && value > max) return { problem: `must be at most ${max}, found ${shown(node)}` };
  return { value };
}

function coerceBoolean(node: ManifestNode): Coerced {
  const text = node.kind === "scalar" ? node.text : "";
  if (text === "true" || text === "false") return { value: text === "true" };
  return { problem: `must be true or false, found ${shown(node)}` };
}

/** Sorts keys in code-unit order at every level, so that the order in the file does not change the output. */
function ordered(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth > 100) throw new RangeError("too deep");
  if (Array.isArray(value)) return value.map((item) => ordered(item, depth + 1));
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [key, ordered(item, depth + 1)]);
  return Object.fromEntries(entries.sort(([a], [b]) => compare(a, b)));
}

function coerceObject(node: ManifestNode): Coerced {
  if (node.kind === "map") return { value: plainValue(node) };
  const problem = `must be a JSON object, found ${shown(node)}`;
  if (node.kind === "list") return { problem };
  try {
    const value: unknown = ordered(JSON.parse(node.text));
    return isObject(value) ? { value } : { problem };
  } catch (error) {
    return { problem: error instanceof RangeError ? "is nested more than 100 levels deep" : problem };
  }
}

function coerceId(node: ManifestNode): Coerced {
  if (node.kind !== "scalar" || typeof node.value === "boolean")
    return { problem: `must be an id, found ${shown(node)}` };
  return { value: node.value };
}

/** Converts a default to the declared type. 1, 0, yes and no are not booleans. */
export function coerce(node: ManifestNode, type: ValueType, limits: Limits): Coerced {
  // (facts 550, 553)
  switch (type) {
    case "string":
      return coerceText(node, limits);
    case "integer":
      return coerceNumber(node, jsonInteger, "an integer", limits);
    case "number":
      return coerceNumber(node, jsonNumber, "a number", limits);
    case "boolean":
      return coerceBoolean(node);
    case "object":
      return coerceObject(node);
    case "id":
      return coerceId(node);
    case "unknown":
      return { value: plainValue(node) };
  }
}
