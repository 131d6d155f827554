import { posix } from "node:path";
import type { DevProject, FittedRecord, TableSeed } from "kiket-gen/dev";
import { anyOf } from "../base/word-list.js";
import { diagnose } from "../diagnostics/diagnose.js";
import { type Diagnostic, inOrder } from "../diagnostics/diagnostic.js";
import type { Model, Position } from "../model/model.js";
import { type Files, readAll } from "../project/find-manifest.js";
import { firstLinkOut, type Host } from "../project/host.js";
import { child, type MapNode, mapsAt, plainValue, type Reporter, textAt } from "../yaml/node.js";
import { readYaml, type Source } from "../yaml/read-yaml.js";

type Row = Readonly<Record<string, unknown>>;
type RecordSeed = NonNullable<DevProject["seed"]["records"]>[number];

/** Fits a new record into a table that has these. */
export type FitRecord = (table: TableSeed, record: Row, others: readonly Row[]) => FittedRecord;

const seedForm = "a seed file has a `table` and its `records`";

/** The project of the sample deliveries. */
const usualProject = 1;

/** The tables of the project's modules, for the local Kiket. */
export function tablesOf({ customData }: Pick<Model, "customData">): readonly TableSeed[] {
  return customData.flatMap(({ id, tables }) =>
    tables.map(({ name, columns }) => ({
      module: id,
      table: name,
      columns: columns.map(({ name, type, nullable, unique, default: value, generated }) => ({
        ...{ name, type, nullable, unique, generated },
        ...(value === undefined ? {} : { default: value }),
      })),
    })),
  );
}

/** The seed files of a module's folder. One that leads out of the project through a link is reported and not read. */
async function seedFiles(host: Files & Pick<Host, "place">, folder: string, report: Reporter): Promise<Source[]> {
  const names = await host.list(`${folder}/seeds`);
  const paths = names.filter((name) => /\.ya?ml$/.test(name)).map((name) => `${folder}/seeds/${name}`);
  const sound: string[] = [];
  for (const path of paths.sort()) {
    if ((await firstLinkOut(host, [path])) === undefined) sound.push(path);
    else report(diagnose("KG407", start(path), "the file leads out of the project through a link, so it is not read"));
  }
  return readAll(host, sound);
}

const start = (file: string): Position => ({ file, line: 1, column: 1 });

/** The project of a record: its own `project_id`, else that of the sample deliveries. */
function projectOf({ project_id: id }: Row): string {
  return String(typeof id === "string" || typeof id === "number" ? id : usualProject);
}

/** `project_id` is data only in a table that declares it. */
function dataOf(record: Row, { columns }: TableSeed): Row {
  const { project_id: _, ...rest } = record;
  return columns.some(({ name }) => name === "project_id") ? record : rest;
}

/** Numbers records without an id, beside the numbers that others have. */
function numbered(rows: readonly Row[]): readonly Row[] {
  const taken = new Set(rows.map(({ id }) => String(id)));
  let last = 0;
  return rows.map((row) => {
    if (row.id !== undefined) return row;
    do last += 1;
    while (taken.has(String(last)));
    return { id: last, ...row };
  });
}

/** The records of a table in one project, from all seed files. */
interface SeededTable {
  readonly table: TableSeed;
  readonly projectId: string;
  readonly rows: Row[];
}

/** Reads one seed file into `rowsOf`. Records that do not fit are reported and left out. */
function readSeedFile(
  root: MapNode,
  tables: readonly TableSeed[],
  rowsOf: (table: TableSeed, projectId: string) => Row[],
  fitInto: FitRecord,
  report: Reporter,
): void {
  if (child(root, "table") === undefined) report(diagnose("KG407", root.at, seedForm));
  const name = textAt(root, "table", report);
  if (name === undefined) return;
  const table = tables.find((one) => one.table === name);
  if (table === undefined) {
    const hint = `its tables: ${anyOf(tables.map((one) => one.table))}`;
    report(diagnose("KG407", child(root, "table")?.at ?? root.at, `the module has no table \`${name}\``, hint));
    return;
  }
  for (const node of mapsAt(root, "records", report)) {
    const record = plainValue(node) as Row;
    const rows = rowsOf(table, projectOf(record));
    const fitted = fitInto(table, dataOf(record, table), rows);
    if ("row" in fitted) rows.push(fitted.row);
    else
      for (const { column, message } of fitted.problems) {
        const at = node.entries.get(column)?.keyAt ?? node.at;
        report(diagnose("KG407", at, `\`${column}\` ${message}, so the record is left out`));
      }
  }
}

/**
 * Reads `.kiket/modules/<folder>/seeds/*.yml`, each with a `table` and its `records`: the first data of the local Kiket. Mistakes are
 * warnings, and what has one is left out.
 */
export async function readTableSeeds(
  host: Files & Pick<Host, "place">,
  model: Pick<Model, "customData">,
  fitInto: FitRecord,
): Promise<{ readonly records: readonly RecordSeed[]; readonly diagnostics: readonly Diagnostic[] }> {
  const diagnostics: Diagnostic[] = [];
  const report: Reporter = (diagnostic) => void diagnostics.push({ ...diagnostic, severity: "warning" });
  const tables = tablesOf(model);
  const seeded = new Map<string, SeededTable>();
  const rowsOf = (table: TableSeed, projectId: string): Row[] => {
    const key = JSON.stringify([table.module, table.table, projectId]);
    const known = seeded.get(key) ?? { table, projectId, rows: [] };
    seeded.set(key, known);
    return known.rows;
  };
  for (const { id, schema } of model.customData) {
    if (schema === undefined) continue;
    for (const source of await seedFiles(host, posix.dirname(schema), report)) {
      const root = readYaml(source, report);
      const own = tables.filter(({ module }) => module === id);
      if (root?.kind === "map") readSeedFile(root, own, rowsOf, fitInto, report);
      else if (root !== undefined) report(diagnose("KG407", root.at, seedForm));
    }
  }
  const records = [...seeded.values()]
    .filter(({ rows }) => rows.length > 0)
    .map(({ table: { module, table }, projectId, rows }) => ({ module, table, projectId, rows: numbered(rows) }));
  return { records, diagnostics: inOrder(diagnostics) };
}
