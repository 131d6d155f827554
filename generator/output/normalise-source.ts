import jsTokens, { type Token } from "js-tokens";
import { compare } from "../base/naming.js";

/** Tokens that a formatter may add, change or remove. */
const layoutTokens: ReadonlySet<Token["type"]> = new Set(["WhiteSpace", "LineTerminatorSequence"]);

/** Comments with an effect on the compiler: a file whose types are no longer checked is not the file that was generated. */
const forCompiler = /^\/\/\/|@(?:ts-|jsx|deno-types)/i;

function isPlainComment({ type, value }: Token): boolean {
  return type === "SingleLineComment" || (type === "MultiLineComment" && !value.startsWith("/**"));
}

/**
 * Without the comments above the code: linters, formatters and their users add and remove directives there. Only comments for the
 * compiler stay. A docblock belongs to the code.
 */
function withoutHead(tokens: readonly Token[]): Token[] {
  const start = tokens.findIndex((token) => !layoutTokens.has(token.type) && !isPlainComment(token));
  const end = start < 0 ? tokens.length : start;
  return tokens.filter((token, index) => index >= end || (isPlainComment(token) && forCompiler.test(token.value)));
}

/** A string's value, with either kind of quotes; `undefined` if it cannot be read. */
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

/** `>>` is one token, but two if a formatter puts a line break between them. */
function split(token: Token): string[] {
  return token.type === "Punctuator" && /^>+$/.test(token.value) ? [...token.value] : [textOf(token)];
}

function textOf(token: Token): string {
  if (token.type === "StringLiteral") return JSON.stringify(stringValue(token.value) ?? token.value);
  // A formatter changes the indentation of a comment's lines, but not their words.
  if (token.type === "MultiLineComment") return token.value.replace(/\s*\n\s*/g, "\n").trimEnd();
  return token.value;
}

const closing: ReadonlySet<string> = new Set(["}", "]", ")", ">"]);

function isPlainName(text: string): boolean {
  return /^"[A-Za-z_$][\w$]*"$/.test(text);
}

/** Removes what formatters add or remove: semicolons, trailing commas, the first `|` of a union, and quotes of plain keys. */
function essential(texts: readonly string[]): string[] {
  const kept = texts.filter((text) => text !== ";");
  const isCode = (text: string) => !text.startsWith("/*") && !text.startsWith("//");
  return kept.flatMap((text, index) => {
    const next = kept[index + 1] ?? "";
    // A docblock can stand between the start of a union and its first `|`.
    const previous = text === "|" ? (kept.slice(0, index).findLast(isCode) ?? "") : "";
    if (text === "," && closing.has(next)) return [];
    if (text === "|" && ["=", ":", "(", "<"].includes(previous)) return [];
    const isKey = next === ":" || (next === "?" && kept[index + 2] === ":");
    return isKey && isPlainName(text) ? [text.slice(1, -1)] : [text];
  });
}

/** Sorts the names between braces, because tools that organise imports use different orders. */
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

/** Separates the imports and re-exports from the other tokens. Each of them ends with its specifier. */
function splitImports(texts: readonly string[]): { imports: string[]; rest: string[] } {
  const imports: string[] = [];
  const rest: string[] = [];
  for (let index = 0; index < texts.length; index += 1) {
    const text = texts[index] ?? "";
    const isImport = text === "import" || (text === "export" && texts[index + 1] === "{");
    const from = isImport ? texts.indexOf("from", index) : -1;
    const clause = from > 0 ? texts.slice(index, from) : undefined;
    if (clause?.every((part) => /^(?:import|export|type|as|,|\{|\}|[\w$]+)$/.test(part))) {
      imports.push(sortedNames(texts.slice(index, from + 2)));
      index = from + 1;
    } else rest.push(text);
  }
  return { imports: imports.sort(compare), rest };
}

/**
 * The meaning of a generated file as text: equal for two files that differ only in formatting and in the comments above the code.
 * It works for the code that this generator prints, not for all TypeScript.
 */
export function essenceOf(source: string): string {
  const tokens = withoutHead([...jsTokens(source)]);
  const texts = tokens.filter(({ type }) => !layoutTokens.has(type)).flatMap(split);
  const { imports, rest } = splitImports(essential(texts));
  return [...imports, ...rest].join("\n");
}
