import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { generate } from "../../../../generator/index.js";
import { compile } from "../../../support/compile.js";
import { createProject, removeProject, root } from "../../../support/project.js";

const rawEvent = {
  id: "raw_1",
  organizationId: "org_1",
  idempotencyKey: "k1",
  sourceEventType: "lorry_weighed",
  receivedAt: "2026-06-01T08:00:00Z",
  payload: { kg: 18_200 },
};

const filled = `import { defineNormalizer } from "../generated/evidence.gen.js";

export default defineNormalizer("lorry_weighed", (rawEvent) => ({
  organizationId: rawEvent.organizationId,
  eventType: "evidence.observed",
  sourceSystem: "weighbridge",
  actor: {},
  subject: {},
  occurredAt: rawEvent.receivedAt,
  correlationIds: [],
  attributes: { type: rawEvent.sourceEventType },
  dedupeKey: rawEvent.idempotencyKey,
  evidence: [
    { evidenceType: "weigh_ticket", title: "Ticket", capturedAt: rawEvent.receivedAt, payload: {}, dedupeKey: "t" },
  ],
  intents: [],
}));
`;

let folder: string;
beforeEach(async () => {
  folder = await createProject({});
  await cp(join(root, "test/golden/adapter/input"), folder, { recursive: true });
  expect((await generate({ dir: folder })).diagnostics).toEqual([]);
});
afterEach(() => removeProject(folder));

const handler = () => join(folder, "src/handlers/lorry_weighed.v1.ts");

describe("an evidence adapter", () => {
  it("has the function that Kiket's runners call, and names the missing normaliser", async () => {
    expect(await compile(folder, "7.0", true)).toBe("");
    const { normalizeExtensionRawEvent } = await import(pathToFileURL(join(folder, "dist/adapter.js")).href);
    expect(() => normalizeExtensionRawEvent(rawEvent)).toThrow("Normalizer not implemented: lorry_weighed");
    expect(() => normalizeExtensionRawEvent({ ...rawEvent, sourceEventType: "unheard_of" })).toThrow(
      'No normalizer for events of type "unheard_of"',
    );
  });

  it("runs the user's normaliser", async () => {
    await writeFile(handler(), filled);
    expect(await compile(folder, "7.0", true)).toBe("");
    const { normalizeExtensionRawEvent } = await import(pathToFileURL(join(folder, "dist/adapter.js")).href);
    expect(normalizeExtensionRawEvent(rawEvent)).toMatchObject({
      attributes: { type: "lorry_weighed" },
      dedupeKey: "k1",
      evidence: [{ evidenceType: "weigh_ticket" }],
    });
  });

  it.each([
    [
      "evidence of an undeclared type",
      (text: string) => text.replace('"weigh_ticket"', '"x_ray"'),
      `'"x_ray"' is not assignable`,
    ],
    [
      "an undeclared source event type",
      (text: string) => text.replace('("lorry_weighed"', '("lorry_washed"'),
      `'"lorry_washed"' is not assignable`,
    ],
    [
      "another type's normaliser",
      (text: string) => text.replace('("lorry_weighed"', '("seal:broken"'),
      `'"seal:broken"' is not assignable to type '"lorry_weighed"'`,
    ],
    [
      "a missing member",
      (text: string) => text.replace("  dedupeKey: rawEvent.idempotencyKey,\n", ""),
      "'dedupeKey' is missing",
    ],
  ])("does not compile with %s", async (_what, change, complaint) => {
    await writeFile(handler(), change(filled));
    expect(await compile(folder)).toContain(complaint);
  });

  it("has no web server", async () => {
    expect(
      await readFile(join(folder, "src/main.ts"), "utf8"),
    ).toBe(`import { runAdapter } from "kiket-gen/runtime/node";
import { normalizeExtensionRawEvent } from "./generated/adapter.gen.js";

void runAdapter(normalizeExtensionRawEvent);
`);
  });
});
