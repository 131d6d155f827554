import { diagnose } from "../../diagnostics/diagnose.js";
import type { Position, TableModel } from "../../model/model.js";
import {
  asMap,
  child,
  itemsAt,
  type MapNode,
  mapsAt,
  namesAt,
  type Report,
  requiredTextAt,
  textAt,
} from "../../yaml/node.js";

/** What a role of users may do with a module's records; both forms of manifest-and-events §3.3 end here. */
export interface AccessRule {
  readonly role: string;
  readonly grants: readonly { readonly table: string; readonly operations: readonly string[] }[];
  /** SQL-like text, or a column that must equal a value or a name such as `current_user_id`. */
  readonly conditions: readonly (string | { readonly column: string; readonly equals: string | undefined })[];
}

interface Grant {
  readonly table: string;
  readonly operations: readonly string[];
  readonly at: Position;
}

/** `tables` as a map from table to operations, or as a list beside `operations`. */
function readGrants(rule: MapNode, report: Report): Grant[] {
  const tables = child(rule, "tables");
  if (tables?.kind === "map") {
    return [...tables.entries].map(([table, { keyAt }]) => {
      return { table, operations: namesAt(tables, table, report).map(({ name }) => name), at: keyAt };
    });
  }
  const operations = namesAt(rule, "operations", report).map(({ name }) => name);
  return namesAt(rule, "tables", report).map(({ name, at }) => ({ table: name, operations, at }));
}

function readConditions(rule: MapNode, report: Report): AccessRule["conditions"] {
  return itemsAt(rule, "conditions", report).flatMap((item): AccessRule["conditions"] => {
    if (item.kind === "scalar") return [item.text];
    const condition = asMap(item, report);
    const column = condition && requiredTextAt(condition, "column", report);
    return column === undefined ? [] : [{ column, equals: textAt(condition, "equals", report) }];
  });
}

/** Reads a module's `permissions`; a table that the module lacks is reported. */
export function readAccessRules(root: MapNode, tables: readonly TableModel[], report: Report): AccessRule[] {
  const known = new Set(tables.map(({ name }) => name));
  return mapsAt(root, "permissions", report).flatMap((rule) => {
    const role = requiredTextAt(rule, "role", report, "name the role that the rule is for");
    if (role === undefined) return [];
    const grants = readGrants(rule, report);
    for (const { table, at } of grants) {
      if (!known.has(table))
        report(diagnose("KG406", at, `the rule for \`${role}\` names the table \`${table}\`, which is not there`));
    }
    return [
      {
        role,
        grants: grants.map(({ table, operations }) => ({ table, operations })),
        conditions: readConditions(rule, report),
      },
    ];
  });
}
