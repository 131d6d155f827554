import { ts } from "ts-morph";

/** A place in a source that names another module, or a file beside the source. */
export interface NamedModule {
  readonly name: string;
  /** `require`: also `import x = require("…")`. `address`: `new URL("…", import.meta.url)`. */
  readonly kind: "static" | "dynamic" | "require" | "address";
  readonly literal: ts.StringLiteralLike;
  /** Whether the import says what the file is, as in `with { type: "json" }`. */
  readonly hasAttributes: boolean;
  /** Of the statement, for a static one. */
  readonly statement: number;
}

const known = new WeakMap<ts.SourceFile, readonly NamedModule[]>();

function literalOf(node: ts.Node | undefined): ts.StringLiteralLike | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node : undefined;
}

function isImportOfItself(node: ts.Node | undefined): boolean {
  return (
    node !== undefined &&
    ts.isPropertyAccessExpression(node) &&
    node.name.text === "url" &&
    ts.isMetaProperty(node.expression)
  );
}

/** The literal that a call names a module with. `require` counts in JavaScript only: in TypeScript, it is a function like any other. */
function calledModule(node: ts.Node, inJavaScript: boolean): ts.StringLiteralLike | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const { expression } = node;
  const isImport = expression.kind === ts.SyntaxKind.ImportKeyword;
  const isRequire =
    inJavaScript && ts.isIdentifier(expression) && expression.text === "require" && node.arguments.length === 1;
  return isImport || isRequire ? literalOf(node.arguments[0]) : undefined;
}

function read(file: ts.SourceFile): readonly NamedModule[] {
  const found: NamedModule[] = [];
  const inJavaScript = /\.[cm]?jsx?$/.test(file.fileName);
  const add = (literal: ts.StringLiteralLike | undefined, kind: NamedModule["kind"], statement = -1) => {
    if (literal === undefined) return;
    const { parent } = literal;
    const hasAttributes = ts.isCallExpression(parent)
      ? parent.arguments.length > 1
      : (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent)) && parent.attributes !== undefined;
    found.push({ name: literal.text, kind, literal, hasAttributes, statement });
  };
  const visit = (node: ts.Node): void => {
    const called = calledModule(node, inJavaScript);
    if (called !== undefined) {
      add(called, (node as ts.CallExpression).expression.kind === ts.SyntaxKind.ImportKeyword ? "dynamic" : "require");
    } else if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === "URL") {
      if (isImportOfItself(node.arguments?.[1])) add(literalOf(node.arguments?.[0]), "address");
    }
    ts.forEachChild(node, visit);
  };
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) add(literalOf(statement.moduleSpecifier), "static", statement.pos);
    else if (ts.isExportDeclaration(statement)) {
      add(literalOf(statement.moduleSpecifier), "static", statement.pos);
    } else if (ts.isImportEqualsDeclaration(statement)) {
      const { moduleReference } = statement;
      if (ts.isExternalModuleReference(moduleReference))
        add(literalOf(moduleReference.expression), "require", statement.pos);
    } else if (/\b(?:import|require|URL)\b/.test(file.text.slice(statement.pos, statement.end))) visit(statement);
  }
  return found;
}

export function namedModules(file: ts.SourceFile): readonly NamedModule[] {
  const before = known.get(file);
  if (before !== undefined) return before;
  const found = read(file);
  known.set(file, found);
  return found;
}
