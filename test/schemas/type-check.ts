import { fileURLToPath } from "node:url";
import ts from "typescript";
import { catalog } from "../../generator/contracts/catalog.gen.js";
import type { EventRecord } from "../../generator/contracts/event-catalog.js";

const path = fileURLToPath(new URL("payloads.virtual.ts", import.meta.url));

/** Type-checks a module that stands, in memory only, beside this test. */
export function mistakes(text: string): string[] {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    skipLibCheck: true,
    types: ["node"],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === path || fileExists(name);
  host.getSourceFile = (name, version, ...rest) =>
    name === path ? ts.createSourceFile(name, text, version) : getSourceFile(name, version, ...rest);
  const program = ts.createProgram([path], options, host);
  return program
    .getSemanticDiagnostics(program.getSourceFile(path))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

/** The events of the catalogue; the payload of each has the name `Payload` and its place here. */
export const records: readonly EventRecord[] = [...Object.values(catalog.events), ...Object.values(catalog.generic)];

/** The payload of every event, in the form of generated code. */
export const declarations: string = [
  'import type { Envelope } from "../../runtime/base/envelope.js";',
  ...Object.values(catalog.shapes).map(({ text }) => text),
  ...records.map(({ members }, index) => `export interface Payload${index} extends Envelope {\n${members}}`),
].join("\n");
