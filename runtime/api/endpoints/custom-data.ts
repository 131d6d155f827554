import type { Id } from "../../base/envelope.js";
import { KiketError } from "../../base/errors.js";
import { defined, isJsonObject, member } from "../../base/json.js";
import type { ApiClient } from "../client.js";
import type { CallsOf } from "./calls.js";
import { listIn, orNull } from "./read-answer.js";
import type { ListOptions } from "./table-types.js";

/** A custom-data record as in the API. */
export type CustomDataRecord = Record<string, unknown>;

// See facts 220 and 221.
/** Custom data of one project, with names as in the API, for modules that the manifest does not describe. */
export interface CustomDataEndpoint {
  /** The records of one project. */
  list(module: string, table: string, options?: ListOptions<Readonly<CustomDataRecord>>): Promise<CustomDataRecord[]>;
  /** `null` if there is no such record (404). */
  get(module: string, table: string, id: Id): Promise<CustomDataRecord | null>;
  /** The record as Kiket answers it. That is not checked, since the record then exists: members may be missing. */
  create(module: string, table: string, record: Readonly<CustomDataRecord>): Promise<CustomDataRecord>;
  /** The same applies. */
  update(module: string, table: string, id: Id, changes: Readonly<CustomDataRecord>): Promise<CustomDataRecord>;
  /** Throws an `ApiError` if there is no such record (404). */
  delete(module: string, table: string, id: Id): Promise<void>;
}

const tablePath = "/api/v1/ext/custom_data/{module_key}/{table}";
const recordPath = "/api/v1/ext/custom_data/{module_key}/{table}/{record_id}";

export const customDataCalls: CallsOf<CustomDataEndpoint> = {
  list: [`get ${tablePath}`],
  get: [`get ${recordPath}`],
  create: [`post ${tablePath}`],
  update: [`patch ${recordPath}`],
  delete: [`delete ${recordPath}`],
};

function recordIn(body: unknown): CustomDataRecord {
  const record = isJsonObject(body) ? member(body, "data") : undefined;
  if (!isJsonObject(record)) throw new KiketError("Unexpected response from Kiket: missing record.");
  return record;
}

/** What there is of the record that was written. It never throws: the write has happened. */
function writtenRecord(body: unknown): CustomDataRecord {
  const record = isJsonObject(body) ? (member(body, "data") ?? body) : undefined;
  return isJsonObject(record) ? record : {};
}

function recordsIn(body: unknown): CustomDataRecord[] {
  const records = listIn<unknown>(body, "records");
  if (!records.every(isJsonObject)) throw new KiketError("Unexpected response from Kiket: a record is not an object.");
  return records;
}

function listQuery({ filters, limit }: ListOptions<Readonly<CustomDataRecord>>): { filters?: string; limit?: number } {
  const hasFilters = filters !== undefined && Object.keys(filters).length > 0;
  return defined({ limit, filters: hasFilters ? JSON.stringify(filters) : undefined });
}

export function createCustomDataEndpoint(api: ApiClient, project: Id): CustomDataEndpoint {
  const query = { project_id: project };
  const tableOf = (module: string, table: string) => ({ module_key: module, table });
  const recordOf = (module: string, table: string, id: Id) => ({ module_key: module, table, record_id: id });
  return {
    async list(module, table, options = {}) {
      const params = { path: tableOf(module, table), query: { ...query, ...listQuery(options) } };
      return recordsIn((await api.GET(tablePath, { params })).data);
    },
    get: (module, table, id) =>
      orNull(
        api
          .GET(recordPath, { params: { path: recordOf(module, table, id), query } })
          .then(({ data }) => recordIn(data)),
      ),
    async create(module, table, record) {
      const params = { path: tableOf(module, table), query };
      return writtenRecord((await api.POST(tablePath, { params, body: { record } })).data);
    },
    async update(module, table, id, changes) {
      const params = { path: recordOf(module, table, id), query };
      return writtenRecord((await api.PATCH(recordPath, { params, body: { record: changes } })).data);
    },
    async delete(module, table, id) {
      await api.DELETE(recordPath, { params: { path: recordOf(module, table, id), query } });
    },
  };
}
