import type { Id } from "../../base/envelope.js";

/** An operation on one custom-data table, as the wire names them (wire contract §2.3). */
export type TableOperation = "list" | "get" | "create" | "update" | "delete";

export interface ListOptions<Filters> {
  /** Equality filters, sent as JSON text. */
  readonly filters?: Filters;
  /** Most records returned; the platform's default is 50. */
  readonly limit?: number;
}

/** Every call on one custom-data table. Rows keep the manifest's column names. */
interface FullTableClient<Row, Create, Update, Filters> {
  list(options?: ListOptions<Filters>): Promise<Row[]>;
  /** `null` where there is no such record (a real 404). */
  get(id: Id): Promise<Row | null>;
  create(record: Create): Promise<Row>;
  update(id: Id, changes: Update): Promise<Row>;
  delete(id: Id): Promise<void>;
}

/** The calls that the manifest's `custom_data.permissions` allow on one table. */
export type TableClient<Row, Create, Update, Filters, Operation extends TableOperation> = Pick<
  FullTableClient<Row, Create, Update, Filters>,
  Operation
>;

/** A table of a module whose columns are not known here. */
export type OpenTableClient<Operation extends TableOperation> = TableClient<
  Record<string, unknown>,
  Readonly<Record<string, unknown>>,
  Readonly<Record<string, unknown>>,
  Readonly<Record<string, unknown>>,
  Operation
>;

/**
 * The generated shape of an extension's custom data: accessor names to wire names, and the calls allowed.
 * A module without `tables` is one that the extension does not ship; its accessor is a function from table name to client.
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
