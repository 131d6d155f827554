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

/** manifest-and-events §3.2, aliases included. */
export const columnTypes: ReadonlyMap<string, ColumnType> = new Map([
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
