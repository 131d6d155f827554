import { type Expression, Node, type Type } from "ts-morph";
import { literalsOf } from "./kinds.js";

/** A member of an object: `context.secret`, or the `secret` of `const { secret } = context`. */
export interface Member {
  readonly owner: Type;
  /** `undefined` if it is computed. */
  readonly name: string | undefined;
  /** The expression before the member; `undefined` for a pattern. */
  readonly receiver: Expression | undefined;
}

/** Longer chains of variables are not followed. */
const longestChain = 8;

export function isAccess(node: Node): boolean {
  return Node.isPropertyAccessExpression(node) || Node.isElementAccessExpression(node);
}

/** The name of the member that a binding element reads. */
export function boundName(element: Node): string | undefined {
  if (!Node.isBindingElement(element)) return undefined;
  const key = element.getPropertyNameNode();
  if (key === undefined) return element.getName();
  if (Node.isComputedPropertyName(key)) return literalsOf(key.getExpression().getType())?.[0];
  return Node.isStringLiteral(key) ? key.getLiteralValue() : key.getText();
}

/** The member that an expression refers to, also through variables and patterns; `undefined` if there is none. */
export function memberOf(expression: Node, depth = 0): Member | undefined {
  if (Node.isPropertyAccessExpression(expression)) {
    const receiver = expression.getExpression();
    return { owner: receiver.getType().getNonNullableType(), name: expression.getName(), receiver };
  }
  if (Node.isElementAccessExpression(expression)) {
    const [receiver, key] = [expression.getExpression(), expression.getArgumentExpression()];
    const names = key === undefined ? undefined : literalsOf(key.getType());
    return {
      owner: receiver.getType().getNonNullableType(),
      name: names?.length === 1 ? names[0] : undefined,
      receiver,
    };
  }
  if (!Node.isIdentifier(expression) || depth > longestChain) return undefined;
  const declaration = expression.getSymbol()?.getValueDeclaration();
  if (Node.isBindingElement(declaration)) {
    const owner = declaration.getParent().getType().getNonNullableType();
    return { owner, name: boundName(declaration), receiver: undefined };
  }
  const initializer = Node.isVariableDeclaration(declaration) ? declaration.getInitializer() : undefined;
  return initializer === undefined ? undefined : memberOf(initializer, depth + 1);
}

/** The initializer, if the expression is a variable with one; otherwise the expression itself. */
export function originOf(expression: Expression): Expression {
  const declaration = Node.isIdentifier(expression) ? expression.getSymbol()?.getValueDeclaration() : undefined;
  return (Node.isVariableDeclaration(declaration) ? declaration.getInitializer() : undefined) ?? expression;
}
