import { ts } from "ts-morph";

/** The lines where a handler names a member or calls an operation. They count from 1, are sorted and have no duplicates. */
export interface Mentions {
  member(name: string): readonly number[];
  /** `get`, `/path`: `context.api.GET("/path", …)`. */
  call(method: string, path: string): readonly number[];
}

function nameOf(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    return node.argumentExpression.text;
  }
  if (!ts.isBindingElement(node)) return undefined;
  const name = node.propertyName ?? node.name;
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name.text : undefined;
}

function callOf(node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const [path] = node.arguments;
  const method = node.expression.name.text.toLowerCase();
  return path !== undefined && ts.isStringLiteralLike(path) ? `${method} ${path.text}` : undefined;
}

/** Reads one source file without types, so a member of another object with the same name is found too. */
export function mentionsIn(path: string, text: string): Mentions {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const members = new Map<string, Set<number>>();
  const calls = new Map<string, Set<number>>();
  const note = (found: Map<string, Set<number>>, key: string | undefined, node: ts.Node) => {
    if (key === undefined) return;
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
    found.set(key, (found.get(key) ?? new Set()).add(line + 1));
  };
  const visit = (node: ts.Node): void => {
    note(members, nameOf(node), ts.isPropertyAccessExpression(node) ? node.name : node);
    note(calls, callOf(node), node);
    node.forEachChild(visit);
  };
  visit(file);
  const linesOf = (lines: Set<number> | undefined) => [...(lines ?? [])].sort((a, b) => a - b);
  return {
    member: (name) => linesOf(members.get(name)),
    call: (method, call) => linesOf(calls.get(`${method} ${call}`)),
  };
}
