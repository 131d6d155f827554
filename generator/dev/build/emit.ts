import { pathToFileURL } from "node:url";
import { ts } from "ts-morph";
import type { PlannedImport } from "./addresses.js";

/** What is compiled from a source. */
export interface CompiledSource {
  readonly text: string;
  /** Positions of the statements whose imports are still in it. */
  readonly kept: ReadonlySet<number>;
}

/** Writes names anew, before the compiler sees them. */
function rewriter(imports: readonly PlannedImport[]): ts.TransformerFactory<ts.SourceFile> {
  const names = new Map(
    imports.flatMap(({ named, rewritten }) => (rewritten === undefined ? [] : [[named.literal as ts.Node, rewritten]])),
  );
  return (context) => (source) => {
    if (names.size === 0) return source;
    const { factory } = context;
    const visit = (node: ts.Node): ts.Node => {
      const name = names.get(node);
      if (name !== undefined) return ts.setTextRange(factory.createStringLiteral(name), node);
      return ts.visitEachChild(node, visit, context);
    };
    return ts.visitEachChild(source, visit, context);
  };
}

/** Notes which imports the compiler leaves in the file: those of types only are gone. */
function keeper(kept: Set<number>): ts.TransformerFactory<ts.SourceFile> {
  return () => (source) => {
    for (const statement of source.statements) {
      const original = ts.getOriginalNode(statement);
      if (original.pos >= 0) kept.add(original.pos);
    }
    return source;
  };
}

function withSourceMap(text: string, map: string, source: string): string {
  const content = {
    ...(JSON.parse(map) as object),
    sources: [pathToFileURL(source).href],
    file: undefined,
    sourceRoot: undefined,
  };
  const encoded = Buffer.from(JSON.stringify(content)).toString("base64");
  return text.replace(
    /\/\/# sourceMappingURL=.*\s*$/,
    `//# sourceMappingURL=data:application/json;base64,${encoded}\n`,
  );
}

export function compileSource(
  program: ts.Program,
  file: ts.SourceFile,
  imports: readonly PlannedImport[],
): CompiledSource {
  const kept = new Set<number>();
  let [text, map] = ["", ""];
  const write = (path: string, written: string) => {
    if (path.endsWith(".map")) map = written;
    else text = written;
  };
  program.emit(file, write, undefined, false, { before: [rewriter(imports)], after: [keeper(kept)] });
  return { text: map === "" ? text : withSourceMap(text, map, file.fileName), kept };
}
