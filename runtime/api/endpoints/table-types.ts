import type { Id } from "../../base/envelope.js";

// See fact 220.
/** A call for one custom-data table. */
export type TableOperation = "list" | "get" | "create" | "update" | "delete";

export interface ListOptions<Filters> {
  /** Only records whose columns equal these values. */
  readonly filters?: Filters;
  /** Maximum number of records. The Python SDK sends 50; Kiket's default is not known. */
  readonly limit?: number;
}

/** Every call for one custom-data table. Rows have the manifest's column names. */
export interface FullTableClient<Row, Create, Update, Filters> {
  list(options?: ListOptions<Filters>): Promise<Row[]>;
  /** `null` if there is no such record (404). */
  get(id: Id): Promise<Row | null>;
  create(record: Create): Promise<Row>;
  update(id: Id, changes: Update): Promise<Row>;
  delete(id: Id): Promise<void>;
}

/** The calls that `custom_data.permissions` in the manifest allow for one table. */
export type TableClient<Row, Create, Update, Filters, Operation extends TableOperation> = Pick<
  FullTableClient<Row, Create, Update, Filters>,
  Operation
>;

/** A table of a module whose columns are not known. */
export type OpenTableClient<Operation extends TableOperation> = TableClient<
  Record<string, unknown>,
  Readonly<Record<string, unknown>>,
  Readonly<Record<string, unknown>>,
  Readonly<Record<string, unknown>>,
  Operation
>;

/**
 * The generated description of an extension's custom data: for each accessor the names in the API and the permitted calls. A
 * module without `tables` is not part of the extension; its accessor is a function that takes the name of a table.
 */
export type CustomDataDefinition = Readonly<
  Record<
    string,
    {
      readonly module: string;
      readonly operations: readonly TableOperation[];
      readonly tables?: Readonly<Record<string, string>>;
    }
  >
>;
