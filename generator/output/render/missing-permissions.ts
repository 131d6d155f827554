import { docblock, propertyName, stringLiteral } from "../../base/literals.js";
import { compare } from "../../base/naming.js";
import { type CallGroup, endpointCalls } from "../../contracts/endpoint-calls.js";
import { callOf, lackingFor, type OperationRecord } from "../../contracts/operations.js";
import type { Model } from "../../model/model.js";

/** A tree of calls. Its leaves are texts: the permission that is missing for the call. */
type Tree = ReadonlyMap<string, string | Tree>;

const nothing = "Readonly<Record<never, never>>";

function printTree(tree: Tree, indent: number): string {
  if (tree.size === 0) return nothing;
  const margin = " ".repeat(indent);
  const lines = [...tree].map(([name, value]) => {
    const type = typeof value === "string" ? stringLiteral(value) : printTree(value, indent + 2);
    return `${margin}  readonly ${propertyName(name)}: ${type};\n`;
  });
  return `{\n${lines.join("")}${margin}}`;
}

/** The permissions to add, as the end of the compiler error that starts with "add the permission". */
function advice(permissions: readonly string[]): string {
  return permissions.join(" and ");
}

function apiTree(model: Model, operations: readonly OperationRecord[]): Tree {
  const tree = new Map<string, Map<string, string>>();
  const ordered = [...operations].sort((a, b) => compare(a.method, b.method) || compare(a.path, b.path));
  for (const operation of ordered) {
    const lacking = lackingFor(model, [operation]);
    if (lacking.length === 0) continue;
    const paths = tree.get(operation.method) ?? new Map<string, string>();
    tree.set(operation.method, paths.set(operation.path, advice(lacking)));
  }
  return tree;
}

function endpointTree(model: Model, group: CallGroup, operations: ReadonlyMap<string, OperationRecord>): Tree {
  const entries = Object.entries(group).flatMap(([name, calls]): [string, string | Tree][] => {
    if (!Array.isArray(calls)) {
      const tree = endpointTree(model, calls as CallGroup, operations);
      return tree.size === 0 ? [] : [[name, tree]];
    }
    const lacking = lackingFor(
      model,
      calls.flatMap((call: string) => operations.get(call) ?? []),
    );
    return lacking.length === 0 ? [] : [[name, advice(lacking)]];
  });
  return new Map(entries);
}

/** The calls that the manifest's permissions do not allow, as a type. With `context.api` and `context.endpoints` they do not compile. */
export function renderMissing(model: Model, operations: readonly OperationRecord[]): string {
  const byCall = new Map(operations.map((operation) => [callOf(operation), operation]));
  const api = printTree(apiTree(model, operations), 2);
  const endpoints = printTree(endpointTree(model, endpointCalls, byCall), 2);
  const doc = docblock([
    "Calls that the manifest's permissions do not allow, each with the permission to add to the manifest.",
  ]);
  return `${doc}export interface Missing {\n  readonly api: ${api};\n  readonly endpoints: ${endpoints};\n}\n`;
}
