import { valueInText } from "../../base/comment-text.js";
import { docblock, propertyEntry, propertyName, stringLiteral } from "../../base/literals.js";
import { camelCase, recordTypeName, shortestNames, tableTypeName } from "../../base/naming.js";
import { operationOf, type TableCall, tableCalls } from "../../contracts/endpoint-calls.js";
import { covers } from "../../model/data-operation.js";
import type { ColumnModel, ModuleModel, TableModel } from "../../model/model.js";
import { code, type Fragment } from "../printer.js";
import { codegen } from "./runtime-names.js";

function calls({ operations }: ModuleModel): TableCall[] {
  return tableCalls.filter((call) => covers(operations, operationOf[call]));
}

/** A value as Kiket sends it. A decimal may be text (facts 722, 723). */
const readTypes: Readonly<Record<ColumnModel["type"], Fragment>> = {
  string: "string",
  text: "string",
  bigint: codegen.Id,
  integer: "number",
  decimal: "number | string",
  float: "number",
  boolean: "boolean",
  timestamp: "string",
  date: "string",
  time: "string",
  json: codegen.JsonValue,
  uuid: "string",
};

const writeTypes: Readonly<Record<ColumnModel["type"], Fragment>> = { ...readTypes, decimal: "number" };

/** Set by the server, whatever the schema says (fact 724). */
const serverColumns: ReadonlySet<string> = new Set(["created_at", "updated_at"]);
/** Sent with every record, although no schema declares them (fact 724). */
const implicitColumns: readonly string[] = ["organization_id", "project_id"];

function facts(column: ColumnModel): string | undefined {
  const parts = [
    column.length === undefined ? undefined : `At most ${column.length} characters.`,
    column.precision === undefined
      ? undefined
      : `${column.precision} digits, ${column.scale ?? 0} after the decimal point.`,
    column.type === "timestamp" ? "RFC 3339." : undefined,
    column.unique ? "Unique." : undefined,
    column.default === undefined ? undefined : `Default: ${valueInText(column.default)}.`,
  ];
  return parts.filter((part) => part !== undefined).join(" ");
}

function member(column: ColumnModel, mark: string, type: Fragment): Fragment {
  const nullable = column.nullable ? " | null" : "";
  const doc = docblock([column.description, facts(column)], 2);
  return code`${doc}  ${propertyName(column.name)}${mark}: ${type}${nullable};\n`;
}

/** `project_id` is an integer on the server and text in some schemas, so its type allows both. */
function readType(column: ColumnModel): Fragment {
  return implicitColumns.includes(column.name) ? codegen.Id : readTypes[column.type];
}

function rowMembers(table: TableModel): Fragment[] {
  const declared = new Set(table.columns.map(({ name }) => name));
  const implicit = implicitColumns.filter((name) => !declared.has(name));
  return [
    ...table.columns.map((column) => member(column, "", readType(column))),
    ...(declared.has("id") ? [] : [code`  id: ${codegen.Id};\n`]),
    ...implicit.map((name) => code`  /** Added by the server. */\n  ${name}?: ${codegen.Id};\n`),
  ];
}

function writable(table: TableModel): ColumnModel[] {
  return table.columns.filter(({ generated, name }) => !generated && !serverColumns.has(name));
}

function createMembers(table: TableModel): Fragment[] {
  return writable(table)
    .filter((column) => column.default !== "now()")
    .map((column) => {
      const required = !column.nullable && column.default === undefined;
      return member(column, required ? "" : "?", writeTypes[column.type]);
    });
}

function updateMembers(table: TableModel): Fragment[] {
  return writable(table).map((column) => member(column, "?", writeTypes[column.type]));
}

/** A filter compares a whole value, so there is none for JSON columns. */
function filterMembers(table: TableModel): Fragment[] {
  return table.columns
    .filter(({ type }) => type !== "json")
    .map((column) => member({ ...column, description: undefined }, "?", writeTypes[column.type]));
}

function shape(name: string, doc: string, members: readonly Fragment[]): Fragment {
  if (members.length === 0) return [docblock([doc]), code`export type ${name} = ${codegen.NoMembers};\n\n`];
  return [docblock([doc]), `export interface ${name} {\n`, members, "}\n\n"];
}

function tableTypes(moduleName: string, module: ModuleModel, table: TableModel): Fragment[] {
  const name = tableTypeName(moduleName, table.name);
  const where = `\`${table.name}\` of \`${module.id}\``;
  return [
    shape(recordTypeName(moduleName, table.name), table.description ?? `A record of ${where}.`, rowMembers(table)),
    shape(`${name}Create`, `Values for a new record of ${where}.`, createMembers(table)),
    shape(`${name}Update`, `Values that can be changed in a record of ${where}.`, updateMembers(table)),
    shape(`${name}Filters`, `Filters for records of ${where}.`, filterMembers(table)),
  ];
}

function clientMember(moduleName: string, module: ModuleModel): Fragment {
  const allowed = calls(module).map(stringLiteral);
  const operations = allowed.length === 0 ? "never" : allowed.join(" | ");
  // With the module's id, the compiler's error about a call that is not permitted says what to add.
  const permitted = allowed.length === tableCalls.length ? operations : `${operations}, ${stringLiteral(module.id)}`;
  const access =
    module.operations.length === 0
      ? "The `custom_data.permissions` of the manifest grant no operation on this module."
      : `Granted: ${module.operations.join(", ")}.`;
  if (module.schema === undefined) {
    const doc = docblock([`The module \`${module.id}\`. Its columns are not known. ${access}`], 2);
    return code`${doc}  readonly ${moduleName}: (table: string) => ${codegen.OpenTableClient}<${permitted}>;\n`;
  }
  const tables = module.tables.map((table) => {
    const name = tableTypeName(moduleName, table.name);
    const doc = docblock([table.description], 4);
    return code`${doc}    readonly ${camelCase(table.name)}: ${codegen.TableClient}<${recordTypeName(moduleName, table.name)}, ${name}Create, ${name}Update, ${name}Filters, ${permitted}>;\n`;
  });
  return [
    docblock([module.description, `The module \`${module.id}\`. ${access}`], 2),
    `  readonly ${moduleName}: {\n`,
    tables,
    "  };\n",
  ];
}

function definitionMember(moduleName: string, module: ModuleModel): string {
  const operations = calls(module).map(stringLiteral).join(", ");
  const tables = module.tables
    .map((table) => `      ${camelCase(table.name)}: ${stringLiteral(table.name)},\n`)
    .join("");
  const known = module.schema === undefined ? "" : `    tables: {${tables === "" ? "" : `\n${tables}    `}},\n`;
  const members = `    module: ${stringLiteral(module.id)},\n    operations: [${operations}],\n${known}`;
  return `  ${propertyEntry(moduleName, `{\n${members}  }`)},\n`;
}

/** Record types, and a client that has only the calls that the manifest's permissions allow. */
export function renderCustomData(modules: readonly ModuleModel[]): Fragment {
  const names = shortestNames(modules.map(({ id }) => id));
  const named = modules.map((module) => ({ module, name: names.get(module.id) ?? camelCase(module.id) }));
  const definitions = named.map(({ name, module }) => definitionMember(name, module)).join("");
  return [
    named.flatMap(({ name, module }) => module.tables.flatMap((table) => tableTypes(name, module, table))),
    docblock([
      "What `context.customData(projectId)` returns: one member for each module, with one for each of its tables.",
    ]),
    modules.length === 0
      ? code`export type CustomData = ${codegen.NoMembers};\n`
      : ["export interface CustomData {\n", named.map(({ name, module }) => clientMember(name, module)), "}\n"],
    code`\n${docblock(["For the runtime: names of modules and tables in requests, and the allowed calls."])}export const customDataDefinition: ${codegen.CustomDataDefinition} = {${definitions === "" ? "" : `\n${definitions}`}};\n`,
  ];
}
