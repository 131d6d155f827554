import { type Node, type Scalar, visit } from "yaml";
import type { EventSource } from "../manifest/merge-events.js";
import { applyEdits, type Edit, openDocument } from "../yaml/edit.js";
import { locator } from "../yaml/lines.js";

function replacement(source: string, node: Scalar, name: string): string {
  const first = source[(node as Node).range?.[0] ?? 0];
  return first === '"' || first === "'" ? first + name + first : name;
}

/**
 * The text of the manifest with renamed events, in every place where the parser found one. All other text stays the same. A name
 * that cannot be written at its place is not changed.
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
  const position = locator("", source);
  const edits: Edit[] = [];
  visit(openDocument(source), {
    Scalar(_key, node) {
      if (!node.range) return;
      const [start, end] = node.range;
      const { line, column } = position(start);
      const name = written.get(`${line}:${column}`);
      if (name !== undefined) edits.push({ start, end, text: replacement(source, node, name) });
    },
  });
  return applyEdits(source, edits);
}
