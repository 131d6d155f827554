import type { Id } from "../../base/envelope.js";
import { KiketError } from "../../base/errors.js";
import type { CustomDataEndpoint } from "./custom-data.js";
import {
  type CustomDataDefinition,
  grantFor,
  type ListOptions,
  type OpenTableClient,
  type TableOperation,
} from "./table-types.js";

type Values = Readonly<Record<string, unknown>>;
type AnyTable = Partial<OpenTableClient<TableOperation>>;

/** Code without types can call what the manifest does not permit. Each call rejects with an error that says what to add. */
function notPermitted(module: string): AnyTable {
  const refusals = Object.entries(grantFor).map(([name, operation]) => {
    const advice = `Add the operation ${operation} of ${module} to custom_data.permissions in the manifest`;
    return [name, () => Promise.reject(new KiketError(`${name}() is not permitted. ${advice}.`))] as const;
  });
  return Object.freeze(Object.fromEntries(refusals));
}

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
  const permitted = Object.fromEntries(operations.map((operation) => [operation, all[operation]]));
  // What is not permitted is inherited, so that it is not listed.
  return Object.freeze(Object.create(notPermitted(module), Object.getOwnPropertyDescriptors(permitted)));
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
