import type { Id } from "../../base/envelope.js";
import type { NotPermitted } from "../not-permitted.js";

// See fact 220.
/** A call for one custom-data table. */
export type TableOperation = "list" | "get" | "create" | "update" | "delete";

/** The operation that `custom_data.permissions` in the manifest must grant for each call. */
export const grantFor = { list: "read", get: "read", create: "write", update: "write", delete: "delete" } as const;

/** Which records `list` returns. */
export interface ListOptions<Filters> {
  /** Only records whose columns equal these values. */
  readonly filters?: Filters;
  /** Maximum number of records. The Python SDK sends 50; Kiket's default is not known. */
  readonly limit?: number;
}

/** Every call for one custom-data table. Rows have the manifest's column names. */
export interface FullTableClient<Row, Create, Update, Filters> {
  /** The records of the project. */
  list(options?: ListOptions<Filters>): Promise<Row[]>;
  /** `null` if there is no such record (404). */
  get(id: Id): Promise<Row | null>;
  /** Whether Kiket compares the values with the columns is not known. */
  create(record: Create): Promise<Row>;
  /** Sends only the columns that are given. */
  update(id: Id, changes: Update): Promise<Row>;
  /** Throws an `ApiError` if there is no such record (404). */
  delete(id: Id): Promise<void>;
}

/**
 * The calls that `custom_data.permissions` in the manifest allow for one table. Other calls do not compile.
 * @typeParam Module the id of the module, so that the compiler's error says what to add. Default: other calls are unknown members.
 */
export type TableClient<
  Row,
  Create,
  Update,
  Filters,
  Operation extends TableOperation,
  Module extends string = never,
> = {
  [Name in keyof FullTableClient<Row, Create, Update, Filters> as [Module] extends [never]
    ? Extract<Name, Operation>
    : Name]: Name extends Operation
    ? FullTableClient<Row, Create, Update, Filters>[Name]
    : NotPermitted<`add the operation ${(typeof grantFor)[Name]} of ${Module} to custom_data.permissions in the manifest to call this`>;
};

/** A table of a module whose columns are not known. */
export type OpenTableClient<Operation extends TableOperation, Module extends string = never> = TableClient<
  Record<string, unknown>,
  Readonly<Record<string, unknown>>,
  Readonly<Record<string, unknown>>,
  Readonly<Record<string, unknown>>,
  Operation,
  Module
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
