import { findNodeAtLocation, getLocation, getNodeValue, type Location, type Node, parseTree } from "jsonc-parser";
import type { JsonObject } from "../../../../../base/json.js";
import { declaredMembers, type JsonPath, listedValues, schemasAt, schemasBelow, typesOf } from "./schema-place.js";
import { descriptionOf, typeWords } from "./schema-words.js";
import { startValue } from "./start-value.js";

/** What can be written at one place. */
export interface JsonCompletion {
  /** What is offered, as JSON text. */
  readonly label: string;
  /** Its type, or where the value is from. */
  readonly detail: string;
  /** What the schema says of it. */
  readonly info?: string;
  /** What takes the place of the text between `from` and `to`. */
  readonly insert: string;
  /** What is selected in it afterwards: the value, which is written next. */
  readonly select: readonly [number, number];
  /** Whether the schema wants it. */
  readonly isRequired: boolean;
}

export interface JsonCompletions {
  readonly from: number;
  readonly to: number;
  /** Those that must be there first, then in the order of the schema. */
  readonly options: readonly JsonCompletion[];
}

/** The piece of text at an offset that a completion replaces: a string with its quotes, or letters. */
function pieceAt(text: string, offset: number, node: Node | undefined): readonly [number, number] {
  if (node?.type === "property" || node?.type === "string") {
    const end = node.offset + node.length;
    // A string without its end goes up to the end of its line, and what follows is not part of it.
    const isClosed = node.length > 1 && text[end - 1] === '"';
    if (node.offset < offset && offset <= end) return [node.offset, isClosed ? end : offset];
  }
  const before = /[\w.+-]*$/.exec(text.slice(Math.max(0, offset - 100), offset))?.[0] ?? "";
  const after = /^[\w.+-]*/.exec(text.slice(offset, offset + 100))?.[0] ?? "";
  return [offset - before.length, offset + after.length];
}

const nextMark = (text: string, from: number): string => text.slice(from).trimStart().at(0) ?? "";

/** JSON over several lines, under a line that begins with this space. */
function jsonText(value: unknown, indent: string): string {
  return JSON.stringify(value, null, 2).replaceAll("\n", `\n${indent}`);
}

/** What of a value's text is to be written over: the inside of a text, of an empty object or list, or a word; else nothing. */
function partToWrite(text: string): readonly [number, number] {
  if (/^(?:"[^\n]*"|\{\}|\[\])$/.test(text)) return [1, text.length - 1];
  return /^[\w.+-]+$/.test(text) ? [0, text.length] : [text.length, text.length];
}

/** Where the completions are asked for. */
interface Asked {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly path: JsonPath;
  readonly schema: JsonObject;
  readonly payload: unknown;
  /** The space before the line. */
  readonly indent: string;
  /** A comma if another member or item follows. */
  readonly comma: string;
}

function keyCompletions(asked: Asked, tree: Node | undefined): readonly JsonCompletion[] {
  const { text, from, to, path, schema, payload, indent, comma } = asked;
  const container = path.slice(0, -1);
  const own = path.at(-1);
  const schemas = schemasAt(schema, container, payload);
  const object = tree === undefined ? undefined : findNodeAtLocation(tree, [...container]);
  const written = (object?.children ?? []).flatMap(({ children: [name] = [] }) => (name === undefined ? [] : [name]));
  const taken = new Set(written.filter(({ offset }) => offset !== from).map(({ value }) => String(value)));
  // The name of a member that has its value already is all that changes.
  const hasValue = nextMark(text, to) === ":";
  return declaredMembers(schemas)
    .filter(({ name }) => name === own || !taken.has(name))
    .map(({ name, isRequired }) => {
      const label = JSON.stringify(name);
      const parts = schemasBelow(schemas, name, schema);
      const value = jsonText(startValue(parts, schema), indent);
      const [start, end] = partToWrite(value);
      const begin = `${label}: `;
      const info = descriptionOf(parts);
      return {
        label,
        detail: [typeWords(parts), ...(isRequired ? ["required"] : [])].filter((word) => word !== "").join(", "),
        ...(info === undefined ? {} : { info }),
        insert: hasValue ? label : `${begin}${value}${comma}`,
        select: hasValue ? [label.length, label.length] : [begin.length + start, begin.length + end],
        isRequired,
      };
    });
}

function valueCompletions({ path, schema, payload, indent, comma }: Asked): readonly JsonCompletion[] {
  const schemas = schemasAt(schema, path, payload, true);
  const types = schemas.flatMap(typesOf);
  const begins = types.some((word) => word === "object" || word === "array");
  const values: readonly (readonly [string, readonly unknown[]])[] = [
    ["value", schemas.flatMap((part) => listedValues(part) ?? [])],
    ["default", schemas.flatMap((part) => (Object.hasOwn(part, "default") ? [part.default] : []))],
    ["example", schemas.flatMap(({ examples }) => (Array.isArray(examples) ? examples : []))],
    ["", types.includes("boolean") ? [true, false] : []],
    ["", types.includes("null") ? [null] : []],
    ["to begin with", begins || path.length === 0 ? [startValue(schemas, schema)] : []],
  ];
  const info = descriptionOf(schemas);
  const found = new Map<string, JsonCompletion>();
  for (const [detail, list] of values) {
    for (const value of list) {
      const text = jsonText(value, indent);
      const label = JSON.stringify(value);
      if (found.has(label)) continue;
      const [start, end] = /^[{[]/.test(text) ? partToWrite(text) : [text.length, text.length];
      const insert = `${text}${comma}`;
      found.set(label, {
        ...{ label, detail, insert, select: [start, end], isRequired: false },
        ...(info === undefined ? {} : { info }),
      });
    }
  }
  return [...found.values()];
}

/**
 * What the schema offers at an offset of a text that may be unfinished: names of members in an object, values after a colon or in a list.
 * Undefined where neither can stand.
 */
export function completionsAt(text: string, offset: number, schema: JsonObject): JsonCompletions | undefined {
  const location: Location = getLocation(text, offset);
  const { previousNode, isAtPropertyKey, path } = location;
  const [from, to] = pieceAt(text, offset, previousNode);
  const before = text.slice(0, from).trimEnd().at(-1) ?? "";
  if (!(isAtPropertyKey ? ["{", ","] : [":", "[", ",", ""]).includes(before)) return undefined;
  const next = nextMark(text, to);
  // A name without its value takes the next member along where the text is parsed: it would be offered a second time.
  const isBegun = isAtPropertyKey && next !== ":";
  const tree = parseTree(isBegun ? text.slice(0, from) + " ".repeat(to - from) + text.slice(to) : text);
  const line = text.lastIndexOf("\n", from - 1) + 1;
  const asked: Asked = {
    ...{ text, from, to, path, schema },
    payload: tree === undefined ? undefined : getNodeValue(tree),
    indent: /^[ \t]*/.exec(text.slice(line, from))?.[0] ?? "",
    comma: /^[^,\]}:]$/.test(next) ? "," : "",
  };
  const options = isAtPropertyKey ? keyCompletions(asked, tree) : valueCompletions(asked);
  return { from, to, options };
}
