import { type Diagnostic, inOrder } from "../../diagnostics/diagnostic.js";
import type { Format } from "../../model/format.js";
import type { Position } from "../../model/model.js";
import type { ManifestNode, MapNode } from "../../yaml/node.js";
import { checkValue } from "./check-value.js";
import { formatRules } from "./format-rules.gen.js";

const placeOf = ({ file, line, column }: Position): string => `${file}\n${line}:${column}`;

/** The place of its key for each map and list: rules that look at keys report such a value there. */
function keyPlaces(node: ManifestNode, places = new Map<string, string>()): ReadonlyMap<string, string> {
  if (node.kind === "list") for (const item of node.items) keyPlaces(item, places);
  if (node.kind !== "map") return places;
  for (const { keyAt, value } of node.entries.values()) {
    if (value.kind !== "scalar") places.set(placeOf(value.at), placeOf(keyAt));
    keyPlaces(value, places);
  }
  return places;
}

/**
 * KG835: what the JSON Schema of the manifest's format refuses, without what `found` already reports at the same place with this
 * severity or a higher one. Nothing for adapters and webhooks: their readers refuse what the schemas refuse.
 */
export function formatMistakes(
  root: MapNode,
  format: Format,
  severity: "error" | "warning",
  found: readonly Diagnostic[],
): readonly Diagnostic[] {
  const rule = formatRules[format];
  if (rule === undefined) return [];
  const mistakes: Diagnostic[] = [];
  checkValue(root, rule, (mistake) => mistakes.push({ ...mistake, code: "KG835", severity }));
  if (mistakes.length === 0) return [];
  const heard = found.filter((other) => other.severity === "error" || other.severity === severity);
  const taken = new Set(heard.map(({ at }) => placeOf(at)));
  const keys = keyPlaces(root);
  return inOrder(mistakes).filter(({ at }) => {
    const place = placeOf(at);
    return !taken.has(place) && !taken.has(keys.get(place) ?? place);
  });
}
