import {
  Document,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  Scalar,
  stringify,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { hasInvisible, replaceInvisible } from "../base/invisible-characters.js";
import { startOfLine } from "./lines.js";

/** Plain data that can be added to a manifest, made from arguments of the command line. */
export type Data = string | number | boolean | readonly Data[] | { readonly [key: string]: Data };

type Quote = "double" | "single" | undefined;

/** How the file writes the values next to an addition. */
export interface YamlStyle {
  readonly keyQuote: Quote;
  readonly textQuote: Quote;
  /** For text that needs quotes. */
  readonly neededQuote: "double" | "single";
  /** Whether maps of plain values are written in braces. */
  readonly flowMaps: boolean;
  /** Whether lists of plain values are written in brackets. */
  readonly flowLists: boolean;
  /** Number of spaces by which each level is indented. */
  readonly step: number;
  /** Whether the items of a list are indented no deeper than its key. */
  readonly indentless: boolean;
}

/** A longer map in braces is hard to read. */
const longestFlow = 100;

function isLeaf(data: Data): boolean {
  if (typeof data !== "object") return true;
  return Object.values(data).every((item) => typeof item !== "object" || (Array.isArray(item) && isLeaf(item)));
}

/** The escape in double quotes. YAML reads no surrogate pairs. */
function yamlEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

/** A scalar with the same meaning in YAML 1.2 and 1.1: the platform's linter has a parser for 1.1. */
function scalarText(
  value: string | number | boolean,
  quote: Quote,
  needed: "double" | "single",
  flow: boolean,
): string {
  const scalar = new Scalar(value);
  if (typeof value === "string") {
    if (quote === "double" || hasInvisible(value)) scalar.type = Scalar.QUOTE_DOUBLE;
    else if (quote === "single") scalar.type = Scalar.QUOTE_SINGLE;
  }
  const document = new Document([scalar], { compat: "yaml-1.1" });
  if (flow && isSeq(document.contents)) document.contents.flow = true;
  const text = document
    .toString({ lineWidth: 0, singleQuote: needed === "single", flowCollectionPadding: false })
    .trimEnd()
    .split("\n")
    .map((line) => replaceInvisible(line, yamlEscape))
    .join("\n");
  return flow ? text.slice(1, -1) : text.slice(2);
}

/** A key with the quotes that it needs. Every known module writes the column key `null` without quotes. */
export function keyText(key: string, style: YamlStyle): string {
  // (fact 520)
  if (key === "null" && style.keyQuote === undefined) return key;
  return scalarText(key, style.keyQuote, style.neededQuote, true);
}

/** On one line, in braces and brackets. */
export function flowText(data: Data, style: YamlStyle): string {
  if (typeof data !== "object") return scalarText(data, style.textQuote, style.neededQuote, true);
  if (Array.isArray(data)) return `[${data.map((item) => flowText(item, style)).join(", ")}]`;
  const entries = Object.entries(data).map(([key, value]) => `${keyText(key, style)}: ${flowText(value, style)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

function prefersFlow(data: object, style: YamlStyle): boolean {
  if (Object.keys(data).length === 0) return true;
  if (!isLeaf(data as Data)) return false;
  return Array.isArray(data) ? style.flowLists : style.flowMaps && flowText(data as Data, style).length <= longestFlow;
}

function indented(lines: readonly string[], columns: number): string[] {
  return lines.map((line) => " ".repeat(columns) + line);
}

/** `key: value` on separate lines, the first at column 0. */
export function entryLines(key: string, data: Data, style: YamlStyle): string[] {
  const start = `${keyText(key, style)}:`;
  if (typeof data !== "object") {
    return [`${start} ${scalarText(data, style.textQuote, style.neededQuote, false)}`];
  }
  if (prefersFlow(data, style)) return [`${start} ${flowText(data, style)}`];
  return [start, ...indented(blockLines(data, style), Array.isArray(data) && style.indentless ? 0 : style.step)];
}

/** `- value` on separate lines, the first at column 0. */
export function itemLines(data: Data, style: YamlStyle): string[] {
  if (typeof data !== "object") return [`- ${scalarText(data, style.textQuote, style.neededQuote, false)}`];
  if (prefersFlow(data, style)) return [`- ${flowText(data, style)}`];
  const [first = "", ...rest] = blockLines(data, style);
  return [`- ${first}`, ...indented(rest, 2)];
}

function blockLines(data: object, style: YamlStyle): string[] {
  if (Array.isArray(data)) return data.flatMap((item: Data) => itemLines(item, style));
  return Object.entries(data as Readonly<Record<string, Data>>).flatMap(([key, value]) =>
    entryLines(key, value, style),
  );
}

function quoteOf(node: unknown): Quote {
  if (!isScalar(node)) return undefined;
  if (node.type === Scalar.QUOTE_DOUBLE) return "double";
  return node.type === Scalar.QUOTE_SINGLE ? "single" : undefined;
}

function* below(node: unknown): Generator<Node> {
  if (isMap(node)) {
    yield node;
    for (const { value } of node.items) yield* below(value);
  } else if (isSeq(node)) {
    yield node;
    for (const item of node.items) yield* below(item);
  } else if (isScalar(node)) yield node;
}

function isLeafNode(node: YAMLMap | YAMLSeq): boolean {
  const values = isMap(node) ? node.items.map(({ value }) => value) : node.items;
  return values.length > 0 && values.every((item) => !isCollection(item) || (isMap(node) && isSeq(item) && item.flow));
}

function flowOf(nodes: readonly Node[], is: (node: unknown) => node is YAMLMap | YAMLSeq): boolean | undefined {
  const last = nodes.filter((node): node is YAMLMap | YAMLSeq => is(node) && isLeafNode(node)).at(-1);
  return last && last.flow === true;
}

/** The quotes that all texts use; `undefined` if they differ. */
function commonQuote(nodes: readonly Node[]): Quote {
  const texts = nodes.filter((node) => isScalar(node) && typeof node.value === "string");
  const quotes = new Set(texts.map(quoteOf));
  return quotes.size === 1 ? [...quotes][0] : undefined;
}

function columnOf(text: string, offset: number): number {
  return offset - startOfLine(text, offset);
}

/** Takes the indentation from the first level that shows it. */
function readIndentation(root: Node, text: string): Pick<YamlStyle, "step" | "indentless"> {
  let step: number | undefined;
  let indentless: boolean | undefined;
  for (const node of below(root)) {
    if (!isMap(node) || node.flow) continue;
    for (const { key, value } of node.items) {
      if (!isScalar(key) || !key.range || !isCollection(value) || value.flow || !value.range) continue;
      const columns = columnOf(text, value.range[0]) - columnOf(text, key.range[0]);
      if (isSeq(value)) indentless ??= columns === 0;
      else if (columns > 0) step ??= columns;
    }
  }
  return { step: step ?? 2, indentless: indentless ?? false };
}

/** Takes the style from the value before the addition, else from the collection around it, else from the whole file. */
export function readStyle(root: Node, text: string, around: YAMLMap | YAMLSeq, neighbour: unknown): YamlStyle {
  const near = [...below(neighbour)];
  const all = [...below(root)];
  const map = isMap(around) ? around : isMap(neighbour) ? neighbour : isMap(root) ? root : undefined;
  const quotes = all.map(quoteOf);
  const keyQuote = quoteOf(map?.items[0]?.key);
  return {
    keyQuote,
    textQuote: commonQuote(near) ?? (keyQuote === "double" ? "double" : undefined),
    neededQuote: quotes.includes("single") && !quotes.includes("double") ? "single" : "double",
    flowMaps: flowOf(near, isMap) ?? flowOf(all, isMap) ?? false,
    flowLists: flowOf(near, isSeq) ?? flowOf(all, isSeq) ?? false,
    ...readIndentation(root, text),
  };
}

/** Data as YAML that stands alone, in block style. Ends with a newline. */
export function yamlText(data: unknown): string {
  return stringify(data);
}
