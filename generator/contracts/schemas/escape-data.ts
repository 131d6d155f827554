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

function escapedMembers(members: Readonly<Record<string, Schema>>): Record<string, Schema> {
  return Object.fromEntries(Object.entries(members).map(([name, schema]) => [escapedName(name), escaped(schema)]));
}

function escapedPart(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(escapedPart);
  return typeof part === "object" && part !== null ? escaped(part as Schema) : part;
}

/** The schema without data in which the schema compiler could find a reference, and without names that it cannot read. */
export function escaped(schema: Schema): Schema {
  const entries = Object.entries(schema).map(([key, value]) => {
    if (key === "enum") return [key, value.map(escapedValue)];
    if (key === "required") return [key, value.map(escapedName)];
    return [key, key === "properties" ? escapedMembers(value) : escapedPart(value)];
  });
  return Object.fromEntries(entries);
}

/** The code that a text literal of the schema compiler stands for; `undefined` if it is an ordinary literal. */
export function unescaped(literal: string): string | undefined {
  return literal.startsWith(`"${mark}`) ? (JSON.parse(literal) as string).slice(mark.length) : undefined;
}
