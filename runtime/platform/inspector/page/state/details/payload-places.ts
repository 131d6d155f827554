import { type Node, parseTree } from "jsonc-parser";
import type { JsonObject } from "../../../../../base/json.js";
import type { PayloadProblem } from "../../../backend.js";

/** A place in a text: the name of the member, or the bracket of the object that lacks it. */
export interface PayloadPlace {
  readonly offset: number;
  readonly length: number;
}

/** Larger ones are shown without places: the tree of their parts would take many times their memory. */
const mostCharacters = 500_000;

function membersOf(node: Node): readonly Node[] {
  return node.type === "object" ? (node.children ?? []) : [];
}

function nameOf({ children: [name] = [] }: Node): string {
  return String(name?.value ?? "");
}

/** Where the payload is in a body: at the top, or within one member, as in a webhook. The one with the most of its names. */
function payloadIn(tree: Node, payload: JsonObject): Node {
  const inner = membersOf(tree).flatMap(({ children: [, value] = [] }) => (value?.type === "object" ? [value] : []));
  const counts = [tree, ...inner].map((node) => ({
    node,
    count: membersOf(node).filter((member) => Object.hasOwn(payload, nameOf(member))).length,
  }));
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).node;
}

/** The member or item that a path begins with, and the rest of the path. A name may have dots itself. */
function nodeBelow(node: Node, path: string): { readonly found: Node; readonly rest: string } | undefined {
  const begins = (name: string) => path === name || path.startsWith(`${name}.`);
  const restAfter = (name: string) => path.slice(name.length + 1);
  if (node.type === "array") {
    const [index = ""] = path.split(".");
    const found = /^\d+$/.test(index) ? node.children?.[Number(index)] : undefined;
    return found === undefined ? undefined : { found, rest: restAfter(index) };
  }
  const fitting = membersOf(node).filter((member) => begins(nameOf(member)));
  const [longest] = fitting.toSorted((a, b) => nameOf(b).length - nameOf(a).length);
  return longest === undefined ? undefined : { found: longest, rest: restAfter(nameOf(longest)) };
}

/** The innermost value on a path that is there, and what shows it: the name of its member, or the value itself. */
export function innermost(root: Node, path: string): { readonly value: Node; readonly shown: Node } {
  let [value, shown, rest] = [root, root, path];
  while (rest !== "") {
    const next = nodeBelow(value, rest);
    if (next === undefined) break;
    const [name, own] = next.found.type === "property" ? (next.found.children ?? []) : [next.found, next.found];
    if (name === undefined || own === undefined) break;
    [value, shown, rest] = [own, name, next.rest];
  }
  return { value, shown };
}

/** The characters of a value that are marked. Of an object or a list only its bracket, which is enough to see where it is. */
export function markedLength({ type, length }: Node): number {
  return type === "object" || type === "array" ? 1 : length;
}

function placeOf(payload: Node, { kind, path }: PayloadProblem): PayloadPlace {
  const { value, shown } = innermost(payload, path);
  // What is missing is shown where it would be: at the beginning of the object.
  const node = kind === "missing" ? value : shown;
  return { offset: node.offset, length: markedLength(node) };
}

/** Where each problem is in the text of a body. Undefined where the text is too long, or is no JSON. */
export function placesIn(
  body: string,
  payload: JsonObject,
  problems: readonly PayloadProblem[],
): readonly (PayloadPlace | undefined)[] {
  const tree = problems.length === 0 || body.length > mostCharacters ? undefined : parseTree(body);
  if (tree === undefined) return problems.map(() => undefined);
  const root = payloadIn(tree, payload);
  return problems.map((problem) => placeOf(root, problem));
}
