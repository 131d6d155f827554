import { docblock, propertyName, unionOf } from "../base/literals.js";
import { compare } from "../base/naming.js";
import { type CallGroup, endpointCalls } from "./endpoint-calls.js";
import { callOf, type OperationRecord } from "./operations.js";

/** A tree of calls. Its leaves are the scopes that a call needs. */
type Tree = ReadonlyMap<string, readonly string[] | Tree>;

function isLeaf(node: readonly string[] | Tree): node is readonly string[] {
  return Array.isArray(node);
}

function printTree(tree: Tree, indent: number): string {
  const margin = " ".repeat(indent);
  const lines = [...tree].map(([name, node]) => {
    const type = isLeaf(node) ? unionOf(node) : printTree(node, indent + 2);
    return `${margin}  readonly ${propertyName(name)}: ${type};\n`;
  });
  return tree.size === 0 ? "object" : `{\n${lines.join("")}${margin}}`;
}

/** By method, then by path. */
function apiTree(operations: readonly OperationRecord[]): Tree {
  const tree = new Map<string, Map<string, readonly string[]>>();
  const ordered = [...operations].sort((a, b) => compare(a.method, b.method) || compare(a.path, b.path));
  for (const { method, path, scopes } of ordered) {
    if (scopes.length > 0) tree.set(method, (tree.get(method) ?? new Map()).set(path, scopes));
  }
  return tree;
}

function endpointTree(group: CallGroup, scopesOf: ReadonlyMap<string, readonly string[]>): Tree {
  return new Map(
    Object.entries(group).flatMap(([name, calls]): [string, readonly string[] | Tree][] => {
      if (!Array.isArray(calls)) {
        const tree = endpointTree(calls as CallGroup, scopesOf);
        return tree.size === 0 ? [] : [[name, tree]];
      }
      const scopes = new Set(calls.flatMap((call: string) => scopesOf.get(call) ?? []));
      return scopes.size === 0 ? [] : [[name, [...scopes]]];
    }),
  );
}

/** The scopes that each operation and each member of `context.endpoints` needs, as an interface. */
export function callScopes(operations: readonly OperationRecord[]): string {
  const scopesOf = new Map(operations.map((operation) => [callOf(operation), operation.scopes]));
  const doc = docblock([
    "The scopes that calls need, with the spelling of the OpenAPI document. A call that is not listed needs none that is known.",
  ]);
  const [api, endpoints] = [printTree(apiTree(operations), 2), printTree(endpointTree(endpointCalls, scopesOf), 2)];
  return `${doc}export interface CallScopes {\n  readonly api: ${api};\n  readonly endpoints: ${endpoints};\n}\n`;
}
