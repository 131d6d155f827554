import { isDeepStrictEqual } from "node:util";
import type { Id } from "../../base/envelope.js";
import { type JsonObject, member, parseJsonObject } from "../../base/json.js";
import type { Clock } from "../clock.js";
import {
  type Answer,
  type Behaviour,
  created,
  noContent,
  notFound,
  ok,
  type StoredBehaviour,
  unprocessable,
} from "../http/operation.js";
import { changedRecord, countedId, createdRecord, withStamps } from "./record-changes.js";
import { type ColumnProblem, withColumns } from "./table-rules.js";
import { type TableSeed, tableKey } from "./table-seed.js";

/** Initial records. Missing ids and timestamps are added. */
export interface RecordSeed {
  /** Module id, such as `com.example.crm.contacts`. */
  readonly module: string;
  readonly table: string;
  readonly projectId: Id;
  /** Each with its columns. A missing `id` is added. */
  readonly rows: readonly JsonObject[];
  /** The number that was given last as an id in this table. Default: the highest one of its rows. */
  readonly lastId?: number;
}

/** What the Python SDK sends by default (fact 221). */
const defaultLimit = 50;

/** Ids are counted per table, across all projects. */
interface Table {
  lastId: number;
  readonly projects: Map<string, Map<string, JsonObject>>;
}

type Operations =
  | "listCustomDataRecords"
  | "createCustomDataRecord"
  | "getCustomDataRecord"
  | "updateCustomDataRecord"
  | "deleteCustomDataRecord";

interface CustomData extends StoredBehaviour<Operations, readonly RecordSeed[]> {
  /** From now on, these are the tables of their modules. Records stay. */
  declare(tables: readonly TableSeed[]): void;
  declared(): readonly TableSeed[];
}

type TablePlace = Pick<RecordSeed, "module" | "table" | "projectId">;

/** A table of one project, as a call names it. */
interface CalledTable extends TablePlace {
  /** Absent if the module has no declared tables: then every table exists, and takes every record. */
  readonly rules: TableSeed | undefined;
  readonly rows: Map<string, JsonObject>;
}

interface TableCall {
  readonly path: { readonly module_key: string; readonly table: string };
  readonly query: { readonly project_id: Id };
}

/**
 * Each project has its own records in a table. Filters compare for equality. What Kiket answers to a record that does not fit its table
 * is not known: the status and the words are ours.
 */
export function createCustomData(
  seed: readonly RecordSeed[],
  declaredTables: readonly TableSeed[],
  now: Clock,
): CustomData {
  const tables = new Map<string, Table>();
  let declared = declaredTables;

  function tableOf(place: Pick<TablePlace, "module" | "table">): Table {
    return getOrAdd(tables, tableKey(place), () => ({ lastId: 0, projects: new Map() }));
  }

  function rowsOf(place: TablePlace): Map<string, JsonObject> {
    return getOrAdd(tableOf(place).projects, String(place.projectId), () => new Map());
  }

  function calledTable({ path, query }: TableCall): CalledTable | Answer {
    const place = { module: path.module_key, table: path.table, projectId: query.project_id };
    const known = declared.filter(({ module }) => module === place.module);
    const rules = known.find(({ table }) => table === place.table);
    if (known.length === 0 || rules !== undefined) return { ...place, rules, rows: rowsOf(place) };
    const names = known.map(({ table }) => table).join(", ");
    return {
      status: 404,
      body: { error: `Table not found: ${place.table}. The module ${place.module} has: ${names}` },
    };
  }

  function add(place: TablePlace, record: JsonObject): JsonObject {
    const target = tableOf(place);
    const row = withStamps(record, target.lastId, now);
    target.lastId = Math.max(target.lastId, countedId(row.id));
    rowsOf(place).set(String(row.id), row);
    return row;
  }

  for (const { rows, lastId = 0, ...place } of seed) {
    for (const row of rows) add(place, row);
    const target = tableOf(place);
    target.lastId = Math.max(target.lastId, lastId);
    // A project without rows keeps its table, and so the table's last id.
    rowsOf(place);
  }

  const behaviour: Behaviour<Operations> = {
    listCustomDataRecords(call) {
      const table = calledTable(call);
      if ("status" in table) return table;
      const filters = parseJsonObject(call.query.filters ?? "{}");
      if (filters === undefined) {
        return unprocessable("The request is not valid", [
          { field: "query.filters", message: "must be a JSON object" },
        ]);
      }
      const rows = [...table.rows.values()].map((row) => withColumns(table.rules, row));
      const found = rows.filter((row) => matches(row, filters));
      return ok({ data: found.slice(0, call.query.limit ?? defaultLimit) });
    },
    createCustomDataRecord(call) {
      const table = calledTable(call);
      if ("status" in table) return table;
      const { lastId } = tableOf(table);
      const made = createdRecord(table.rules, call.body.record, { others: [...table.rows.values()], lastId, now });
      if ("problems" in made) return unfit(made.problems);
      return created({ data: withColumns(table.rules, add(table, made.row)) });
    },
    getCustomDataRecord(call) {
      const table = calledTable(call);
      if ("status" in table) return table;
      const row = table.rows.get(call.path.record_id);
      return row === undefined ? notFound("Record") : ok({ data: withColumns(table.rules, row) });
    },
    updateCustomDataRecord(call) {
      const table = calledTable(call);
      if ("status" in table) return table;
      const { rows, rules } = table;
      const row = rows.get(call.path.record_id);
      if (row === undefined) return notFound("Record");
      const others = [...rows.values()].filter((other) => other !== row);
      const changed = changedRecord(rules, row, call.body.record, { others, now });
      if ("problems" in changed) return unfit(changed.problems);
      rows.set(call.path.record_id, changed.row);
      return ok({ data: withColumns(rules, changed.row) });
    },
    deleteCustomDataRecord(call) {
      const table = calledTable(call);
      if ("status" in table) return table;
      return table.rows.delete(call.path.record_id) ? noContent : notFound("Record");
    },
  };

  return {
    behaviour,
    snapshot: () =>
      [...tables].flatMap(([name, { lastId, projects }]) => {
        const [module, table] = JSON.parse(name) as [string, string];
        return [...projects].map(([projectId, rows]) => ({
          module,
          table,
          projectId,
          rows: [...rows.values()],
          lastId,
        }));
      }),
    declare(given) {
      declared = given;
    },
    declared: () => declared,
  };
}

function unfit(problems: readonly ColumnProblem[]): Answer {
  const details = problems.map(({ column, message }) => ({ field: `body.record.${column}`, message }));
  return unprocessable("The record does not fit the table", details);
}

function getOrAdd<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function matches(row: JsonObject, filters: JsonObject): boolean {
  return Object.entries(filters).every(([column, wanted]) => isDeepStrictEqual(member(row, column) ?? null, wanted));
}
