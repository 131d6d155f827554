import { type Node, parseDocument, type Scalar, visit } from "yaml";
import type { EventSource } from "../manifest/merge-events.js";
import { locator } from "../yaml/lines.js";

function replacement(source: string, node: Scalar, name: string): string {
  const first = source[(node as Node).range?.[0] ?? 0];
  return first === '"' || first === "'" ? first + name + first : name;
}

/**
 * The manifest with events under new names, in every place that the parser read one from and byte by byte as it was elsewhere. A
 * name that cannot be written in its place stays.
 */
export function renameEvents(
  source: string,
  places: readonly EventSource[],
  names: ReadonlyMap<string, string>,
): string {
  const written = new Map(
    places.flatMap(({ name, prefix = "", at }): [string, string][] => {
      const renamed = names.get(name);
      return renamed?.startsWith(prefix) ? [[`${at.line}:${at.column}`, renamed.slice(prefix.length)]] : [];
    }),
  );
  const document = parseDocument(source, { stringKeys: true, uniqueKeys: false, prettyErrors: false });
  const position = locator("", source);
  const edits: { readonly start: number; readonly end: number; readonly text: string }[] = [];
  visit(document, {
    Scalar(_key, node) {
      if (!node.range) return;
      const [start, end] = node.range;
      const { line, column } = position(start);
      const name = written.get(`${line}:${column}`);
      if (name !== undefined) edits.push({ start, end, text: replacement(source, node, name) });
    },
  });
  return edits.reduceRight((text, { start, end, text: put }) => text.slice(0, start) + put + text.slice(end), source);
}
