import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { evidenceAdapterRule } from "../../generator/manifest/schema-rules/adapter-rules.gen.js";
import type { ValueRule } from "../../generator/manifest/schema-rules/types.js";
import { openPageProject } from "../hosts/page.js";
import { compile } from "../support/compile.js";
import { runVitest } from "../support/run-vitest.js";

const project = await openPageProject("adapters.md", "kiket-extension.yaml");
const { page, sources } = project;

test("the code of the page about adapters compiles, and normalises events", async () => {
  expect(Object.keys(sources)).toEqual([
    "src/handlers/gate.opened.v1.ts",
    "src/adapter.ts",
    "src/handlers/catch-all.ts",
    "test/gate.test.ts",
  ]);
  expect(await compile(project.folder, "7.0", true)).toBe("");
  expect(await runVitest(project.folder)).toEqual({ "test/gate.test.ts": "1 of 1" });
  const { normalizeExtensionRawEvent } = await import(pathToFileURL(join(project.folder, "dist/adapter.js")).href);
  const rawEvent = {
    id: "raw_1",
    organizationId: "org_1",
    idempotencyKey: "hook-1",
    sourceEventType: "gate.opened",
    receivedAt: "2026-06-01T08:00:00Z",
    payload: { gate: 4, caseId: "case_1" },
  };
  expect(normalizeExtensionRawEvent(rawEvent)).toMatchObject({
    caseId: "case_1",
    sourceSystem: "gate",
    correlationIds: ["raw_1", "hook-1"],
    evidence: [{ evidenceType: "gate_log", title: "Gate 4 was opened" }],
  });
  expect(normalizeExtensionRawEvent({ ...rawEvent, sourceEventType: "gate.closed" })).toMatchObject({
    dedupeKey: "gate:gate.closed:hook-1",
  });
});

/** Every length of text that a rule allows at most. */
function lengthsIn({ maxLength, items, properties = {} }: ValueRule): readonly number[] {
  const inner = [...Object.values(properties), ...(items === undefined ? [] : [items])].flatMap(lengthsIn);
  return [...(maxLength === undefined ? [] : [maxLength]), ...inner];
}

test("the page about adapters names every key and every length of the manifest's rules", () => {
  const table = page.split("## Normalisers")[0] ?? "";
  const parts = ["metadata", "spec"].flatMap((part) =>
    Object.keys(evidenceAdapterRule.properties?.[part]?.properties ?? {}).map((key) => `\`${part}.${key}\``),
  );
  expect(parts.length).toBe(9);
  expect(parts.filter((key) => !table.includes(key))).toEqual([]);
  expect(lengthsIn(evidenceAdapterRule).filter((length) => !table.includes(` ${length} characters`))).toEqual([]);
});
