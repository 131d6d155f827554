import { expect, test } from "vitest";
import { manifest as extension, lintText, toldUnder } from "../support.js";

function adapter(...spec: readonly string[]): string {
  return [
    "apiVersion: kiket.dev/v1",
    "kind: Extension",
    "metadata: { key: gate, name: Gate, version: 1.0.0 }",
    "spec:",
    "  sourceSystem: gate",
    ...spec.map((line) => `  ${line}`),
    "",
  ].join("\n");
}

const path = "kiket-extension.yaml";

test("KG832: an adapter without source event types", () => {
  const told = "the adapter declares no source event type";
  expect(toldUnder("KG832", lintText(adapter(), { path }))).toEqual([`warning KG832 ${path}:5:3 ${told}`]);
  expect(toldUnder("KG832", lintText(adapter("sourceEventTypes: []"), { path }))).toEqual([
    `warning KG832 ${path}:6:3 ${told}`,
  ]);
  expect(toldUnder("KG832", lintText(adapter("sourceEventTypes: [opened]"), { path }))).toEqual([]);
  expect(toldUnder("KG832", lintText(extension()))).toEqual([]);
});

test.each([
  ["extension.yaml", true],
  [".kiket/manifest.yaml", true],
  [".kiket/kiket-extension.yaml", true],
  ["my-kiket-extension.yaml", true],
  ["kiket-extension.yml", true],
  ["kiket-extension.yaml", false],
  ["adapters/gate/kiket-extension.yaml", false],
])("N9, KG833: an adapter's manifest at %s: %j", (place, isTold) => {
  expect(lintText(adapter("sourceEventTypes: [a]"), { path: place }).some(({ code }) => code === "KG833")).toBe(isTold);
});

test("KG833 is about adapters only", () => {
  expect(toldUnder("KG833", lintText(extension(), { path: "extension.yaml" }))).toEqual([]);
});

test("KG834: a type that is declared twice", () => {
  const text = adapter("sourceEventTypes: [opened, closed, opened]", "evidenceTypes:", "  - a", "  - A", "  - a");
  expect(toldUnder("KG834", lintText(text, { path }))).toEqual([
    `warning KG834 ${path}:6:38 \`opened\` stands twice in \`spec.sourceEventTypes\``,
    `warning KG834 ${path}:10:7 \`a\` stands twice in \`spec.evidenceTypes\``,
  ]);
});
