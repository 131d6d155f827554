import type { Schema } from "./schema.js";

/**
 * Starts a text that stands for code. The schema compiler follows a `$ref` wherever it finds one, also in a value, and it fails
 * with names such as `hasOwnProperty`. So it gets texts in place of these, and `unescaped` puts the code into its result.
 */
const mark = "kiket-code:";

const inherited: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

function escapedName(name: string): string {
  if (name.startsWith(mark)) return mark + JSON.stringify(name);
  return inherited.has(name) || name === "$ref" ? mark + name : name;
}

/** A value as it is, if it is a number, a word or a text without the mark. */
function escapedValue(value: unknown): unknown {
  const isData = (typeof value === "object" && value !== null) || (typeof value === "string" && value.startsWith(mark));
  return isData ? mark + JSON.stringify(value) : value;
}

function escapedMembers(members: Readonly<Record<string, Schema>>): Readonly<Record<string, object>> {
  return Object.fromEntries(Object.entries(members).map(([name, schema]) => [escapedName(name), escaped(schema)]));
}

function escapedPart(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(escapedPart);
  return typeof part === "object" && part !== null ? escaped(part as Schema) : part;
}

const typed = ["$ref", "type", "enum", "properties", "additionalProperties", "items", "tsType"] as const;

/** Whether a schema excludes any value, as far as a type can say it. The compiler takes one that does not for an object. */
function decides(schema: Schema): boolean {
  const { allOf = [], anyOf = [] } = schema;
  return typed.some((key) => key in schema) || allOf.some(decides) || (anyOf.length > 0 && anyOf.every(decides));
}

/** The schema without data in which the schema compiler could find a reference, and without names that it cannot read. */
export function escaped(schema: Schema): object {
  const entries = Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
    if (key === "enum") return [[key, value.map(escapedValue)]];
    if (key === "required") return [[key, value.map(escapedName)]];
    if (key === "allOf") return [[key, value.filter(decides).map(escaped)]];
    if (key === "anyOf" && !value.every(decides)) return [];
    return [[key, key === "properties" ? escapedMembers(value) : escapedPart(value)]];
  });
  return Object.fromEntries(decides(schema) ? entries : [...entries, ["tsType", "unknown"]]);
}

/** The code that a text literal of the schema compiler stands for; `undefined` if it is an ordinary literal. */
export function unescaped(literal: string): string | undefined {
  return literal.startsWith(`"${mark}`) ? (JSON.parse(literal) as string).slice(mark.length) : undefined;
}
