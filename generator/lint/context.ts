import type { Draft } from "../manifest/assemble.js";
import { type UnknownKey, unknownManifestKeys, unknownModuleKeys } from "../manifest/known-keys/known-keys.js";
import type { ModuleRoot } from "../manifest/modules/parse.js";
import { traitsOf } from "../model/format.js";
import type { Model, Position } from "../model/model.js";
import { child, type ManifestNode, type MapNode } from "../yaml/node.js";
import type { Known } from "./known-names.js";

/** What a rule looks at. */
export interface LintContext {
  readonly model: Model;
  readonly draft: Draft;
  /** The manifest as it is written. */
  readonly root: MapNode;
  readonly extension: MapNode | undefined;
  /** Where the keys of an extension may stand: below `extension`, then at the top. */
  readonly places: readonly MapNode[];
  /** Module files that hold a map. */
  readonly modules: readonly ModuleRoot[];
  /** How many module files there are, readable or not. */
  readonly moduleFiles: number;
  /** Of the manifest and of the modules. */
  readonly unknownKeys: readonly UnknownKey[];
  readonly known: Known;
  readonly disk: Disk;
}

/** What stands beside the manifest. */
export interface Disk {
  /** One of the folders `test`, `spec` and `tests`. */
  readonly tests: boolean;
  /** `README.md`. */
  readonly readme: boolean;
}

/** Whether the platform's own linter reads this format. */
export function isNested({ model }: LintContext): boolean {
  return traitsOf(model).nested;
}

/** The `extension` map of a manifest that the platform's own linter reads. */
export function nestedExtension(context: LintContext): MapNode | undefined {
  return isNested(context) ? context.extension : undefined;
}

/** What Ruby takes for true: anything but nothing and `false`. */
export function isTruthy(node: ManifestNode | undefined): node is ManifestNode {
  return node !== undefined && !(node.kind === "scalar" && node.value === false);
}

/** The text of a scalar; `undefined` for anything else. */
export function textOf(node: ManifestNode | undefined): string | undefined {
  return node?.kind === "scalar" && node.value !== null && typeof node.value !== "boolean" ? node.text : undefined;
}

export function textIn(map: MapNode | undefined, key: string): string | undefined {
  return textOf(child(map, key));
}

export function mapIn(map: MapNode | undefined, key: string): MapNode | undefined {
  const node = child(map, key);
  return node?.kind === "map" ? node : undefined;
}

export function listIn(map: MapNode | undefined, key: string): readonly ManifestNode[] {
  const node = child(map, key);
  return node?.kind === "list" ? node.items : [];
}

export function mapsIn(map: MapNode | undefined, key: string): readonly MapNode[] {
  return listIn(map, key).filter((item): item is MapNode => item.kind === "map");
}

/** Where a value stands, or the key of a value of several lines; the map itself where the key is absent. */
export function placeOf(map: MapNode, key: string): Position {
  const entry = map.entries.get(key);
  if (entry === undefined) return map.at;
  return entry.value.kind === "scalar" ? entry.value.at : entry.keyAt;
}

/** Where to say that a key of `extension` is missing. */
export function placeOfExtension({ root }: LintContext): Position {
  return root.entries.get("extension")?.keyAt ?? root.at;
}

export function createContext(given: Omit<LintContext, "extension" | "places" | "unknownKeys">): LintContext {
  const { root, model, modules } = given;
  const extension = mapIn(root, "extension");
  const places = extension === undefined ? [root] : [extension, root];
  const ofModules = modules.flatMap((module) => unknownModuleKeys(module.root));
  return { ...given, extension, places, unknownKeys: [...unknownManifestKeys(root, model.format), ...ofModules] };
}
