import { compare } from "../base/naming.js";
import { anyOf, isOneOf } from "../base/word-list.js";
import { diagnose } from "../diagnostics/diagnose.js";
import { type DataOperation, dataOperations } from "../model/data-operation.js";
import type { ModuleModel, Position } from "../model/model.js";
import { type MapNode, mapAt, mapsAt, namesAt, type Reporter, requiredTextAt } from "../yaml/node.js";
import type { ModuleFile } from "./modules/parse.js";

/** The operations on one module that a manifest asks for. */
export interface DataAccess {
  /** The id of the module, or in the older form the name of its folder. */
  readonly module: string;
  readonly operations: readonly DataOperation[];
  readonly form: "permissions" | "modules";
  readonly at: Position;
}

function readOperations(map: MapNode, report: Reporter): DataOperation[] {
  return namesAt(map, "operations", report).flatMap(({ name, at }) => {
    if (isOneOf(dataOperations, name)) return [name];
    report(diagnose("M6", at, `unknown custom-data operation \`${name}\``, `use ${anyOf(dataOperations)}`));
    return [];
  });
}

/** `custom_data.permissions[{module, operations}]` and the older `custom_data.modules[]`, a list of folders that grants read and write. */
export function readDataAccess(owner: MapNode | undefined, report: Reporter): DataAccess[] {
  const customData = mapAt(owner, "custom_data", report);
  const permissions = mapsAt(customData, "permissions", report).flatMap((item): DataAccess[] => {
    const module = requiredTextAt(item, "module", report, "add the id of the module");
    if (module === undefined) return [];
    const at = item.entries.get("module")?.value.at ?? item.at;
    return [{ module, operations: readOperations(item, report), form: "permissions", at }];
  });
  const modules = namesAt(customData, "modules", report).map(({ name, at }): DataAccess => {
    return { module: name, operations: ["read", "write"], form: "modules", at };
  });
  return [...permissions, ...modules];
}

/**
 * Every module that the extension ships or may access, in code-unit order of id. A module without a permission has no
 * operations; a module that is not shipped has no tables. If both forms name a module, `permissions` is used.
 */
export function joinModules(access: readonly DataAccess[], files: readonly ModuleFile[]): ModuleModel[] {
  const byFolder = new Map(files.map(({ folder, id }) => [folder, id]));
  const shipped = new Map(files.map((file) => [file.id, file]));
  const named = access.map((entry) => {
    if (entry.form === "permissions" || shipped.has(entry.module)) return entry;
    return { ...entry, module: byFolder.get(entry.module) ?? entry.module };
  });
  const byId = new Map<string, DataAccess[]>(files.map(({ id }) => [id, []]));
  for (const entry of named) byId.set(entry.module, [...(byId.get(entry.module) ?? []), entry]);
  const ids = [...byId.keys()].sort(compare);
  return ids.flatMap((id) => {
    const entries = byId.get(id) ?? [];
    const decisive = entries.filter(({ form }) => form === "permissions");
    const file = shipped.get(id);
    const at = entries[0]?.at ?? file?.at;
    if (at === undefined) return [];
    const operations = (decisive.length > 0 ? decisive : entries).flatMap((entry) => entry.operations);
    return [
      {
        id,
        operations: [...new Set(operations)].sort(compare),
        schema: file?.path,
        description: file?.description,
        tables: file?.tables ?? [],
        at,
      },
    ];
  });
}
