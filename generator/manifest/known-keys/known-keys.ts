import type { Format } from "../../model/format.js";
import type { Position } from "../../model/model.js";
import type { ManifestNode, MapNode } from "../../yaml/node.js";
import { knownKeys } from "./known-keys.gen.js";
import type { Place } from "./types.js";

export interface UnknownKey {
  readonly key: string;
  readonly at: Position;
  /** Path of the map that contains the key; empty for the whole file. */
  readonly owner: string;
  /** The keys that this map can have. */
  readonly known: readonly string[];
}

function unknownIn(node: ManifestNode, number: number): readonly UnknownKey[] {
  const place: Place = knownKeys.places[number] ?? {};
  if (node.kind === "list") {
    const { items } = place;
    return items === undefined ? [] : node.items.flatMap((item) => unknownIn(item, items));
  }
  if (node.kind !== "map" || (place.keys === undefined && place.others === undefined)) return [];
  const keys = place.keys ?? {};
  return [...node.entries].flatMap(([key, { keyAt, value }]) => {
    const next = Object.hasOwn(keys, key) ? keys[key] : place.others;
    if (next !== undefined) return unknownIn(value, next);
    return key.startsWith("x-") ? [] : [{ key, at: keyAt, owner: node.path, known: Object.keys(keys) }];
  });
}

/** Keys of a manifest that its format does not have. Keys under an unknown key are not checked. The reader of webhooks checks its own. */
export function unknownManifestKeys(root: MapNode, format: Format): readonly UnknownKey[] {
  return format === "webhook" ? [] : unknownIn(root, knownKeys.manifests[format]);
}

/** Keys that the file of a receiver of webhooks cannot have. */
export function unknownWebhookKeys(root: MapNode): readonly UnknownKey[] {
  return unknownIn(root, knownKeys.webhook.place);
}

/** Keys of a module file that its form does not have. */
export function unknownModuleKeys(root: MapNode): readonly UnknownKey[] {
  // (facts 701, 702)
  const form = root.entries.get("module")?.value.kind === "map" ? "form2" : "form1";
  return unknownIn(root, knownKeys.modules[form]);
}
