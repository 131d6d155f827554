import { compare } from "../base/naming.js";

/**
 * The tokens of TypeScript without the white space between them: comments, strings, templates, names and numbers, punctuators. It does
 * not tell a regular expression from a division, and ends a template at the next backtick: the generator prints neither. A tokenizer for
 * all of JavaScript takes a fifth of a run.
 */
const token =
  /\/\/[^\n\r\u2028\u2029]*|\/\*.*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|(?:[\w$]|[^\s\p{ASCII}])+|=>|\.{3}|\?\.(?!\d)|--|\+\+|(?:&&|\|\||\?\?|\*\*|<<|>{2,3}|[!=]=|[-+*/%&|^!=<>])=?|\S/gsu;

export function tokensOf(source: string): readonly string[] {
  return source.match(token) ?? [];
}

/** Comments with an effect on the compiler: a file whose types are no longer checked is not the file that was generated. */
const forCompiler = /^\/\/\/|@(?:ts-|jsx|deno-types)/i;

function isPlainComment(text: string): boolean {
  return text.startsWith("//") || /^\/\*(?!\*)/.test(text);
}

/**
 * Without the comments above the code: linters, formatters and their users add and remove directives there. Only comments for the
 * compiler stay. A docblock belongs to the code.
 */
function withoutHead(tokens: readonly string[]): string[] {
  const start = tokens.findIndex((text) => !isPlainComment(text));
  const end = start < 0 ? tokens.length : start;
  return [...tokens.slice(0, end).filter((text) => forCompiler.test(text)), ...tokens.slice(end)];
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
function split(text: string): readonly string[] {
  if (/^["']/.test(text)) return [JSON.stringify(stringValue(text) ?? text)];
  // A formatter changes the indentation of a comment's lines, but not their words.
  if (text.startsWith("/*")) return [text.replace(/\s*\n\s*/g, "\n").trimEnd()];
  return /^>+$/.test(text) ? [...text] : [text];
}

const closing: ReadonlySet<string> = new Set(["}", "]", ")", ">"]);

function isPlainName(text: string): boolean {
  return /^"[A-Za-z_$][\w$]*"$/.test(text);
}

/** The last text before an index that is no comment: a docblock can stand between the start of a union and its first `|`. */
function codeBefore(texts: readonly string[], index: number): string {
  let at = index - 1;
  while (/^\/[*/]/.test(texts[at] ?? "")) at -= 1;
  return texts[at] ?? "";
}

/** Removes what formatters add or remove: semicolons, trailing commas, the first `|` of a union, and quotes of plain keys. */
function essential(texts: readonly string[]): string[] {
  const kept = texts.filter((text) => text !== ";");
  return kept.flatMap((text, index) => {
    const next = kept[index + 1] ?? "";
    if (text === "," && closing.has(next)) return [];
    if (text === "|" && ["=", ":", "(", "<"].includes(codeBefore(kept, index))) return [];
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
  const texts = withoutHead(tokensOf(source)).flatMap(split);
  const { imports, rest } = splitImports(essential(texts));
  return [...imports, ...rest].join("\n");
}
