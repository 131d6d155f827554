import { ts } from "ts-morph";
import { reaches } from "../../base/reaches.js";
import { applyEdits, type Edit } from "../../yaml/edit.js";
import { createNamer } from "../schemas/type-names.js";

/** The names in `components["schemas"]["A"]`, as one text for each step; `undefined` if the type is no access to a member. */
function accessed(type: ts.TypeNode): readonly string[] | undefined {
  if (ts.isParenthesizedTypeNode(type)) return accessed(type.type);
  if (ts.isTypeReferenceNode(type)) {
    const [argument] = type.typeArguments ?? [];
    const name = type.typeName.getText();
    if (argument === undefined) return [name];
    return name === "NonNullable" ? accessed(argument) : undefined;
  }
  if (!ts.isIndexedAccessTypeNode(type) || !ts.isLiteralTypeNode(type.indexType)) return undefined;
  const { literal } = type.indexType;
  const steps = accessed(type.objectType);
  return steps && ts.isStringLiteral(literal) ? [...steps, literal.text] : undefined;
}

const idOf = (steps: readonly string[]) => JSON.stringify(steps);

interface Member {
  readonly name: string;
  readonly type: ts.TypeNode;
  /** The members whose types must be known before this one's. */
  readonly needs: readonly string[];
}

/** The members that a type needs: all that it names, except in the members of an object, which are looked at later. */
function needsOf(type: ts.TypeNode): string[] {
  const needs: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeLiteralNode(node)) return;
    const steps = ts.isIndexedAccessTypeNode(node) ? accessed(node) : undefined;
    for (let count = 2; count <= (steps?.length ?? 0); count += 1) needs.push(idOf(steps?.slice(0, count) ?? []));
    ts.forEachChild(node, visit);
  };
  visit(type);
  return needs;
}

function membersOf(source: ts.SourceFile): ReadonlyMap<string, Member> {
  const members = new Map<string, Member>();
  const visit = (node: ts.Node, steps: readonly string[]): void => {
    if (ts.isPropertySignature(node) && node.type !== undefined) {
      const { name } = node;
      const text = ts.isStringLiteral(name) || ts.isNumericLiteral(name) ? name.text : name.getText();
      const inner = [...steps, text];
      members.set(idOf(inner), { name: text, type: node.type, needs: needsOf(node.type) });
      visit(node.type, inner);
    } else ts.forEachChild(node, (child) => visit(child, steps));
  };
  for (const statement of source.statements) {
    if (ts.isInterfaceDeclaration(statement))
      for (const member of statement.members) visit(member, [statement.name.text]);
  }
  return members;
}

/** Where the type needs a member that has an alias. */
function aliasesIn(type: ts.TypeNode, aliases: ReadonlyMap<string, string>): Edit[] {
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeLiteralNode(node)) return;
    const steps = ts.isIndexedAccessTypeNode(node) ? accessed(node) : undefined;
    const alias = steps && aliases.get(idOf(steps));
    if (alias === undefined) ts.forEachChild(node, visit);
    else edits.push({ start: node.getStart(), end: node.end, text: alias });
  };
  visit(type);
  return edits;
}

/**
 * Gives each member that needs its own type an alias: a list of itself is allowed in `type A = A[]`, but not in
 * `{ a: components["schemas"]["A"][] }`. `text`: a module that declares types.
 */
export function withAliases(text: string): string {
  const members = membersOf(ts.createSourceFile("api.gen.ts", text, ts.ScriptTarget.ESNext, true));
  const uses = new Map([...members].map(([id, { needs }]) => [id, needs]));
  const nameOf = createNamer();
  let end = 0;
  const recursive = [...members].flatMap(([id, { name, type, needs }]) => {
    if (needs.length === 0 || type.getStart() < end || !reaches(uses, needs, id)) return [];
    end = type.end;
    return [{ id, type, alias: nameOf(`${name} schema`) }];
  });
  const aliases = new Map(recursive.map(({ id, alias }) => [id, alias]));
  const declarations = recursive.map(({ type, alias }) => {
    const from = type.getStart();
    const edits = aliasesIn(type, aliases).map((edit) => ({ ...edit, start: edit.start - from, end: edit.end - from }));
    return `type ${alias} = ${applyEdits(text.slice(from, type.end), edits)};\n`;
  });
  const edits = recursive.map(({ type, alias }) => ({ start: type.getStart(), end: type.end, text: alias }));
  return applyEdits(text, edits) + declarations.join("");
}
