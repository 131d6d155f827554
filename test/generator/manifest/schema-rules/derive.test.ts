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

async function derived(formatEvidenceAdapter: object): Promise<string> {
  await writeFile(join(folder, "extension.schema.json"), JSON.stringify({ $defs: { formatEvidenceAdapter } }));
  return deriveRules(folder);
}

test("the rules keep what a run checks, and leave out what refuses nothing", async () => {
  const spec = { type: "object", title: "Spec", properties: { days: { type: "integer", minimum: 1, examples: [30] } } };
  const text = await derived({ type: "object", required: ["spec"], properties: { spec } });
  expect(JSON.parse(text.slice(text.indexOf("= {") + 2, -2))).toEqual({
    type: "object",
    required: ["spec"],
    properties: { spec: { type: "object", properties: { days: { type: "integer", minimum: 1 } } } },
  });
});

test.each([
  [
    { properties: { a: { items: { type: "string", format: "date" } } } },
    "formatEvidenceAdapter/a/items: check-value.ts does not know format",
  ],
  [
    { properties: { a: { maximum: 3, multipleOf: 2 } } },
    "formatEvidenceAdapter/a: check-value.ts does not know maximum, multipleOf",
  ],
  [{ $ref: "#/$defs/a" }, "formatEvidenceAdapter: check-value.ts does not know $ref"],
  [
    { properties: { a: { type: ["string", "null"] } } },
    "formatEvidenceAdapter/a: check-value.ts does not know the type string,null",
  ],
  [{ properties: { a: { type: "number" } } }, "formatEvidenceAdapter/a: check-value.ts does not know the type number"],
])("the build fails for %j", async (schema, message) => {
  await expect(derived(schema)).rejects.toThrow(message);
});
