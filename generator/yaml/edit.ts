import { type Document, isMap, isScalar, isSeq, type Node, type Pair, parseDocument } from "yaml";

/** New text for the part between two offsets. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Parses a YAML text into nodes with offsets, for editing the text. Duplicate keys are kept. */
export function openDocument(source: string): Document.Parsed {
  return parseDocument(source, { stringKeys: true, uniqueKeys: false, prettyErrors: false });
}

/** Applies edits that do not overlap. */
export function applyEdits(source: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start || b.end - a.end)
    .reduce((result, { start, end, text }) => result.slice(0, start) + text + result.slice(end), source);
}

/** The line break after the first line of the file. */
export function lineEndOf(source: string): string {
  return /\r?\n/.exec(source)?.[0] ?? "\n";
}

export function rangeOf(node: unknown): readonly [start: number, end: number] {
  const range = (node as Node | null)?.range;
  return [range?.[0] ?? 0, range?.[1] ?? 0];
}

/** The offset after the last character of a value, without comments. */
export function endOf(node: unknown): number {
  if ((isMap(node) || isSeq(node)) && !node.flow) {
    const last: unknown = node.items.at(-1);
    if (last !== undefined) return isMap(node) ? endOfPair(last as Pair) : endOf(last);
  }
  return rangeOf(node)[1];
}

export function isEmpty(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

export function endOfPair({ key, value }: Pair): number {
  return isEmpty(value) ? Math.max(endOf(key), isScalar(value) && value.source ? endOf(value) : 0) : endOf(value);
}
