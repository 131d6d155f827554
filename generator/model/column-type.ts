export type ColumnType =
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

/** Column types, with `datetime` and `jsonb` as other names. */
export const columnTypes: ReadonlyMap<string, ColumnType> = new Map([
  // (facts 720, 721)
  ["string", "string"],
  ["text", "text"],
  ["bigint", "bigint"],
  ["integer", "integer"],
  ["decimal", "decimal"],
  ["float", "float"],
  ["boolean", "boolean"],
  ["timestamp", "timestamp"],
  ["datetime", "timestamp"],
  ["date", "date"],
  ["time", "time"],
  ["json", "json"],
  ["jsonb", "json"],
  ["uuid", "uuid"],
]);
