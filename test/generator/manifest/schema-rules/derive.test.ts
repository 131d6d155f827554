import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
// @ts-expect-error: a script of the build, which has no declaration
import { deriveRules } from "../../../../generator/manifest/schema-rules/schema-rules.derive.mjs";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rules-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function derived(formatEvidenceAdapter: object, more: object = {}): Promise<string> {
  const formats = [
    "Canonical",
    "Canonical11",
    "Scaffold",
    "ScaffoldText",
    "Marketplace",
    "FlatSettings",
    "FlatProperties",
    "Minimal",
    "LegacyJson",
    "VersionTwo",
  ];
  const others = Object.fromEntries(formats.map((name) => [`format${name}`, {}]));
  const $defs = { ...others, formatEvidenceAdapter, ...more };
  await writeFile(join(folder, "extension.schema.json"), JSON.stringify({ $defs }));
  return (await deriveRules(folder))["adapter-rules.gen.ts"];
}

test("the rules keep what a run checks, and leave out what refuses nothing", async () => {
  const days = { type: "integer", minimum: 1, examples: [30], anyOf: [{ enum: [1, 2] }, {}] };
  const spec = { type: "object", title: "Spec", properties: { days } };
  const text = await derived({ type: "object", required: ["spec"], properties: { spec } });
  expect(text.split("\n").slice(2)).toEqual([
    'const formatEvidenceAdapter: ValueRule = { "type": "object", "required": ["spec"], "properties": { "spec": { "type": "object", "properties": { "days": { "type": "integer", "minimum": 1 } } } } };',
    "",
    "export const evidenceAdapterRule: ValueRule = formatEvidenceAdapter;",
    "",
  ]);
});

test("a definition stands before its use, and a reference keeps its own description", async () => {
  const text = await derived(
    { properties: { a: { $ref: "#/$defs/name" }, b: { $ref: "#/$defs/name", description: "B" } } },
    { name: { type: ["string", "number"] } },
  );
  expect(text.split("\n").slice(2, 4)).toEqual([
    'const name: ValueRule = { "type": ["string","number"] };',
    'const formatEvidenceAdapter: ValueRule = { "properties": { "a": name, "b": { ...name, "description": "B" } } };',
  ]);
});

test.each([
  [
    { properties: { a: { items: { type: "string", format: "date" } } } },
    "formatEvidenceAdapter/a/items: check-value.ts does not know format",
  ],
  [
    { properties: { a: { uniqueItems: true, multipleOf: 2 } } },
    "formatEvidenceAdapter/a: check-value.ts does not know uniqueItems, multipleOf",
  ],
  [{ anyOf: [{ type: "string" }] }, "formatEvidenceAdapter: check-value.ts does not know anyOf"],
  [{ $ref: "#/$defs/a" }, "formatEvidenceAdapter: no definition a"],
  [
    { items: { $ref: "#/$defs/formatEvidenceAdapter" } },
    "formatEvidenceAdapter/items: formatEvidenceAdapter contains itself",
  ],
  [{ if: { required: ["a"] } }, "formatEvidenceAdapter: check-value.ts does not know a condition that is no type"],
  [
    { properties: { a: { type: ["string", "null"] } } },
    "formatEvidenceAdapter/a: check-value.ts does not know the type null",
  ],
])("the build fails for %j", async (schema, message) => {
  await expect(derived(schema)).rejects.toThrow(message);
});
