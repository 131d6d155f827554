import type { JsonObject } from "../../base/json.js";
import type { DataCollection, DataColumn, DataProblem, DataRow } from "../../platform/inspector/data-view.js";
import { RequestProblem } from "../../platform/inspector/request-problem.js";
import type { PlatformSeed } from "../../platform/operations/index.js";

/** All data that a reader can change. */
interface EditableData {
  /** A snapshot of the platform. */
  readonly seed: PlatformSeed;
  /** Environment variables of the extension that a reader has set, by name. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Data after an edit. */
export interface EditedData extends EditableData {
  /** The key of the row, if it is known before the platform has taken the data. Default: the last row of the collection is the new one. */
  readonly key?: string;
}

/** A collection, and how its rows are changed. Changes return new data; they throw a `RequestProblem` for what is not allowed. */
export interface Collection {
  readonly about: Omit<DataCollection, "count" | "can">;
  readonly rows: readonly DataRow[];
  readonly add?: (values: JsonObject) => EditedData;
  readonly change?: (key: string, values: JsonObject) => EditedData;
  readonly remove?: (key: string) => EditedData;
}

/** What collections are made of. */
export interface CollectionInputs extends EditableData {
  readonly now: () => number;
}

/** A 422 that names the columns. */
export function unfit(problems: readonly DataProblem[]): RequestProblem {
  const [first] = problems;
  const more = problems.length > 1 ? `, and ${problems.length - 1} more` : "";
  return new RequestProblem(422, `${first?.column} ${first?.message}${more}`, undefined, problems);
}

export function gone(): RequestProblem {
  return new RequestProblem(404, "The row is gone", "Somebody has removed it meanwhile.");
}

/** Columns for members that no rule describes, with the type that all values have. */
export function inferredColumns(rows: readonly JsonObject[], known: readonly string[]): readonly DataColumn[] {
  const types = new Map<string, DataColumn["type"]>();
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      if (known.includes(name) || value === null || value === undefined) continue;
      const type = typeOf(value);
      const before = types.get(name) ?? type;
      types.set(name, before === type ? type : "json");
    }
  }
  return [...types].map(([name, type]) => ({ name, type }));
}

function typeOf(value: unknown): DataColumn["type"] {
  if (typeof value === "string") return "text";
  if (typeof value === "boolean") return "boolean";
  return typeof value === "number" ? "float" : "json";
}
