import { diagnose } from "../../diagnostics/diagnose.js";
import type { Position, TableModel } from "../../model/model.js";
import {
  asMap,
  child,
  itemsAt,
  type MapNode,
  mapsAt,
  namesAt,
  type Reporter,
  requiredTextAt,
  textAt,
} from "../../yaml/node.js";

interface GrantedTable {
  readonly name: string;
  readonly at: Position;
}

/** `tables` as a map from table to operations, or as a list next to `operations` (facts 730, 731). */
function grantedTables(rule: MapNode, report: Reporter): readonly GrantedTable[] {
  const tables = child(rule, "tables");
  if (tables?.kind !== "map") {
    namesAt(rule, "operations", report);
    return namesAt(rule, "tables", report);
  }
  for (const table of tables.entries.keys()) namesAt(tables, table, report);
  return [...tables.entries].map(([name, { keyAt }]) => ({ name, at: keyAt }));
}

/** A condition is SQL-like text, or a column that must equal a value or a name such as `current_user_id`. */
function checkConditions(rule: MapNode, report: Reporter): void {
  for (const item of itemsAt(rule, "conditions", report)) {
    const condition = item.kind === "scalar" ? undefined : asMap(item, report);
    if (condition && requiredTextAt(condition, "column", report) !== undefined) textAt(condition, "equals", report);
  }
}

/** Checks a module's `permissions`: what users with a role may do with its records. The platform enforces them; no generated type depends on them. */
export function checkAccessRules(root: MapNode, tables: readonly TableModel[], report: Reporter): void {
  const known = new Set(tables.map(({ name }) => name));
  for (const rule of mapsAt(root, "permissions", report)) {
    const role = requiredTextAt(rule, "role", report, "add the role that the rule applies to");
    if (role === undefined) continue;
    for (const { name, at } of grantedTables(rule, report)) {
      if (!known.has(name))
        report(diagnose("KG406", at, `the rule for \`${role}\` names the table \`${name}\`, which does not exist`));
    }
    checkConditions(rule, report);
  }
}
