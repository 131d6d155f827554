// See facts 720 and 721.
/** The type of a column, as in module files. */
export type ColumnKind =
  | "string"
  | "text"
  | "bigint"
  | "integer"
  | "decimal"
  | "float"
  | "boolean"
  | "timestamp"
  | "date"
  | "time"
  | "json"
  | "uuid";

/** A column with its rules. */
export interface ColumnSeed {
  readonly name: string;
  readonly type: ColumnKind;
  /** Default true. */
  readonly nullable?: boolean;
  /** Whether two records of a project may not have the same value. Null does not count. Default false. */
  readonly unique?: boolean;
  /** For new records: a value, or `now()` for the time. Default: null. */
  readonly default?: unknown;
  /** Whether Kiket numbers the records in this column. Default false. */
  readonly generated?: boolean;
}

/** A table with its rules. If a module has any, its other tables do not exist. */
export interface TableSeed {
  /** Module id, such as `com.example.crm.contacts`. */
  readonly module: string;
  readonly table: string;
  readonly columns: readonly ColumnSeed[];
}

/** What tells a table from all others, as a key of a map. */
export function tableKey({ module, table }: Pick<TableSeed, "module" | "table">): string {
  return JSON.stringify([module, table]);
}
