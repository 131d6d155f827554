import ts from "typescript";
import { exportsOf } from "./declarations.js";

/** What carries the comment of a declaration: of a variable, its statement. */
function commentedNode(declaration: ts.Declaration): ts.Node {
  return ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
}

function hasComment(declaration: ts.Declaration): boolean {
  return ts
    .getJSDocCommentsAndTags(commentedNode(declaration))
    .some((part) => ts.isJSDoc(part) && (ts.getTextOfJSDocComment(part.comment) ?? "").trim() !== "");
}

/** Declarations in another package have the comments that it gives them. */
function isOurs(declaration: ts.Declaration): boolean {
  return !declaration.getSourceFile().fileName.includes("/node_modules/");
}

/**
 * The exports of a module that have no comment, and members of exported interfaces whose name ends with "Options" that have none, as
 * `Name` and `Name.member`. An overloaded function needs one comment.
 */
export function uncommented(program: ts.Program, file: string): string[] {
  return [...exportsOf(program, file)].flatMap(([name, symbol]) => {
    const declarations = (symbol.declarations ?? []).filter(isOurs);
    if (declarations.length === 0) return [];
    const itself = declarations.some(hasComment) ? [] : [name];
    const members = name.endsWith("Options")
      ? declarations.flatMap((one) => (ts.isInterfaceDeclaration(one) ? [...one.members] : []))
      : [];
    const options = members.filter((member) => !hasComment(member));
    return [...itself, ...options.map((member) => `${name}.${member.name?.getText() ?? "call"}`)];
  });
}
