import type { Draft } from "../manifest/assemble.js";
import { type UnknownKey, unknownManifestKeys, unknownModuleKeys } from "../manifest/known-keys/known-keys.js";
import type { ModuleRoot } from "../manifest/modules/parse.js";
import { traitsOf } from "../model/format.js";
import type { Model, Position } from "../model/model.js";
import { child, type ManifestNode, type MapNode } from "../yaml/node.js";
import type { KnownNames } from "./known-names.js";

/** What a rule can look at. */
export interface LintContext {
  readonly model: Model;
  /** What the manifest declares, each thing where it stands. */
  readonly draft: Draft;
  /** The whole manifest, as it is written. */
  readonly root: MapNode;
  readonly extension: MapNode | undefined;
  /** The maps that may contain the keys of an extension: `extension` first, then the top level. */
  readonly places: readonly MapNode[];
  /** Module files that contain a map. */
  readonly modules: readonly ModuleRoot[];
  /** The number of module files, including those that cannot be read. */
  readonly moduleFiles: number;
  /** Unknown keys in the manifest and in the modules. */
  readonly unknownKeys: readonly UnknownKey[];
  readonly known: KnownNames;
  readonly disk: Disk;
}

/** What exists beside the manifest, and where. */
export interface Disk {
  /** Whether one of the folders `test`, `spec` and `tests` exists. */
  readonly tests: boolean;
  /** Whether `README.md` exists. */
  readonly readme: boolean;
  /** Whether the system is Windows. */
  readonly windows: boolean;
}

/** Whether the platform's own linter reads this format. */
export function isNested({ model }: LintContext): boolean {
  return traitsOf(model).nested;
}

/** The `extension` map; `undefined` if the platform's own linter does not read this format. */
export function nestedExtension(context: LintContext): MapNode | undefined {
  return isNested(context) ? context.extension : undefined;
}

/** Truth as in Ruby, in which the platform's linter is written: all values are true except `false`; an empty text is true. */
export function isTruthy(node: ManifestNode | undefined): node is ManifestNode {
  return node !== undefined && !(node.kind === "scalar" && node.value === false);
}

/** The text of a scalar; `undefined` for anything else, and for null and booleans. */
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

/** The place of what concerns a whole file. */
export function startOf(file: string): Position {
  return { file, line: 1, column: 1 };
}

/** The place of a scalar value, or the place of the key of another value, or the place of the map if the key is missing. */
export function placeOf(map: MapNode, key: string): Position {
  const entry = map.entries.get(key);
  if (entry === undefined) return map.at;
  return entry.value.kind === "scalar" ? entry.value.at : entry.keyAt;
}

/** The place for a diagnostic about a missing key of `extension`: that of its value if it has an unusable one. */
export function placeOfMissing({ root, extension }: LintContext, key: string): Position {
  return extension?.entries.get(key)?.value.at ?? root.entries.get("extension")?.keyAt ?? root.at;
}

export function createContext(given: Omit<LintContext, "extension" | "places" | "unknownKeys">): LintContext {
  const { root, model, modules } = given;
  const extension = mapIn(root, "extension");
  const places = extension === undefined ? [root] : [extension, root];
  const unknownInModules = modules.flatMap((module) => unknownModuleKeys(module.root));
  return {
    ...given,
    extension,
    places,
    unknownKeys: [...unknownManifestKeys(root, model.format), ...unknownInModules],
  };
}
