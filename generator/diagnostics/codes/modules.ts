import { columnTypes } from "../../model/column-type.js";

/** Custom-data modules. */
export const moduleCodes = {
  KG401: {
    severity: "error",
    title: "unknown column type",
    explanation:
      `The type of the column is not known, so its values cannot be typed. Known types: ${[...columnTypes.keys()].join(", ")}.` as string,
  },
  KG402: {
    severity: "warning",
    title: "unconfirmed column type",
    explanation:
      "No known module uses this column type, so the generated type of its values is a guess: text for date, time and uuid, a number for float. If you can, use timestamp, decimal or string instead.",
  },
  KG403: {
    severity: "error",
    title: "table without columns",
    explanation:
      "A table without columns has no records to type. List its columns under `columns`, each with `name` and `type`.",
  },
  KG404: {
    severity: "error",
    title: "duplicate name of a module, table or column",
    explanation:
      "Two modules of the project, two tables of one module or two columns of one table have the same name. Rename one of them.",
  },
  KG405: {
    severity: "error",
    title: "column default does not match its type",
    explanation:
      "The default must be a value of the column's type. A date or time column may also have `now()`. Correct the default or the type.",
  },
  KG406: {
    severity: "warning",
    title: "permission rule for an unknown table",
    explanation:
      "The `permissions` of the module name a table that the module does not have, so the rule protects nothing. Correct the name, or add the table.",
  },
  KG407: {
    severity: "warning",
    title: "seed that does not fit its table",
    explanation:
      "The files in `.kiket/modules/<folder>/seeds/` are the first data of the local Kiket of `kiket-gen dev`: each has a `table` of the module and its `records`. A record whose columns the table does not have, or whose values its columns do not allow, is left out. Correct the record or the table.",
  },
} as const;
