import type { Id } from "../../base/envelope.js";
import type { CustomDataEndpoint } from "./custom-data.js";
import type { CustomDataDefinition, ListOptions, OpenTableClient, TableOperation } from "./table-types.js";

type Values = Readonly<Record<string, unknown>>;
type AnyTable = Partial<OpenTableClient<TableOperation>>;

function createTable(
  endpoint: CustomDataEndpoint,
  module: string,
  table: string,
  operations: readonly TableOperation[],
): AnyTable {
  const all: OpenTableClient<TableOperation> = {
    list: (options?: ListOptions<Values>) => endpoint.list(module, table, options),
    get: (id: Id) => endpoint.get(module, table, id),
    create: (record: Values) => endpoint.create(module, table, record),
    update: (id: Id, changes: Values) => endpoint.update(module, table, id, changes),
    delete: (id: Id) => endpoint.delete(module, table, id),
  };
  return Object.freeze(Object.fromEntries(operations.map((operation) => [operation, all[operation]])));
}

/** The accessors of the generated types: module, then table, with the permitted calls only. */
export function createTypedTables(definition: CustomDataDefinition, endpoint: CustomDataEndpoint): object {
  const modules = Object.entries(definition).map(([accessor, { module, operations, tables }]) => {
    if (tables === undefined) {
      return [accessor, (table: string) => createTable(endpoint, module, table, operations)] as const;
    }
    const clients = Object.entries(tables).map(
      ([name, table]) => [name, createTable(endpoint, module, table, operations)] as const,
    );
    return [accessor, Object.freeze(Object.fromEntries(clients))] as const;
  });
  return Object.freeze(Object.fromEntries(modules));
}
