import { camelCase, recordTypeName, shortestNames } from "../base/naming.js";
import type { Model, ModuleModel } from "../model/model.js";

/** A name that no real manifest has. If a type allows it, the key is not a literal: it can be any name. */
export const sentinel = "$any";

/**
 * The model with everything granted. Handlers are analysed with the types generated from it, so that a call without permission
 * still has a type, and the code after it can be analysed. No list is empty, so that each gets a named type.
 */
export function widen(model: Model): Model {
  const at = { file: model.manifest, line: 1, column: 1 };
  const everything = (module: ModuleModel): ModuleModel => ({ ...module, operations: ["admin"] });
  return {
    ...model,
    scopes: [...model.scopes.filter(({ value }) => value !== "*"), { value: "*", at }],
    settings: [
      ...model.settings,
      {
        key: sentinel,
        type: "unknown",
        declaredType: undefined,
        default: undefined,
        required: false,
        options: [],
        label: undefined,
        description: undefined,
        variables: [],
        at,
      },
    ],
    secrets: [...model.secrets, { key: sentinel, required: false, label: undefined, description: undefined, at }],
    customData: [
      ...model.customData.map(everything),
      { id: sentinel, operations: [], schema: undefined, description: undefined, tables: [], at },
    ],
  };
}

/** The meaning of the generated names of custom data. */
export interface TableNames {
  /** Accessor of a module → its id. */
  readonly modules: ReadonlyMap<string, string>;
  /** Name of a record's interface → module and table. */
  readonly records: ReadonlyMap<string, { readonly module: string; readonly table: string }>;
}

export function tableNames({ customData }: Model): TableNames {
  const names = shortestNames(customData.map(({ id }) => id));
  const named = customData.map((module) => ({ module, name: names.get(module.id) ?? camelCase(module.id) }));
  return {
    modules: new Map(named.map(({ module, name }) => [name, module.id])),
    records: new Map(
      named.flatMap(({ module, name }) =>
        module.tables.map((table) => [recordTypeName(name, table.name), { module: module.id, table: table.name }]),
      ),
    ),
  };
}
