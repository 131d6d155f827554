import jsTokens, { type Token } from "js-tokens";
import { compare } from "../base/naming.js";

/** Kinds that a formatter moves about freely. */
const layoutTokens: ReadonlySet<Token["type"]> = new Set(["WhiteSpace", "LineTerminatorSequence"]);

/** A string's value, whatever its quotes; `undefined` where it cannot be told. */
function stringValue(literal: string): string | undefined {
  const inner = literal
    .slice(1, -1)
    .replace(/\\'/g, "'")
    .replace(/(?<!\\)"/g, '\\"');
  try {
    return JSON.parse(`"${inner}"`) as string;
  } catch {
    return undefined;
  }
}

/** Two closing type brackets are one token until a line break comes between them. */
function split(token: Token): string[] {
  return token.type === "Punctuator" && /^>+$/.test(token.value) ? [...token.value] : [textOf(token)];
}

function textOf(token: Token): string {
  if (token.type === "StringLiteral") return JSON.stringify(stringValue(token.value) ?? token.value);
  // A formatter reindents a comment's lines and leaves their words.
  if (token.type === "MultiLineComment") return token.value.replace(/\s*\n\s*/g, "\n").trimEnd();
  return token.value;
}

const closing: ReadonlySet<string> = new Set(["}", "]", ")", ">"]);

function isPlainName(text: string): boolean {
  return /^"[A-Za-z_$][\w$]*"$/.test(text);
}

/** Drops what formatters add or take away: semicolons, commas before a closing bracket, a union's first bar, needless quotes. */
function essential(texts: readonly string[]): string[] {
  const kept = texts.filter((text) => text !== ";");
  return kept.flatMap((text, index) => {
    const next = kept[index + 1] ?? "";
    const previous = kept[index - 1] ?? "";
    if (text === "," && closing.has(next)) return [];
    if (text === "|" && ["=", ":", "(", "<"].includes(previous)) return [];
    const isKey = next === ":" || (next === "?" && kept[index + 2] === ":");
    return isKey && isPlainName(text) ? [text.slice(1, -1)] : [text];
  });
}

/** Names between braces in code-unit order: tools that organise imports have orders of their own. */
function sortedNames(statement: readonly string[]): string {
  const open = statement.indexOf("{");
  const close = statement.indexOf("}");
  if (open < 0 || close < open) return statement.join(" ");
  const names = statement
    .slice(open + 1, close)
    .join(" ")
    .split(" , ")
    .sort(compare);
  return [...statement.slice(0, open + 1), names.join(" , "), ...statement.slice(close)].join(" ");
}

/** Takes the import statements, and exports from elsewhere, out of the tokens; each ends with its specifier. */
function splitImports(texts: readonly string[]): { imports: string[]; rest: string[] } {
  const imports: string[] = [];
  const rest: string[] = [];
  for (let index = 0; index < texts.length; index += 1) {
    const text = texts[index] ?? "";
    const from = texts.indexOf("from", index);
    const isImport = text === "import" || (text === "export" && texts[index + 1] === "{");
    const clause = isImport && from > 0 ? texts.slice(index, from) : undefined;
    if (clause?.every((part) => /^(?:import|export|type|as|,|\{|\}|[\w$]+)$/.test(part))) {
      imports.push(sortedNames(texts.slice(index, from + 2)));
      index = from + 1;
    } else rest.push(text);
  }
  return { imports: imports.sort(compare), rest };
}

/**
 * The meaning of a generated file as text: equal for two files that differ only as formatters make them differ. Meant for
 * what this generator prints, not for any TypeScript.
 */
export function essenceOf(source: string): string {
  const texts = [...jsTokens(source)].filter(({ type }) => !layoutTokens.has(type)).flatMap(split);
  const { imports, rest } = splitImports(essential(texts));
  return [...imports, ...rest].join("\n");
}
