import { escapeInvisible } from "../../base/invisible-characters.js";
import { unescaped } from "./escape-data.js";

/** A type in the unformatted text of the schema compiler. */
type TypeTree =
  | { readonly kind: "name"; readonly text: string }
  | { readonly kind: "object"; readonly members: readonly Member[] }
  | { readonly kind: "list"; readonly items: readonly TypeTree[] }
  | { readonly kind: "array" | "rest"; readonly of: TypeTree }
  | { readonly kind: "|" | "&"; readonly parts: readonly TypeTree[] };

interface Member {
  /** The lines between the marks of the docblock. */
  readonly comment: readonly string[];
  /** All before the type: `name?: `. */
  readonly head: string;
  readonly type: TypeTree;
}

/** An exported interface or type. */
export interface Declaration {
  readonly name: string;
  /** The declaration, ending with a newline. */
  readonly text: string;
  /** What is between the braces of an interface. */
  readonly members: string;
}

/** Longer lines are broken, if they contain a union. */
const longestLine = 120;

const token = /\s*(\/\*\*[\s\S]*?\*\/|"(?:[^"\\]|\\.)*"|\.\.\.|[\w$.+-]+|[^\s])/g;

/** The tokens of the text, with those of the code that a text literal stands for in place of the literal. */
function tokensOf(text: string): string[] {
  return [...text.matchAll(token)].flatMap(([, found = ""]) => {
    const code = unescaped(found);
    return code === undefined ? [found] : [...escapeInvisible(code).matchAll(token)].map(([, part = ""]) => part);
  });
}

/** A name, a number or a text, as the key of a member or as a type. */
const word = /^(?:".*"|[\w$.+-]+)$/s;

/** Reads tokens one after the other; every `read…` starts at `at`. */
interface Reader {
  readonly tokens: readonly string[];
  at: number;
}

/** Takes the next token. Throws if it is none of `wanted`; without `wanted`, if it is no word. */
function next(reader: Reader, ...wanted: readonly string[]): string {
  const found = reader.tokens[reader.at] ?? "";
  const fits = wanted.length === 0 ? word.test(found) : wanted.includes(found);
  if (!fits) throw new Error(`the schema compiler wrote \`${found}\` where a type was expected`);
  reader.at += 1;
  return found;
}

function takes(reader: Reader, ...texts: readonly string[]): boolean {
  const found = texts.every((text, index) => reader.tokens[reader.at + index] === text);
  if (found) reader.at += texts.length;
  return found;
}

function readComment(reader: Reader): readonly string[] {
  if (!reader.tokens[reader.at]?.startsWith("/**")) return [];
  const lines = (reader.tokens[reader.at++] ?? "").slice(3, -2).trim().split("\n");
  return lines.map((line) => line.trim().replace(/^\* ?/, ""));
}

const indexKey = "[k: string]";

function readMember(reader: Reader): Member {
  const comment = readComment(reader);
  let key = indexKey;
  if (!takes(reader, "[", "k", ":", "string", "]")) key = `${next(reader)}${takes(reader, "?") ? "?" : ""}`;
  next(reader, ":");
  return { comment, head: `${key}: `, type: readType(reader) };
}

function readItems<Item>(reader: Reader, end: string, read: (reader: Reader) => Item): Item[] {
  const items: Item[] = [];
  while (!takes(reader, end)) {
    items.push(read(reader));
    takes(reader, ",");
  }
  return items;
}

function readOperand(reader: Reader): TypeTree {
  let type: TypeTree;
  if (takes(reader, "...")) return { kind: "rest", of: readOperand(reader) };
  if (takes(reader, "(")) {
    type = readType(reader);
    next(reader, ")");
  } else if (takes(reader, "{")) type = { kind: "object", members: readItems(reader, "}", readMember) };
  else if (takes(reader, "[")) type = { kind: "list", items: readItems(reader, "]", readType) };
  else type = { kind: "name", text: next(reader) };
  while (takes(reader, "[", "]")) type = { kind: "array", of: type };
  return type;
}

/** Operands with an operator between them; `&` binds more closely than `|`. */
function readJoined(reader: Reader, kind: "|" | "&", read: (reader: Reader) => TypeTree): TypeTree {
  const first = read(reader);
  const more: TypeTree[] = [];
  while (takes(reader, kind)) more.push(read(reader));
  return more.length === 0 ? first : { kind, parts: [first, ...more] };
}

function readType(reader: Reader): TypeTree {
  return readJoined(reader, "|", (inner) => readJoined(inner, "&", readOperand));
}

function printComment(lines: readonly string[], indent: string): string {
  if (lines.length < 2) return lines.map((line) => `${indent}/** ${line} */\n`).join("");
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n")}\n${indent} */\n`;
}

function printMembers(members: readonly Member[], indent: string): string {
  return members
    .map(({ comment, head, type }) => `${printComment(comment, indent)}${indent}${printAfter(head, type, indent)};\n`)
    .join("");
}

/** With parentheses where the type stands beside an operator that binds more closely. */
function printPart(type: TypeTree, indent: string): string {
  return type.kind === "|" || type.kind === "&" ? `(${print(type, indent)})` : print(type, indent);
}

/** The type, in one line unless it contains an object with members. */
function print(type: TypeTree, indent: string): string {
  switch (type.kind) {
    case "name":
      return type.text;
    case "object":
      return type.members.length === 0 ? "{}" : `{\n${printMembers(type.members, `${indent}  `)}${indent}}`;
    case "list":
      return `[${type.items.map((item) => print(item, indent)).join(", ")}]`;
    case "array":
      return `${printPart(type.of, indent)}[]`;
    case "rest":
      return `...${print(type.of, indent)}`;
    default:
      return type.parts.map((part) => printPart(part, indent)).join(` ${type.kind} `);
  }
}

function isNull(type: TypeTree): boolean {
  return type.kind === "name" && type.text === "null";
}

/** The type after its head. A union has a line for each part if it is long, or contains an object and more than `null`. */
function printAfter(head: string, type: TypeTree, indent: string): string {
  const line = `${head}${print(type, indent)}`;
  if (type.kind !== "|") return line;
  const short = !line.includes("\n") && indent.length + line.length < longestLine;
  if (short || (line.includes("\n") && type.parts.filter((part) => !isNull(part)).length === 1)) return line;
  const parts = type.parts.map((part) => `\n${indent}  | ${printPart(part, `${indent}    `)}`);
  return `${head.trimEnd()}${parts.join("")}`;
}

function readDeclaration(reader: Reader): Declaration {
  const comment = printComment(readComment(reader), "");
  const keyword = `${next(reader, "export")} ${next(reader, "interface", "type")}`;
  const name = next(reader);
  if (takes(reader, "=")) {
    return { name, text: `${comment}${printAfter(`${keyword} ${name} = `, readType(reader), "")};\n`, members: "" };
  }
  next(reader, "{");
  const body = readItems(reader, "}", readMember);
  const text = `${comment}${keyword} ${name} ${print({ kind: "object", members: body }, "")}\n`;
  return { name, text, members: printMembers(body, "  ") };
}

/**
 * Reads the declarations that the schema compiler wrote without formatting, and formats them. Throws if the text contains
 * anything else.
 */
export function readDeclarations(text: string): Declaration[] {
  const reader: Reader = { tokens: tokensOf(text), at: 0 };
  const found: Declaration[] = [];
  while (reader.at < reader.tokens.length) found.push(readDeclaration(reader));
  return found;
}
