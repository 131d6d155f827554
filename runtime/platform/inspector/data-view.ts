import type { JsonObject } from "../../base/json.js";
import type { ColumnKind } from "../custom-data/table-seed.js";

/** One member of the rows of a collection. */
export interface DataColumn {
  readonly name: string;
  /** `id`: a number or a text. */
  readonly type: ColumnKind | "id";
  /** Whether a new row must have it. Default false: it may be absent, or null. */
  readonly isRequired?: boolean;
  /** Default false. */
  readonly isUnique?: boolean;
  /** The only values. Default: any of the type. */
  readonly options?: readonly string[];
  /** Who may set it: nobody but Kiket, or only who adds a row. Default: everybody. */
  readonly isSet?: "by Kiket" | "once";
  /** Whether the page sends it and never gets it. Default false. */
  readonly isSecret?: boolean;
}

/** Rows of one kind in the local Kiket. */
export interface DataCollection {
  /** Such as `issues` or `table:<module>/<table>`. */
  readonly id: string;
  readonly title: string;
  /** The heading under which it is listed. */
  readonly group: string;
  /** What it is, and how rows get into it, in sentences. */
  readonly note: string;
  readonly columns: readonly DataColumn[];
  /** Whether rows may have other members too. Default false. */
  readonly isOpen?: boolean;
  readonly count: number;
  readonly can: { readonly add: boolean; readonly change: boolean; readonly remove: boolean };
  /** What removing a row is called. Default `Remove`. */
  readonly removal?: string;
}

/** One row. */
export interface DataRow {
  /** Tells it from the others of its collection. */
  readonly key: string;
  /** Without the values of secrets. */
  readonly values: JsonObject;
  /** The delivery whose handler wrote it first, if that is still known. */
  readonly source?: string;
}

/** What `GET /api/data/<id>` answers. */
export interface DataRows {
  /** Its `count` is that of all rows. */
  readonly collection: DataCollection;
  /** In order; the newest of those that were asked for, if there are more than are answered. */
  readonly rows: readonly DataRow[];
  /** How many rows have what was searched for; all of them if nothing was. */
  readonly found: number;
}

/**
 * The body of `POST /api/edits`. Values without a key: a new row. A key with values: these members of the row change. A key without
 * values: the row is removed.
 */
export interface DataEdit {
  readonly collection: string;
  readonly key?: string;
  readonly values?: JsonObject;
  /** The values that the reader saw. If the row has others by now, nothing is done, and the answer is 409. Default: they do not matter. */
  readonly expected?: JsonObject;
}

/** What is wrong with one value of an edit. */
export interface DataProblem {
  readonly column: string;
  readonly message: string;
}

/** The data of the local Kiket. Its functions throw a `RequestProblem` for a request that cannot be done. */
export interface InspectedData {
  collections(): readonly DataCollection[];
  /** Undefined if there is no such collection. `search`: only rows with this text in a value, in capitals or not. */
  rows(collection: string, search?: string): DataRows | undefined;
  /** Returns the key of the row. Throws with 404 for a row that is gone, 409 for an unexpected value, and 422 that names the columns. */
  edit(edit: DataEdit): { readonly key: string };
  /** Removes all data. `seed`: those of the project's seeds come back. */
  reset(seed: boolean): void;
}
