import { isDeepStrictEqual } from "node:util";
import type { Id } from "../../base/envelope.js";
import { type JsonObject, member, parseJsonObject } from "../../base/json.js";
import { type Clock, timestamp } from "../clock.js";
import {
  type Behaviour,
  created,
  noContent,
  notFound,
  ok,
  type StoredBehaviour,
  unprocessable,
} from "../http/operation.js";

/** Initial records. Missing ids and timestamps are added. */
export interface RecordSeed {
  /** Module id, such as `com.example.crm.contacts`. */
  readonly module: string;
  readonly table: string;
  readonly projectId: Id;
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

/** Every module and table exists. Each project has its own records in a table. Filters compare for equality. */
export function createCustomData(
  seed: readonly RecordSeed[],
  now: Clock,
): StoredBehaviour<Operations, readonly RecordSeed[]> {
  const tables = new Map<string, Table>();

  function tableOf(module: string, table: string): Table {
    return getOrAdd(tables, JSON.stringify([module, table]), () => ({ lastId: 0, projects: new Map() }));
  }

  function rowsOf(module: string, table: string, projectId: Id): Map<string, JsonObject> {
    return getOrAdd(tableOf(module, table).projects, String(projectId), () => new Map());
  }

  function add(module: string, table: string, projectId: Id, record: JsonObject): JsonObject {
    const target = tableOf(module, table);
    const time = timestamp(now());
    const id = record.id ?? target.lastId + 1;
    if (typeof id === "number") target.lastId = Math.max(target.lastId, id);
    const row = { id, ...record, created_at: record.created_at ?? time, updated_at: record.updated_at ?? time };
    rowsOf(module, table, projectId).set(String(id), row);
    return row;
  }

  for (const { module, table, projectId, rows, lastId = 0 } of seed) {
    for (const row of rows) add(module, table, projectId, row);
    const target = tableOf(module, table);
    target.lastId = Math.max(target.lastId, lastId);
    // A project without rows keeps its table, and so the table's last id.
    rowsOf(module, table, projectId);
  }

  const behaviour: Behaviour<Operations> = {
    listCustomDataRecords({ path, query }) {
      const filters = parseJsonObject(query.filters ?? "{}");
      if (filters === undefined) {
        return unprocessable("The request is not valid", [
          { field: "query.filters", message: "must be a JSON object" },
        ]);
      }
      const rows = rowsOf(path.module_key, path.table, query.project_id);
      const found = [...rows.values()].filter((row) => matches(row, filters));
      return ok({ data: found.slice(0, query.limit ?? defaultLimit) });
    },
    createCustomDataRecord({ path, query, body }) {
      const { id: _, ...record } = body.record;
      return created({ data: add(path.module_key, path.table, query.project_id, record) });
    },
    getCustomDataRecord({ path, query }) {
      const row = rowsOf(path.module_key, path.table, query.project_id).get(path.record_id);
      return row === undefined ? notFound("Record") : ok({ data: row });
    },
    updateCustomDataRecord({ path, query, body }) {
      const rows = rowsOf(path.module_key, path.table, query.project_id);
      const row = rows.get(path.record_id);
      if (row === undefined) return notFound("Record");
      const { id, created_at } = row;
      const changed = { ...row, ...body.record, id, created_at, updated_at: timestamp(now()) };
      rows.set(path.record_id, changed);
      return ok({ data: changed });
    },
    deleteCustomDataRecord({ path, query }) {
      const rows = rowsOf(path.module_key, path.table, query.project_id);
      return rows.delete(path.record_id) ? noContent : notFound("Record");
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
  };
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
