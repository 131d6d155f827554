import { readFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { createProject, readTree, removeProject, root } from "../../support/project.js";
import { entries, exportsOf, programOf } from "./declarations.js";
import { unnamedTypes } from "./unnamed-types.js";

const files = entries.map(({ types }) => types);
const program = programOf(files);

/** The names in the `export` statements of a source. */
function namesIn(text: string): string[] {
  const { statements } = ts.createSourceFile("entry.ts", text, ts.ScriptTarget.Latest);
  return statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      const clause = statement.exportClause;
      return clause !== undefined && ts.isNamedExports(clause) ? clause.elements.map(({ name }) => name.text) : ["*"];
    }
    const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
    const { name } = statement as ts.DeclarationStatement;
    const isExported = modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    return isExported ? [name !== undefined && ts.isIdentifier(name) ? name.text : "*"] : [];
  });
}

describe.each(entries)("$specifier", ({ source, types, code }) => {
  it("exports by name every type that can be inferred", () => {
    expect(unnamedTypes(program, types, files)).toEqual([]);
  });

  it("declares what its source exports, and as values what it exports at run time", async () => {
    const declared = exportsOf(program, types);
    expect([...declared.keys()].sort()).toEqual(namesIn(await readFile(join(root, source), "utf8")).sort());
    const values = [...declared].filter(([, { flags }]) => flags & ts.SymbolFlags.Value).map(([name]) => name);
    expect(values.sort()).toEqual(Object.keys(await import(code)).sort());
  });
});

describe("the declarations of the package", () => {
  it("give each name one meaning, in whichever entry it is", () => {
    const meanings = new Map<string, Set<ts.Symbol>>();
    for (const [name, symbol] of files.flatMap((file) => [...exportsOf(program, file)])) {
      meanings.set(name, (meanings.get(name) ?? new Set()).add(symbol));
    }
    expect(meanings.size).toBeGreaterThan(200);
    expect([...meanings].filter(([, symbols]) => symbols.size > 1).map(([name]) => name)).toEqual([]);
  });

  it("are one file an entry, with the names of the source, and import openapi-fetch and, for the server, Node only", async () => {
    const dist = join(root, "dist");
    const declarations = Object.entries(await readTree(dist)).filter(([path]) => /\.d\.[mc]?ts$/.test(path));
    expect(declarations.map(([path]) => join(dist, path)).sort()).toEqual([...files].sort());
    const renamed = declarations.flatMap(([, text]) => text.match(/\b\w+\$\d+\b/g) ?? []);
    expect(renamed).toEqual([]);
    const imported = declarations.flatMap(([path, text]) =>
      ts.preProcessFile(text).importedFiles.map(({ fileName }) => [path, fileName] as const),
    );
    const ofNode = imported.filter(([, name]) => name.startsWith("node:"));
    expect(new Set(ofNode.map(([path]) => path))).toEqual(new Set(["runtime/node.d.ts"]));
    const others = imported.filter((entry) => !ofNode.includes(entry)).map(([, name]) => name);
    const fromTesting = imported.filter(([, name]) => name === "./testing.js").map(([path]) => path);
    expect(new Set(fromTesting)).toEqual(new Set(["runtime/dev.d.ts"]));
    const rest = others.filter((name) => name !== "./testing.js");
    expect([...new Set(rest)].sort()).toEqual(["./index.js", "openapi-fetch"]);
  });
});

describe("the search for types without a name", () => {
  it("finds interfaces, generic and recursive aliases, however deep, and counts the names of imported entries", async () => {
    const folder = await createProject({
      "a.d.ts": `
        import { Shared, Hidden } from "./b.js";
        interface Deep { readonly text: string }
        type Plain = { readonly deep: Deep };
        type Pair<T> = readonly [T, T];
        type Tree = { readonly [name: string]: Tree };
        declare const kinds: readonly ["a", "b"];
        declare namespace Group { interface Inner { readonly at: Date } }
        declare function use(plain: Plain, kind: (typeof kinds)[number]): Group.Inner;
        interface Public { readonly pair: Pair<Shared>; readonly tree: Tree; readonly hidden: Hidden }
        export { Group, type Public, use };`,
      "b.d.ts": `
        interface Hidden { readonly text: string }
        export interface Shared { readonly hidden: Hidden }
        export { type Hidden as Renamed, type Hidden };`,
      "c.d.ts": `export { Shared } from "./b.js";`,
    });
    try {
      const [a = "", b = "", c = ""] = ["a", "b", "c"].map((name) => join(folder, `${name}.d.ts`));
      const small = programOf([a, b, c]);
      const own = ["Deep in Plain", "Pair in Public", "Tree in Public"];
      expect(unnamedTypes(small, a, [a, b, c])).toEqual(own);
      expect(unnamedTypes(small, a, [a, c])).toEqual([...own, "Hidden in Shared", "Shared in Public"].sort());
      expect(unnamedTypes(small, c, [a, c])).toEqual(["Hidden in Shared"]);
    } finally {
      await removeProject(folder);
    }
  });
});
