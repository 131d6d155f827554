import ts from "typescript";
import { exportsOf, isGlobal, resolved } from "./declarations.js";

/** Calls `use` for each identifier below the node. */
function eachSymbol(node: ts.Node, checker: ts.TypeChecker, use: (symbol: ts.Symbol) => void): void {
  ts.forEachChild(node, (child) => {
    const symbol = ts.isIdentifier(child) ? checker.getSymbolAtLocation(child) : undefined;
    if (symbol !== undefined) use(resolved(checker, symbol));
    eachSymbol(child, checker, use);
  });
}

/** The files that a program has because of this one, with the file itself. */
function reachedFrom(program: ts.Program, start: string): ReadonlySet<string> {
  const checker = program.getTypeChecker();
  const reached = new Set<string>();
  const visit = (file: ts.SourceFile | undefined): void => {
    if (file === undefined || reached.has(file.fileName)) return;
    reached.add(file.fileName);
    for (const statement of file.statements) {
      if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) continue;
      const module = statement.moduleSpecifier && checker.getSymbolAtLocation(statement.moduleSpecifier);
      for (const declaration of module?.declarations ?? []) visit(declaration.getSourceFile());
    }
  };
  visit(program.getSourceFile(start));
  return reached;
}

/** Is a statement of a module or a namespace, or a variable in one. */
function isStatement(declaration: ts.Declaration): boolean {
  const { parent } = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return ts.isSourceFile(parent) || ts.isModuleBlock(parent);
}

/** For a plain alias and for the type of a constant, the compiler can write what they stand for. For nothing else. */
function needsName(declaration: ts.Declaration, checker: ts.TypeChecker, symbol: ts.Symbol): boolean {
  if (!ts.isTypeAliasDeclaration(declaration)) {
    return [ts.isInterfaceDeclaration, ts.isClassDeclaration, ts.isEnumDeclaration].some((is) => is(declaration));
  }
  let isRecursive = false;
  eachSymbol(declaration.type, checker, (mentioned) => {
    isRecursive ||= mentioned === symbol;
  });
  return isRecursive || declaration.typeParameters !== undefined;
}

function isModule(symbol: ts.Symbol): boolean {
  return symbol.declarations?.some(ts.isSourceFile) === true;
}

/**
 * The types that a user of a package's entry can meet and cannot name, each with the type where it is met. A user can name what the
 * entry exports, and what other entries export that its declarations import. Types of other packages are followed one step.
 */
export function unnamedTypes(program: ts.Program, entry: string, entries: readonly string[]): string[] {
  const checker = program.getTypeChecker();
  const reached = reachedFrom(program, entry);
  const present = entries.filter((file) => reached.has(file));
  const exported = new Set(present.flatMap((file) => [...exportsOf(program, file).values()]));
  const hasName = (symbol: ts.Symbol | undefined): boolean => {
    if (symbol === undefined || isModule(symbol)) return false;
    // A namespace of declarations exports all that it contains.
    return exported.has(symbol) || hasName((symbol as ts.Symbol & { readonly parent?: ts.Symbol }).parent);
  };
  const missing = new Set<string>();
  const seen = new Set<ts.Symbol>();
  const visit = (symbol: ts.Symbol, from: string): void => {
    if (seen.has(symbol) || isGlobal(program, symbol)) return;
    seen.add(symbol);
    for (const declaration of (symbol.declarations ?? []).filter(isStatement)) {
      if (needsName(declaration, checker, symbol) && !hasName(symbol)) missing.add(`${symbol.name} in ${from}`);
      if (declaration.getSourceFile().fileName.includes("/node_modules/")) continue;
      eachSymbol(declaration, checker, (mentioned) => visit(mentioned, symbol.name));
    }
  };
  for (const [name, symbol] of exportsOf(program, entry)) visit(symbol, name);
  return [...missing].sort();
}
