/** Turns plain values into TypeScript source. Every text of a manifest goes through this file or `naming.ts` on its way into generated code. */

import { commentLines } from "./comment-text.js";
import { jsonText } from "./invisible-characters.js";

/** A double-quoted string literal. Invisible characters are escaped, so that no input can end the literal or the line, or hide in it. */
export function stringLiteral(value: string): string {
  return jsonText(value);
}

/** A property name, quoted unless it is a plain identifier. `__proto__` becomes a computed name, because otherwise it would set the prototype. */
export function propertyName(key: string): string {
  if (key === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : stringLiteral(key);
}

/**
 * A member of an object literal that has a type annotation. If every object has a member of this name, like `constructor`, the
 * compiler checks the value against that member's type and forgets its literals: `as const` keeps them.
 */
export function propertyEntry(key: string, value: string): string {
  return `${propertyName(key)}: ${value}${key in {} && key !== "__proto__" ? " as const" : ""}`;
}

/** A JSON value as an expression, for a line that is indented by `indent` spaces. */
export function valueLiteral(value: unknown, indent = 0): string {
  if (typeof value === "string") return stringLiteral(value);
  if (Array.isArray(value)) return `[${value.map((item) => valueLiteral(item, indent)).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value);
    if (entries.length === 0) return "{}";
    const inner = " ".repeat(indent + 2);
    const lines = entries.map(([key, item]) => `${inner}${propertyName(key)}: ${valueLiteral(item, indent + 2)},\n`);
    return `{\n${lines.join("")}${" ".repeat(indent)}}`;
  }
  return String(value);
}

/** `"a" | "b"`, or `never` if there are no values. */
export function unionOf(values: readonly string[]): string {
  return values.length === 0 ? "never" : values.map(stringLiteral).join(" | ");
}

/** A docblock of texts, as sentences or paragraphs. Each line ends with a newline. Without visible text the result is empty. */
export function docblock(texts: readonly (string | undefined)[], indent = 0): string {
  const lines = commentLines(texts);
  const margin = " ".repeat(indent);
  if (lines.length === 0) return "";
  if (lines.length === 1) return `${margin}/** ${lines[0]} */\n`;
  return `${margin}/**\n${lines.map((line) => `${margin} * ${line}`.trimEnd()).join("\n")}\n${margin} */\n`;
}
