import type { Addition } from "../yaml/insert.js";
import { child, type MapNode } from "../yaml/node.js";
import { type Data, entryLines, type YamlStyle } from "../yaml/style.js";
import type { ColumnRequest, TableRequest } from "./parse-request.js";

const style: YamlStyle = {
  keyQuote: undefined,
  textQuote: undefined,
  neededQuote: "double",
  flowMaps: true,
  flowLists: true,
  step: 2,
  indentless: false,
};

/** The primary key that every known module has. */
const id: Data = { name: "id", type: "bigint", primary_key: true, auto_increment: true };

function columnData({ name, type, notNull }: ColumnRequest): Data {
  return notNull ? { name, type, null: false } : { name, type };
}

function columnsOf({ columns }: TableRequest): Data {
  const given = columns.map(columnData);
  return columns.some(({ name }) => name === "id") ? given : [id, ...given];
}

/** A table for an existing module file, in the form of that file. */
export function tableAddition(request: TableRequest, root: MapNode): Addition {
  const module = child(root, "module");
  const inModule = module?.kind === "map" && child(module, "tables") !== undefined;
  const path = inModule ? ["module", "tables"] : ["tables"];
  const tables = child(inModule ? module : root, "tables");
  const columns = columnsOf(request);
  if (tables?.kind === "list") return { path, value: { name: request.table, columns } };
  return { path, key: request.table, value: { columns } };
}

/** The text of a new module file. `toRoot` is the path from its folder to the project's folder. */
export function moduleFile(request: TableRequest, toRoot: string): string {
  const tables = { [request.table]: { columns: columnsOf(request) } };
  const lines = [
    `# yaml-language-server: $schema=${toRoot}node_modules/kiket-gen/schemas/module.schema.json`,
    ...entryLines("module", request.module, style),
    ...entryLines("version", "1.0", style),
    ...entryLines("tables", tables, style),
  ];
  return `${lines.join("\n")}\n`;
}
