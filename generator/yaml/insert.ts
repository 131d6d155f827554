import { isDeepStrictEqual } from "node:util";
import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from "yaml";
import { applyEdits, type Edit, endOf, endOfPair, isEmpty, lineEndOf, openDocument, rangeOf } from "./edit.js";
import { endOfLine, startOfLine } from "./lines.js";
import { plainValue } from "./node.js";
import { readYaml } from "./read-yaml.js";
import { type Data, entryLines, flowText, itemLines, keyText, readStyle, type YamlStyle } from "./style.js";

/** One value to add to a YAML file: an item of the list at `path`, or, with `key`, an entry of the map at `path`. */
export interface Addition {
  /** Keys from the top. Missing keys are added. */
  readonly path: readonly string[];
  readonly key?: string;
  readonly value: Data;
}

/** The changed text, or why the text cannot be changed in place. */
type Inserted = { readonly text: string } | { readonly problem: string };

interface Target {
  readonly source: string;
  readonly root: Node;
  readonly eol: string;
}

/** A new item, or a new entry. */
interface Member {
  readonly key: string | undefined;
  readonly value: Data;
}

function column(text: string, offset: number): number {
  return offset - startOfLine(text, offset);
}

function startOf(node: unknown): number {
  return rangeOf(node)[0];
}

/** The offset for new lines: after the line of `offset`, and after the comments that directly follow it and are indented deeper than `owner`. */
function below(text: string, offset: number, owner: number): number {
  let place = offset > 0 && text[offset - 1] === "\n" ? offset : endOfLine(text, offset);
  for (;;) {
    const comment = /^( *)#/.exec(text.slice(place, endOfLine(text, place)));
    if (comment === null || (comment[1] ?? "").length <= owner) return place;
    place = endOfLine(text, place);
  }
}

function linesAt({ source, eol }: Target, place: number, lines: readonly string[], indent: number): Edit {
  const body = lines.map((line) => (line === "" ? "" : " ".repeat(indent) + line));
  const text = place > 0 && source[place - 1] !== "\n" ? eol + body.join(eol) : body.map((line) => line + eol).join("");
  return { start: place, end: place, text };
}

function memberLines({ key, value }: Member, style: YamlStyle): string[] {
  return key === undefined ? itemLines(value, style) : entryLines(key, value, style);
}

function memberText({ key, value }: Member, style: YamlStyle): string {
  return key === undefined ? flowText(value, style) : `${keyText(key, style)}: ${flowText(value, style)}`;
}

/** Whether an empty line separates the last two entries, so that the new one needs one as well. */
function isSpaced({ source }: Target, node: YAMLMap | YAMLSeq): boolean {
  const [before, last] = node.items.slice(-2).map((item) => (isMap(node) ? (item as Pair).key : item));
  if (before === undefined || last === undefined) return false;
  const lines = source
    .slice(0, startOfLine(source, startOf(last)))
    .split("\n")
    .slice(0, -1);
  while (lines.at(-1)?.trimStart().startsWith("#")) lines.pop();
  return lines.at(-1)?.trim() === "";
}

function intoBlock(target: Target, node: YAMLMap | YAMLSeq, member: Member, style: YamlStyle, owner: number): Edit[] {
  const indent = column(target.source, startOf(isMap(node) ? node.items[0]?.key : node));
  const lines = memberLines(member, style);
  const spaced = isSpaced(target, node) ? ["", ...lines] : lines;
  return [linesAt(target, below(target.source, endOf(node), owner), spaced, indent)];
}

/** The offset after a comma that follows the last item; `undefined` without a comma. */
function trailingComma(text: string, from: number): number | undefined {
  const match = /^(?:\s|#[^\n]*\n)*,/.exec(text.slice(from));
  return match === null ? undefined : from + match[0].length;
}

function intoFlow(target: Target, node: YAMLMap | YAMLSeq, member: Member, style: YamlStyle): Edit[] {
  const { source, eol } = target;
  const text = memberText(member, style);
  const last = node.items.at(-1);
  if (last === undefined) {
    const place = startOf(node) + 1;
    return [{ start: place, end: place, text: isMap(node) ? ` ${text} ` : text }];
  }
  const first = startOf(isMap(node) ? (last as Pair).key : last);
  const end = isMap(node) ? endOfPair(last as Pair) : endOf(last);
  const indent = source.slice(startOfLine(source, first), first);
  const comma = trailingComma(source, end);
  const bracket = rangeOf(node)[1] - 1;
  const lineEnd = endOfLine(source, comma ?? end);
  if (indent.trim() !== "" || startOfLine(source, first) <= startOf(node) || bracket < lineEnd) {
    return [{ start: end, end, text: `, ${text}` }];
  }
  const line = { start: lineEnd, end: lineEnd, text: `${indent}${text}${comma === undefined ? "" : ","}${eol}` };
  return comma === undefined ? [{ start: end, end, text: "," }, line] : [line];
}

/** Adds the first member to a key that has no value. */
function intoNothing(
  target: Target,
  pair: Pair,
  member: Member,
  style: YamlStyle,
  inFlow: boolean,
): Edit[] | undefined {
  const { source } = target;
  if (inFlow) return undefined;
  const key = column(source, startOf(pair.key));
  const place = below(source, endOfPair(pair), key);
  const indent = key + (member.key === undefined && style.indentless ? 0 : style.step);
  const added = linesAt(target, place, memberLines(member, style), indent);
  if (!isScalar(pair.value) || !pair.value.source) return [added];
  const colon = source.indexOf(":", endOf(pair.key));
  return [{ start: colon + 1, end: endOf(pair.value), text: "" }, added];
}

/** The value to write if the rest of the path is missing. */
function wrap(rest: readonly string[], { key, value }: Addition): Data {
  const innermost: Data = key === undefined ? [value] : { [key]: value };
  return rest.reduceRight<Data>((inner, name) => ({ [name]: inner }), innermost);
}

function find(map: YAMLMap, key: string): Pair | undefined {
  return map.items.findLast((pair) => isScalar(pair.key) && (pair.key.value ?? pair.key.source) === key);
}

function intoCollection(target: Target, node: YAMLMap | YAMLSeq, member: Member, owner: number): Edit[] {
  const last: unknown = node.items.at(-1);
  const style = readStyle(target.root, target.source, node, isMap(node) ? (last as Pair | undefined)?.value : last);
  return node.flow ? intoFlow(target, node, member, style) : intoBlock(target, node, member, style, owner);
}

function editsOf(target: Target, addition: Addition): Edit[] | { readonly problem: string } {
  const { path, key, value } = addition;
  let node: unknown = target.root;
  let owner = 0;
  for (const [index, name] of path.entries()) {
    const shown = path.slice(0, index).join(".") || "the file";
    if (isAlias(node)) return { problem: `\`${shown}\` is an alias, so the addition would also change other places` };
    if (!isMap(node)) return { problem: `\`${shown}\` is not a map` };
    const pair = find(node, name);
    const rest = path.slice(index + 1);
    if (pair === undefined) return intoCollection(target, node, { key: name, value: wrap(rest, addition) }, owner);
    if (isEmpty(pair.value)) {
      const style = readStyle(target.root, target.source, node, undefined);
      const [next, ...deeper] = rest;
      const member = next === undefined ? { key, value } : { key: next, value: wrap(deeper, addition) };
      const edits = intoNothing(target, pair, member, style, node.flow === true);
      return edits ?? { problem: `\`${path.slice(0, index + 1).join(".")}\` has no value` };
    }
    owner = column(target.source, startOf(pair.key));
    node = pair.value;
  }
  const shown = path.join(".");
  if (isAlias(node)) return { problem: `\`${shown}\` is an alias, so the addition would also change other places` };
  if (key === undefined ? isSeq(node) : isMap(node)) {
    return intoCollection(target, node as YAMLMap | YAMLSeq, { key, value }, owner);
  }
  return { problem: `\`${shown}\` is not a ${key === undefined ? "list" : "map"}` };
}

/** Makes the addition to plain data: the content that the changed text must have. */
function added(data: unknown, { path: [name, ...path], key, value }: Addition): unknown {
  if (name === undefined && key === undefined)
    return [...((data as readonly unknown[] | null | undefined) ?? []), value];
  const entries = (data ?? {}) as Readonly<Record<string, unknown>>;
  const own = name ?? (key as string);
  const before = Object.hasOwn(entries, own) ? entries[own] : undefined;
  const after = name === undefined ? value : added(before, { path, ...(key !== undefined && { key }), value });
  return Object.fromEntries([...Object.entries(entries).filter(([other]) => other !== own), [own, after]]);
}

function meaning(text: string): unknown {
  const node = readYaml({ path: "", text }, () => {});
  return node && { content: plainValue(node) };
}

/**
 * Adds one value to a YAML text and changes nothing else: comments, blank lines, order, quotes and line ends are kept. The changed
 * text is parsed again. If its content is not the old content plus the addition, the result is a problem and no text.
 */
export function insert(source: string, addition: Addition): Inserted {
  const document = openDocument(source);
  const root = document.contents;
  const where = [...addition.path, ...(addition.key === undefined ? [] : [addition.key])].join(".");
  if (document.errors.length > 0 || root === null) return { problem: "the file is not a YAML map" };
  const edits = editsOf({ source, root, eol: lineEndOf(source) }, addition);
  if ("problem" in edits) return edits;
  const text = applyEdits(source, edits);
  const before = meaning(source) as { content: unknown } | undefined;
  const expected = before && { content: added(before.content, addition) };
  if (expected !== undefined && isDeepStrictEqual(meaning(text), expected)) return { text };
  return { problem: `cannot add \`${where}\` in place, because of how the file is written` };
}
