import { join } from "node:path";
import ts from "typescript";
import manifest from "../../../package.json" with { type: "json" };
import { root } from "../../support/project.js";

/** A public entry of the package. */
export interface Entry {
  /** As a user imports it. */
  readonly specifier: string;
  /** Its source, relative to the repository. */
  readonly source: string;
  /** Its declarations in `dist`, an absolute path. */
  readonly types: string;
  /** Its code in `dist`, an absolute path. */
  readonly code: string;
}

export const entries: readonly Entry[] = Object.entries(manifest.exports).flatMap(([path, target]) =>
  typeof target === "string"
    ? []
    : [
        {
          specifier: path.replace(/^\./, manifest.name),
          source: target.types.replace("./dist/", "").replace(/\.d\.ts$/, ".ts"),
          types: join(root, target.types),
          code: join(root, target.default),
        },
      ],
);

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  strict: true,
  types: ["node"],
  typeRoots: [join(root, "node_modules/@types")],
};

/** Programs share their files: most of them are the language's own and Node's. */
const host = ts.createCompilerHost(options);
const parsed = new Map<string, ts.SourceFile | undefined>();
const { getSourceFile } = host;
host.getSourceFile = (name, ...rest) => {
  if (!parsed.has(name)) parsed.set(name, getSourceFile(name, ...rest));
  return parsed.get(name);
};

export function programOf(files: readonly string[]): ts.Program {
  return ts.createProgram(files, options, host);
}

export function resolved(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** What a module exports, by name. Re-exported names lead to where they are declared. */
export function exportsOf(program: ts.Program, file: string): ReadonlyMap<string, ts.Symbol> {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${file} is not a module; run npm run build`);
  return new Map(checker.getExportsOfModule(module).map((symbol) => [symbol.name, resolved(checker, symbol)]));
}

/** Belongs to the language or to Node, so that every project can name it. */
export function isGlobal(program: ts.Program, symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some((declaration) => {
    const file = declaration.getSourceFile();
    return (
      program.isSourceFileDefaultLibrary(file) || /\/node_modules\/(@types\/node|undici-types)\//.test(file.fileName)
    );
  });
}
