import { isMap, isScalar, isSeq, type Pair, type YAMLSeq } from "yaml";
import { applyEdits, type Edit, endOf, lineEndOf, openDocument, rangeOf } from "./edit.js";
import { endOfLine, startOfLine } from "./lines.js";

/** The items to remove from a list. */
export interface Removal {
  /** Keys from the top to the list; `{ key: value }` selects an item of a list of maps. */
  readonly path: readonly (string | Readonly<Record<string, string>>)[];
  readonly matches: (item: string | Readonly<Record<string, string>>) => boolean;
}

function textOf(node: unknown): string | undefined {
  return isScalar(node) ? String(node.value ?? node.source ?? "") : undefined;
}

function plainItem(node: unknown): string | Readonly<Record<string, string>> | undefined {
  if (!isMap(node)) return textOf(node);
  const entries = node.items.map(({ key, value }) => [textOf(key), textOf(value)] as const);
  const texts = entries.filter((entry): entry is readonly [string, string] =>
    entry.every((text) => text !== undefined),
  );
  return Object.fromEntries(texts);
}

function pairOf(node: unknown, name: string): Pair | undefined {
  return isMap(node) ? node.items.findLast(({ key }) => textOf(key) === name) : undefined;
}

function stepInto(node: unknown, step: Removal["path"][number]): unknown {
  if (typeof step === "string") return pairOf(node, step)?.value;
  if (!isSeq(node)) return undefined;
  return node.items.find((item) => {
    const plain = plainItem(item);
    return typeof plain === "object" && Object.entries(step).every(([key, value]) => plain[key] === value);
  });
}

/** For a list in brackets: the item with the comma after it, or without one, the comma before it. If the item has a line of its own, the whole line. */
function flowSpan(source: string, list: YAMLSeq, index: number): Edit {
  const [start, end] = rangeOf(list.items[index]);
  const comma = /^\s*,/.exec(source.slice(end))?.[0].length ?? 0;
  const first = startOfLine(source, start);
  const last = endOfLine(source, end + comma);
  const alone = source.slice(first, start).trim() === "" && /^\s*(#.*)?\s*$/.test(source.slice(end + comma, last));
  if (alone && first > rangeOf(list)[0]) return { start: first, end: last, text: "" };
  if (comma > 0) {
    const space = /^[ \t]*/.exec(source.slice(end + comma))?.[0].length ?? 0;
    return { start, end: end + comma + space, text: "" };
  }
  const before = index > 0 ? rangeOf(list.items[index - 1])[1] : start;
  return { start: before, end, text: "" };
}

function blockSpan(source: string, item: unknown): Edit | undefined {
  const start = startOfLine(source, rangeOf(item)[0]);
  if (!/^[ \t]*-[ \t]+$/.test(source.slice(start, rangeOf(item)[0]))) return undefined;
  return { start, end: endOfLine(source, Math.max(endOf(item) - 1, start)), text: "" };
}

/**
 * If all items are removed, the key is kept: `permissions: []`. The brackets stand right after the colon, or after an anchor or a tag
 * there, so before a comment. Empty if they cannot stand there.
 */
function emptied(source: string, list: YAMLSeq, key: unknown, spans: readonly Edit[]): Edit[] {
  if (list.flow) return [{ start: rangeOf(list)[0], end: rangeOf(list)[1], text: "[]" }];
  const end = rangeOf(key)[1];
  const between = source.slice(end, spans[0]?.start ?? end);
  const beforeComment = /^[ \t]*:(?:\s+[&!]\S*)*/.exec(between)?.[0].length ?? 0;
  const onlyComments = between.slice(beforeComment).replaceAll(/\s#.*/g, "").trim() === "";
  if (beforeComment === 0 || !onlyComments) return [];
  return [{ start: end + beforeComment, end: end + beforeComment, text: " []" }, ...spans];
}

/** Removes the items and changes nothing else; `undefined` if the text is written in a way that cannot be edited in place. */
export function remove(source: string, { path, matches }: Removal): string | undefined {
  const document = openDocument(source);
  const list = path.reduce<unknown>(stepInto, document.contents);
  if (!isSeq(list)) return source;
  const wanted = list.items.map((item) => {
    const plain = plainItem(item);
    return plain !== undefined && matches(plain);
  });
  if (!wanted.includes(true)) return source;
  const spans = list.items.flatMap((item, index) => {
    if (!wanted[index]) return [];
    return [list.flow ? flowSpan(source, list, index) : blockSpan(source, item)];
  });
  if (spans.some((span) => span === undefined)) return undefined;
  const found = spans as Edit[];
  const name = path.at(-1);
  const key =
    typeof name === "string"
      ? pairOf(path.slice(0, -1).reduce<unknown>(stepInto, document.contents), name)?.key
      : undefined;
  const edits = wanted.every(Boolean) ? emptied(source, list, key, found) : list.flow ? found.slice(0, 1) : found;
  if (edits.length === 0) return undefined;
  const text = applyEdits(source, edits);
  // In brackets, the spans of neighbours overlap, so items are removed one at a time.
  return list.flow && !wanted.every(Boolean) && found.length > 1 ? remove(text, { path, matches }) : text;
}

/** Adds a plain word to the end of a list that has items; `undefined` if it cannot be added in place. */
export function append(source: string, path: Removal["path"], word: string): string | undefined {
  const document = openDocument(source);
  const list = path.reduce<unknown>(stepInto, document.contents);
  const last = isSeq(list) ? list.items.at(-1) : undefined;
  if (!isSeq(list) || last === undefined) return undefined;
  const [start, end] = rangeOf(last);
  if (list.flow) return `${source.slice(0, end)}, ${word}${source.slice(end)}`;
  const dash = source.slice(startOfLine(source, start), start);
  if (dash.trim() !== "-") return undefined;
  const place = endOfLine(source, endOf(last));
  const eol = lineEndOf(source);
  const before = source[place - 1] === "\n" ? "" : eol;
  return `${source.slice(0, place)}${before}${dash}${word}${before === "" ? eol : ""}${source.slice(place)}`;
}
