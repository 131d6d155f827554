import { type Expression, Node, type SourceFile, SyntaxKind, type Type, type TypeChecker } from "ts-morph";
import type { Kind } from "./kinds.js";

/** What is needed to decide whether a value is passed to code that is not analysed. */
export interface Followed {
  readonly checker: TypeChecker;
  /** Files that are analysed. */
  readonly files: ReadonlySet<SourceFile>;
  /** Folder of the runtime's declarations. A value that is passed to the runtime does not escape. */
  readonly library: string;
  readonly kindOf: (type: Type) => Kind | undefined;
}

/** Expressions whose value is the value inside them. */
const transparent: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.ParenthesizedExpression,
  SyntaxKind.NonNullExpression,
  SyntaxKind.SatisfiesExpression,
  SyntaxKind.ConditionalExpression,
]);

/** The file that declares the called function. */
function calledFile(call: Node, checker: TypeChecker): SourceFile | undefined {
  if (Node.isCallExpression(call)) return checker.getResolvedSignature(call)?.getDeclaration()?.getSourceFile();
  if (!Node.isNewExpression(call)) return undefined;
  return call.getExpression().getSymbol()?.getValueDeclaration()?.getSourceFile();
}

/** Whether the place of a value has an expected type, which may be less specific than the type of the value. */
function isTyped(node: Node, parent: Node): boolean {
  return (
    Node.isCallExpression(parent) ||
    Node.isNewExpression(parent) ||
    Node.isPropertyAssignment(parent) ||
    Node.isShorthandPropertyAssignment(parent) ||
    Node.isArrayLiteralExpression(parent) ||
    Node.isReturnStatement(parent) ||
    (Node.isArrowFunction(parent) && parent.getBody() === node) ||
    (Node.isVariableDeclaration(parent) && parent.getTypeNode() !== undefined) ||
    (Node.isBinaryExpression(parent) && parent.getOperatorToken().getKind() === SyntaxKind.EqualsToken)
  );
}

/** Whether a value can no longer be followed: it is passed to code that is not analysed, or assigned to a less specific type. */
export function leaves(node: Expression, kind: Kind, followed: Followed): boolean {
  const { checker, files, library, kindOf } = followed;
  const parent = node.getParent();
  if (parent === undefined) return false;
  if (transparent.has(parent.getKind())) return leaves(parent as Expression, kind, followed);
  if (Node.isAsExpression(parent)) return kindOf(parent.getType()) !== kind || leaves(parent, kind, followed);
  if (Node.isSpreadElement(parent) || Node.isSpreadAssignment(parent) || Node.isForInStatement(parent)) return true;
  if (Node.isCallExpression(parent) || Node.isNewExpression(parent)) {
    if (parent.getExpression() === node) return false;
    const file = calledFile(parent, checker);
    if (file?.getFilePath().startsWith(library)) return false;
    if (file === undefined || !files.has(file)) return true;
  }
  if (!isTyped(node, parent)) return false;
  const expected = checker.getContextualType(node);
  return expected !== undefined && kindOf(expected) !== kind;
}
