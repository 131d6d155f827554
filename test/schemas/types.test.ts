import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";
import { catalog } from "../../generator/contracts/catalog.gen.js";

const path = fileURLToPath(new URL("payloads.virtual.ts", import.meta.url));

/** Type-checks a module that stands, in memory only, beside this test. */
function mistakes(text: string): string[] {
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

const records = [...Object.values(catalog.events), ...Object.values(catalog.generic)];
const declarations = [
  'import type { Envelope } from "../../runtime/base/envelope.js";',
  ...Object.values(catalog.shapes).map(({ text }) => text),
  ...records.map(({ members }, index) => `export interface Payload${index} extends Envelope {\n${members}}`),
].join("\n");

it("every event's members are valid TypeScript and agree with the runtime's envelope", () => {
  expect(records.length).toBeGreaterThan(100);
  expect(mistakes(declarations)).toEqual([]);
}, 30_000);

it("the check sees a member that the envelope has otherwise", () => {
  const wrong = `${declarations}\nexport interface Wrong extends Envelope { action: number }`;
  expect(mistakes(wrong)).toEqual([
    expect.stringContaining("Interface 'Wrong' incorrectly extends interface 'Envelope'"),
  ]);
}, 30_000);
