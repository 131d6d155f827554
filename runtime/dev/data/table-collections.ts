import { isId } from "../../base/envelope.js";
import type { JsonObject } from "../../base/json.js";
import { changedRecord, countedId, createdRecord, withStamps } from "../../platform/custom-data/record-changes.js";
import type { RecordSeed } from "../../platform/custom-data/records.js";
import type { FittedRecord } from "../../platform/custom-data/table-rules.js";
import { withColumns } from "../../platform/custom-data/table-rules.js";
import { type ColumnSeed, type TableSeed, tableKey } from "../../platform/custom-data/table-seed.js";
import type { DataColumn } from "../../platform/inspector/data-view.js";
import { type Collection, type CollectionInputs, gone, inferredColumns, unfit } from "./collection.js";

type TableName = Pick<TableSeed, "module" | "table">;

/** The project of a record, which is no member of it. No column of a module file has such a name. */
const projectColumn = "(project)";
/** That of the sample deliveries. */
const usualProject = 1;

const stamps: readonly string[] = ["created_at", "updated_at"];

function columnOf({
  name,
  type,
  nullable = true,
  unique = false,
  generated = false,
  ...column
}: ColumnSeed): DataColumn {
  const isFilled = generated || stamps.includes(name);
  const isRequired = !nullable && !isFilled && column.default === undefined;
  return {
    name,
    type,
    ...(isRequired ? { isRequired } : {}),
    ...(unique ? { isUnique: unique } : {}),
    ...(isFilled ? { isSet: "by Kiket" } : name === "id" ? { isSet: "once" } : {}),
  };
}

function columnsOf(rules: TableSeed | undefined, rows: readonly JsonObject[]): readonly DataColumn[] {
  const declared = (rules?.columns ?? []).map(columnOf);
  const names = declared.map(({ name }) => name);
  const id: readonly DataColumn[] = names.includes("id") ? [] : [{ name: "id", type: "id", isSet: "by Kiket" }];
  const times: readonly DataColumn[] = stamps
    .filter((name) => !names.includes(name))
    .map((name) => ({ name, type: "timestamp", isSet: "by Kiket" }));
  const known = [...names, "id", ...stamps];
  const more = inferredColumns(rows, known);
  const others = rules === undefined ? more : more.map((column) => ({ ...column, isSet: "by Kiket" as const }));
  return [...id, ...declared, ...others, ...times, { name: projectColumn, type: "id", isSet: "once" }];
}

function rowKey(projectId: unknown, id: unknown): string {
  return `${projectId}/${id}`;
}

function taken(fitted: FittedRecord): JsonObject {
  if ("problems" in fitted) throw unfit(fitted.problems);
  return fitted.row;
}

/** One table with the records of all projects. Its rules are those of calls. */
function tableCollection({ module, table }: TableName, inputs: CollectionInputs): Collection {
  const { seed, variables, now } = inputs;
  const declared = (seed.tables ?? []).filter((one) => one.module === module);
  const rules = declared.find((one) => one.table === table);
  const isGone = declared.length > 0 && rules === undefined;
  const all = seed.records ?? [];
  const parts = all.filter((part) => part.module === module && part.table === table);
  const records = parts.flatMap(({ rows }) => rows);
  const ids = records.map(({ id }) => countedId(id));
  const lastId = [...parts.map((part) => part.lastId ?? 0), ...ids].reduce((one, other) => Math.max(one, other), 0);

  function put(projectId: RecordSeed["projectId"], rows: readonly JsonObject[], last = lastId) {
    const isPart = (part: RecordSeed) => parts.includes(part) && String(part.projectId) === String(projectId);
    const known = all.some(isPart) ? all : [...all, { module, table, projectId, rows }];
    const next = known.map((part) => (isPart(part) || part.rows === rows ? { ...part, rows } : part));
    const counted = next.map((part) =>
      part.module === module && part.table === table ? { ...part, lastId: last } : part,
    );
    return { seed: { ...seed, records: counted }, variables };
  }

  function find(key: string): { readonly part: RecordSeed; readonly row: JsonObject } {
    for (const part of parts) {
      const row = part.rows.find(({ id }) => rowKey(part.projectId, id) === key);
      if (row !== undefined) return { part, row };
    }
    throw gone();
  }

  const add: Collection["add"] = ({ [projectColumn]: wanted, ...given }) => {
    const project = wanted ?? usualProject;
    if (!isId(project)) throw unfit([{ column: projectColumn, message: "must be a number or a text" }]);
    const others = parts.find(({ projectId }) => String(projectId) === String(project))?.rows ?? [];
    const values = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
    const row = withStamps(taken(createdRecord(rules, values, { others, lastId, now })), lastId, now);
    return { ...put(project, [...others, row], Math.max(lastId, countedId(row.id))), key: rowKey(project, row.id) };
  };
  const change: Collection["change"] = (key, { [projectColumn]: project, ...values }) => {
    const { part, row } = find(key);
    if (project !== undefined) throw unfit([{ column: projectColumn, message: "cannot be changed" }]);
    const others = part.rows.filter((one) => one !== row);
    const changed = taken(changedRecord(rules, row, values, { others, now }));
    return {
      ...put(
        part.projectId,
        part.rows.map((one) => (one === row ? changed : one)),
      ),
      key,
    };
  };
  const remove: Collection["remove"] = (key) => {
    const { part, row } = find(key);
    return {
      ...put(
        part.projectId,
        part.rows.filter((one) => one !== row),
      ),
      key,
    };
  };

  const rows = parts.flatMap(({ projectId, rows }) =>
    rows.map((row) => ({
      key: rowKey(projectId, row.id),
      values: { ...withColumns(rules, row), [projectColumn]: String(projectId) },
    })),
  );
  const note = isGone
    ? "The module file declares this table no longer: calls do not find it. Its rows can only be removed."
    : rules === undefined
      ? "No module file declares this table, so it takes every record. `kiket-gen add table` declares one."
      : "Declared in a module file; what does not fit is refused, as in a call. Rows come from calls, from seed files in .kiket/modules/, and from here.";
  return {
    about: {
      id: `table:${module}/${table}`,
      title: table,
      group: module,
      note,
      columns: columnsOf(rules, records),
      ...(rules === undefined && !isGone ? { isOpen: true } : {}),
    },
    rows,
    remove,
    ...(isGone ? {} : { add, change }),
  };
}

/** All tables that are declared or have records. */
export function tableCollections(inputs: CollectionInputs): readonly Collection[] {
  const { tables = [], records = [] } = inputs.seed;
  const names = new Map<string, TableName>();
  for (const { module, table } of [...tables, ...records]) names.set(tableKey({ module, table }), { module, table });
  return [...names.values()].map((name) => tableCollection(name, inputs));
}
