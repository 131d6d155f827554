import { jsonInteger, jsonNumber } from "../../base/json-number.js";
import { diagnose } from "../../diagnostics/diagnose.js";
import { type ColumnType, columnTypes } from "../../model/column-type.js";
import type { ColumnModel, Position } from "../../model/model.js";
import {
  asMap,
  booleanAt,
  child,
  itemsAt,
  type ManifestNode,
  type MapNode,
  numberAt,
  plainValue,
  type Reporter,
  requiredTextAt,
  textAt,
} from "../../yaml/node.js";

/** Types that no known module uses. */
const unconfirmed: ReadonlySet<ColumnType> = new Set(["date", "time", "float", "uuid"]);
const timeTypes: ReadonlySet<ColumnType> = new Set(["timestamp", "date", "time"]);

function readType(column: MapNode, name: string, report: Reporter): ColumnType | undefined {
  const word = requiredTextAt(column, "type", report, `give the column \`${name}\` a type`);
  if (word === undefined) return undefined;
  const type = columnTypes.get(word);
  const at = child(column, "type")?.at ?? column.at;
  if (type === undefined) {
    const hint = `known types: ${[...columnTypes.keys()].join(", ")}`;
    report(diagnose("KG401", at, `unknown column type \`${word}\``, hint));
  } else if (unconfirmed.has(type)) {
    report(
      diagnose(
        "KG402",
        at,
        `no known module uses the column type \`${word}\`; the generated type of its values is a guess`,
      ),
    );
  }
  return type;
}

/** `undefined` if the default does not have this type. */
function coerceDefault(node: ManifestNode, type: ColumnType): unknown {
  if (type === "json") return plainValue(node);
  if (node.kind !== "scalar") return undefined;
  const { text, value } = node;
  switch (type) {
    case "boolean":
      return text === "true" || text === "false" ? text === "true" : undefined;
    case "bigint":
    case "integer": {
      const integer = jsonInteger(text);
      return Number.isSafeInteger(integer) ? integer : undefined;
    }
    case "decimal":
    case "float":
      return jsonNumber(text);
    default:
      return typeof value === "boolean" ? undefined : text;
  }
}

function readDefault(column: MapNode, name: string, type: ColumnType, report: Reporter): unknown {
  const node = child(column, "default");
  if (node === undefined) return undefined;
  const isNow = node.kind === "scalar" && /^now\(\)$/i.test(node.text);
  if (isNow && timeTypes.has(type)) return "now()";
  const value = coerceDefault(node, type);
  if (value !== undefined) return value;
  const shown = node.kind === "scalar" ? `\`${node.text}\`` : `a ${node.kind}`;
  report(diagnose("KG405", node.at, `the default of \`${name}\` must be of type ${type}, found ${shown}`));
  return undefined;
}

function readColumn(column: MapNode, report: Reporter): ColumnModel | undefined {
  const name = requiredTextAt(column, "name", report, "give the column a name");
  const type = name && readType(column, name, report);
  if (!name || !type) return undefined;
  const primaryKey = booleanAt(column, "primary_key", report) ?? false;
  const autoIncrement = booleanAt(column, "auto_increment", report) ?? false;
  return {
    name,
    type,
    nullable: (booleanAt(column, "null", report) ?? true) && !primaryKey,
    default: readDefault(column, name, type, report),
    generated: primaryKey && autoIncrement,
    unique: booleanAt(column, "unique", report) ?? false,
    length: numberAt(column, "length", report),
    precision: numberAt(column, "precision", report),
    scale: numberAt(column, "scale", report),
    description: textAt(column, "description", report),
    at: child(column, "name")?.at ?? column.at,
  };
}

/** The columns of a table in file order. A table without columns is reported. */
export function readColumns(table: MapNode, tableName: string, at: Position, report: Reporter): ColumnModel[] {
  const items = itemsAt(table, "columns", report);
  const absent = child(table, "columns") === undefined || child(table, "columns")?.kind === "list";
  if (items.length === 0 && absent) {
    report(diagnose("KG403", at, `the table \`${tableName}\` has no columns`, "list them under `columns`"));
  }
  const names = new Set<string>();
  return items.flatMap((item) => {
    const map = asMap(item, report);
    const column = map && readColumn(map, report);
    if (column === undefined) return [];
    if (names.has(column.name)) {
      report(diagnose("KG404", column.at, `the column \`${column.name}\` is declared twice in \`${tableName}\``));
      return [];
    }
    names.add(column.name);
    return [column];
  });
}
