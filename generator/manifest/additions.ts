import type { DataOperation } from "../model/data-operation.js";
import { traitsOf } from "../model/format.js";
import type { Model } from "../model/model.js";
import { spellFor, wordsOf } from "../model/scopes.js";
import type { Addition } from "../yaml/insert.js";
import { child, type ManifestNode, type MapNode } from "../yaml/node.js";

/** The manifest that something is added to. */
export interface Existing {
  readonly model: Model;
  /** The whole file. */
  readonly root: MapNode;
}

function nodeAt(root: MapNode, path: readonly string[]): ManifestNode | undefined {
  return path.reduce<ManifestNode | undefined>((at, key) => (at?.kind === "map" ? child(at, key) : undefined), root);
}

/** A permission in the manifest's own spelling and place; `undefined` if the manifest groups permissions by verb and the scope has no verb. */
export function permissionAddition({ model, root }: Existing, scope: string): Addition | undefined {
  const { path, byVerb } = traitsOf(model).permissions;
  const spelled = spellFor(model, scope);
  if (!byVerb || nodeAt(root, path)?.kind === "list") return { path, value: spelled };
  const words = wordsOf(spelled);
  return words && { path: [...path, words.verb], value: words.noun };
}

/** Access to a custom-data module. */
export function accessAddition(model: Model, module: string, operations: readonly DataOperation[]): Addition {
  return { path: traitsOf(model).dataAccess, value: { module, operations } };
}
