import ts from "typescript";

const printer = ts.createPrinter({ removeComments: true });

/** The names in the `export` statements of declarations: their own, and by module those of other modules. */
function exportedNames(file: ts.SourceFile) {
  const own = new Set<string>();
  const others = new Map<string, string[]>();
  for (const statement of file.statements.filter(ts.isExportDeclaration)) {
    const { exportClause, moduleSpecifier } = statement;
    if (exportClause === undefined || !ts.isNamedExports(exportClause)) continue;
    const names = exportClause.elements.map((element) => element.name.text);
    if (moduleSpecifier === undefined) for (const name of names) own.add(name);
    else if (ts.isStringLiteral(moduleSpecifier)) {
      others.set(moduleSpecifier.text, [...(others.get(moduleSpecifier.text) ?? []), ...names]);
    }
  }
  return { own, others };
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  const { name } = statement as ts.DeclarationStatement;
  return name === undefined ? [] : [name.getText()];
}

function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * What an entry exports, from its declarations: each declaration once and without comments, by name, then the names that it takes
 * from elsewhere. A declaration without `export` is not exported; an exported one mentions it.
 */
export function reportOf(specifier: string, declarations: string, specifierOf: (module: string) => string): string {
  const file = ts.createSourceFile("entry.d.ts", declarations, ts.ScriptTarget.Latest, true);
  const { own, others } = exportedNames(file);
  const imported = new Map<string, string>();
  for (const { importClause, moduleSpecifier } of file.statements.filter(ts.isImportDeclaration)) {
    const bindings = importClause?.namedBindings;
    if (bindings === undefined || !ts.isNamedImports(bindings) || !ts.isStringLiteral(moduleSpecifier)) continue;
    for (const { name } of bindings.elements) imported.set(name.text, moduleSpecifier.text);
  }
  const declared = file.statements
    .flatMap((statement) => namesOf(statement).map((name) => [name, statement] as const))
    .sort(([a], [b]) => inOrder(a, b))
    .map(([name, statement]) => {
      const text = printer.printNode(ts.EmitHint.Unspecified, statement, file);
      return own.has(name) ? `export ${text}` : text;
    });
  const taken = [...own].flatMap((name) => {
    const module = imported.get(name);
    return module === undefined ? [] : [[name, module] as const];
  });
  for (const [module, names] of others) taken.push(...names.map((name) => [name, module] as const));
  const from = taken
    .sort(([a], [b]) => inOrder(a, b))
    .map(([name, module]) => `export { ${name} } from ${JSON.stringify(specifierOf(module))};`);
  return [
    `# ${specifier}`,
    "",
    "```ts",
    [...declared, from.join("\n")].filter((part) => part !== "").join("\n\n"),
    "```",
    "",
  ].join("\n");
}
