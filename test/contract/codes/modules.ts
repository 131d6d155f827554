import type { moduleCodes } from "../../../generator/diagnostics/codes/modules.js";
import { type Case, generating, readingForDev, withModule } from "./case.js";

const id = "module: ab.log";

export const moduleCases: Readonly<Record<keyof typeof moduleCodes, Case>> = {
  KG401: generating(withModule(id, "tables: { entries: { columns: [{ name: a, type: ^poem }] } }")),
  KG402: generating(withModule(id, "tables: { entries: { columns: [{ name: a, type: ^date }] } }")),
  KG403: generating(withModule(id, "tables: { ^entries: { columns: [] } }")),
  KG404: generating(
    withModule(id, "tables: { entries: { columns: [{ name: a, type: text }, { name: ^a, type: text }] } }"),
  ),
  KG405: generating(withModule(id, "tables: { entries: { columns: [{ name: a, type: integer, default: ^b }] } }")),
  KG406: generating(
    withModule(
      id,
      "tables: { entries: { columns: [{ name: a, type: text }] } }",
      "permissions: [{ role: guest, tables: [^entry], operations: [read] }]",
    ),
  ),
  KG407: readingForDev({
    ...withModule(id, "tables: { entries: { columns: [{ name: a, type: text }] } }"),
    ".kiket/modules/log/seeds/entries.yml": "table: entries\nrecords: [{ ^b: c }]\n",
  }),
};
