import { isId } from "../../base/envelope.js";
import { type JsonObject, member } from "../../base/json.js";
import { changeProblems } from "../../platform/custom-data/table-rules.js";
import type { DataColumn, DataProblem } from "../../platform/inspector/data-view.js";

/** What is known of the rows of a collection. */
interface RowRules {
  readonly columns: readonly DataColumn[];
  readonly isOpen?: boolean;
}

/** By the rules of tables, which ids have no type in. */
function typeProblems(columns: readonly DataColumn[], values: JsonObject, others: readonly JsonObject[]) {
  const known = columns.flatMap(({ name, type, isRequired = false, isUnique = false }) =>
    type === "id" || !Object.hasOwn(values, name) ? [] : [{ name, type, nullable: !isRequired, unique: isUnique }],
  );
  const given = Object.fromEntries(known.map(({ name }) => [name, values[name]]));
  return changeProblems({ module: "", table: "", columns: known }, given, others);
}

function ownProblem(
  { name, type, isRequired = false, isUnique = false, options, isSet }: DataColumn,
  values: JsonObject,
  others: readonly JsonObject[],
  isNew: boolean,
): string | undefined {
  const value = member(values, name);
  const isGiven = Object.hasOwn(values, name);
  if (isGiven && (isSet === "by Kiket" || (isSet === "once" && !isNew))) return "cannot be changed";
  if (isRequired && (value ?? null) === null && (isNew || isGiven)) return "is required";
  if (!isGiven || value === null) return undefined;
  if (type === "id" && !isId(value)) return "must be a number or a text";
  // Nobody could name such a row again.
  if (isUnique && value === "") return "must not be empty";
  if (options !== undefined && !options.includes(String(value))) return `must be one of ${options.join(", ")}`;
  const isTaken = type === "id" && isUnique && others.some((row) => String(member(row, name)) === String(value));
  return isTaken ? "must be unique, and another row has this value" : undefined;
}

/** What a collection does not allow in the values of a new row, or in changes of one. `others`: the other rows. */
export function rowProblems(
  { columns, isOpen = false }: RowRules,
  values: JsonObject,
  others: readonly JsonObject[],
  isNew: boolean,
): readonly DataProblem[] {
  const names = columns.map(({ name }) => name);
  const unknown = isOpen ? [] : Object.keys(values).filter((name) => !names.includes(name));
  const own = columns.flatMap((column): DataProblem[] => {
    const message = ownProblem(column, values, others, isNew);
    return message === undefined ? [] : [{ column: column.name, message }];
  });
  const wrong = new Set(own.map(({ column }) => column));
  return [
    ...unknown.map((column) => ({ column, message: `is no column: there is ${names.join(", ")}` })),
    ...own,
    ...typeProblems(
      columns.filter(({ name }) => !wrong.has(name)),
      values,
      others,
    ),
  ];
}
