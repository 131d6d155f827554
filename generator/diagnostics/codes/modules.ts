import { columnTypes } from "../../model/column-type.js";

/** Custom-data modules. */
export const moduleCodes = {
  KG401: {
    severity: "error",
    title: "unknown column type",
    explanation: `The column's type is not known. Known: ${[...columnTypes.keys()].join(", ")}.` as string,
  },
  KG402: {
    severity: "warning",
    title: "column type without evidence",
    explanation:
      "No known module uses this column type, so how its values travel is a guess: date, time and uuid as text, float as a number. Prefer timestamp, decimal or string.",
  },
  KG403: {
    severity: "error",
    title: "table without columns",
    explanation: "A table needs a list of columns, each with `name` and `type`.",
  },
  KG404: {
    severity: "error",
    title: "declared twice in a module",
    explanation: "Two tables, two columns of one table or two modules of the project have the same name. Rename one.",
  },
  KG405: {
    severity: "error",
    title: "column default does not fit its type",
    explanation: "A column's default must be a value of the column's type, or `now()` for dates and times.",
  },
  KG406: {
    severity: "warning",
    title: "access rule for an unknown table",
    explanation: "A module's permissions name a table that the module does not have, so the rule protects nothing.",
  },
} as const;
