import { isDeepStrictEqual } from "node:util";
import { isId } from "../../base/envelope.js";
import { type JsonObject, member } from "../../base/json.js";
import { timestamp } from "../clock.js";
import type { ColumnKind, ColumnSeed, TableSeed } from "./table-seed.js";

/** Why a column of a record does not fit. */
export interface ColumnProblem {
  readonly column: string;
  readonly message: string;
}

/** A new record with its defaults, or why it does not fit. */
export type FittedRecord = { readonly row: JsonObject } | { readonly problems: readonly ColumnProblem[] };

/** Columns that every table has, declared or not (fact 724). */
const implicit: ReadonlySet<string> = new Set(["id", "created_at", "updated_at", "project_id", "organization_id"]);
/** Modules declare these ids as text, and Kiket's own are integers (fact 725). */
const placeIds: ReadonlySet<string> = new Set(["project_id", "organization_id"]);

const integer = /^-?\d+$/;
/** Seconds and the distance to UTC may be absent. */
const timeOfDay = /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[-+][01]\d(?::?[0-5]\d)?)?$/i;
const decimal = /^-?\d+(?:\.\d+)?(?:e[-+]?\d+)?$/i;

const kinds: Readonly<Record<ColumnKind, readonly [wanted: string, fits: (value: unknown) => boolean]>> = {
  string: ["text", isText],
  text: ["text", isText],
  bigint: ["an integer", (value) => Number.isInteger(value) || (isText(value) && integer.test(value))],
  integer: ["an integer", Number.isInteger],
  decimal: ["a number", (value) => Number.isFinite(value) || (isText(value) && decimal.test(value))],
  float: ["a number", Number.isFinite],
  boolean: ["true or false", (value) => typeof value === "boolean"],
  timestamp: ["a time in RFC 3339", (value) => isText(value) && isDate(value.slice(0, 10)) && isTime(value)],
  date: ["a date, such as 2026-01-31", (value) => isText(value) && isDate(value)],
  time: ["a time of day, such as 08:30", (value) => isText(value) && timeOfDay.test(value)],
  json: ["JSON", () => true],
  uuid: ["a UUID", (value) => isText(value) && /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value)],
};

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isTime(text: string): boolean {
  return !Number.isNaN(Date.parse(text));
}

/** Whether the calendar has the day: `Date.parse` takes February 30 for March 2. */
function isDate(text: string): boolean {
  const time = Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? text : "");
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function isOwn(object: JsonObject, name: string): boolean {
  return Object.hasOwn(object, name) && object[name] !== undefined;
}

/** The problem of one value, if it has any. */
function problemsOf(
  { name, type, nullable = true, unique = false }: ColumnSeed,
  value: unknown,
  others: readonly JsonObject[],
): readonly ColumnProblem[] {
  const problem = (message: string): readonly ColumnProblem[] => [{ column: name, message }];
  if (value === null) return nullable ? [] : problem("must not be null");
  const [wanted, fits] = kinds[type];
  if (!fits(value) && !(placeIds.has(name) && isId(value))) return problem(`must be ${wanted}`);
  const isTaken = unique && others.some((row) => isDeepStrictEqual(member(row, name), value));
  return isTaken ? problem("must be unique, and another record has this value") : [];
}

function unknownColumns({ columns }: TableSeed, record: JsonObject): readonly ColumnProblem[] {
  const names = columns.map(({ name }) => name);
  return Object.keys(record)
    .filter((name) => !names.includes(name) && !implicit.has(name))
    .map((column) => ({ column, message: `is no column of the table, which has: ${names.join(", ")}` }));
}

/** What the rules of a table do not allow in changes of a record. `others`: the other records of the project. */
export function changeProblems(
  table: TableSeed,
  changes: JsonObject,
  others: readonly JsonObject[],
): readonly ColumnProblem[] {
  const given = table.columns.filter(({ name, generated }) => isOwn(changes, name) && !(generated || name === "id"));
  return [
    ...unknownColumns(table, changes),
    ...given.flatMap((column) => problemsOf(column, changes[column.name], others)),
  ];
}

/** A new record with its defaults, or what the rules of its table do not allow in it. `others`: the records of the project. */
export function fitRecord(
  table: TableSeed,
  record: JsonObject,
  others: readonly JsonObject[],
  now: () => number,
): FittedRecord {
  // Kiket fills these, whatever a record says.
  const filled = table.columns.filter(({ generated }) => !generated);
  const row: Record<string, unknown> = { ...record };
  const problems = [...unknownColumns(table, record)];
  for (const column of filled) {
    const { name, nullable = true, default: value } = column;
    if (!isOwn(row, name) && value !== undefined) row[name] = value === "now()" ? timestamp(now()) : value;
    if (!isOwn(row, name) && isStamp(name)) continue;
    if (!isOwn(row, name) && !nullable) problems.push({ column: name, message: "is required" });
    else problems.push(...problemsOf(column, member(row, name) ?? null, others));
  }
  const { id } = row;
  if (id !== undefined && others.some((other) => String(other.id) === String(id))) {
    problems.push({ column: "id", message: "must be unique, and another record has this value" });
  }
  return problems.length > 0 ? { problems } : { row };
}

/** Kiket sets these in every record. */
function isStamp(name: string): boolean {
  return name === "created_at" || name === "updated_at";
}

/** A record as it is answered: with null in the columns that it has no value for. */
export function withColumns(table: TableSeed | undefined, row: JsonObject): JsonObject {
  if (table === undefined) return row;
  const missing = table.columns.filter(({ name }) => !isOwn(row, name)).map(({ name }) => [name, null]);
  return missing.length === 0 ? row : { ...row, ...Object.fromEntries(missing) };
}
