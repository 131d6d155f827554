import { cp, readFile, rm, writeFile } from "node:fs/promises";
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

/** In the way of shipped adapters: Dates, members that are undefined, and objects of which no member is known. */
const asShipped = `import { defineNormalizer, originOf } from "../generated/evidence.gen.js";

function actorOf({ actor }: Record<string, unknown>): Record<string, unknown> {
  return typeof actor === "object" && actor !== null ? { ...actor } : {};
}

export default defineNormalizer("lorry_weighed", (rawEvent) => {
  const receivedAt: Date = rawEvent.receivedAt instanceof Date ? rawEvent.receivedAt : new Date(rawEvent.receivedAt);
  const { approved: isApproved, caseId: named } = rawEvent.payload;
  const approved: boolean | undefined = isApproved === true ? true : undefined;
  const caseId = String(named);
  return {
    ...originOf(rawEvent),
    caseId,
    eventType: "evidence.observed",
    sourceObjectId: "lorry-1",
    actor: actorOf(rawEvent.payload),
    subject: { type: "lorry", id: "lorry-1", caseId },
    occurredAt: receivedAt,
    attributes: { sourceEventType: rawEvent.sourceEventType, approved },
    dedupeKey: "weighbridge:lorry:lorry-1:weighed",
    evidence: [
      {
        evidenceType: "weigh_ticket",
        title: "Ticket",
        sourceObjectId: "lorry-1",
        capturedAt: receivedAt,
        payload: { approved, weighedAt: receivedAt.toISOString() },
        dedupeKey: "weighbridge:evidence:lorry:lorry-1",
      },
    ],
    intents: [
      {
        type: "case.link_external_evidence",
        targetType: "case",
        targetId: caseId,
        reason: "A lorry was weighed.",
        attributes: { evidenceType: "weigh_ticket" },
        idempotencyKey: \`weighbridge:intent:link:lorry-1:\${caseId}\`,
      },
    ],
  };
});
`;

/** `src/adapter.ts` with a catch-all, which has a file of its own. */
const withCatchAll = `import { createAdapter } from "./generated/adapter.gen.js";
import catchAll from "./handlers/catch-all.js";

export const normalizeExtensionRawEvent = createAdapter({ catchAll });
`;

const catchAll = filled
  .replace("defineNormalizer", "defineCatchAll")
  .replace('defineNormalizer("lorry_weighed", ', "defineCatchAll(");

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

  it("N9: takes a normaliser in the way of shipped adapters, and a raw event whose time is a Date", async () => {
    await writeFile(handler(), asShipped);
    expect(await compile(folder, "7.0", true)).toBe("");
    const { normalizeExtensionRawEvent } = await import(pathToFileURL(join(folder, "dist/adapter.js")).href);
    const receivedAt = new Date("2026-06-01T08:00:00Z");
    const normalized = normalizeExtensionRawEvent({ ...rawEvent, workspaceId: null, receivedAt });
    expect(normalized).toMatchObject({
      correlationIds: ["raw_1", "k1"],
      occurredAt: receivedAt,
      sourceSystem: "weighbridge",
    });
    expect(normalized.workspaceId).toBeUndefined();
  });

  it("has a catch-all if the user passes one", async () => {
    await writeFile(handler(), filled);
    await writeFile(join(folder, "src/handlers/catch-all.ts"), catchAll);
    await writeFile(join(folder, "src/adapter.ts"), withCatchAll);
    expect(await compile(folder, "7.0", true)).toBe("");
    const { normalizeExtensionRawEvent } = await import(pathToFileURL(join(folder, "dist/adapter.js")).href);
    const typeOf = (sourceEventType: string) =>
      normalizeExtensionRawEvent({ ...rawEvent, sourceEventType }).attributes.type;
    expect([typeOf("lorry_weighed"), typeOf("unheard_of")]).toEqual(["lorry_weighed", "unheard_of"]);
    expect(() => typeOf("seal:broken")).toThrow("Normalizer not implemented: seal:broken");
    expect((await generate({ dir: folder })).diagnostics).toEqual([]);

    await writeFile(join(folder, "src/handlers/catch-all.ts"), catchAll.replace('"weigh_ticket"', '"x_ray"'));
    expect(await compile(folder)).toContain(`'"x_ray"' is not assignable`);
  });

  it("does not compile without the normaliser of a declared type", async () => {
    await rm(handler());
    expect(await compile(folder)).toContain("Cannot find module '../handlers/lorry_weighed.v1.js'");
  });

  it("has only a catch-all if it declares no type", async () => {
    const manifest = join(folder, "kiket-extension.yaml");
    const text = await readFile(manifest, "utf8");
    await rm(join(folder, "src"), { recursive: true });
    await writeFile(manifest, text.replace(/.*sourceEventTypes.*\n/, ""));
    expect((await generate({ dir: folder })).diagnostics).toEqual([]);
    expect(
      await readFile(join(folder, "src/adapter.ts"), "utf8"),
    ).toBe(`import { createAdapter } from "./generated/adapter.gen.js";
import { notNormalized } from "./generated/evidence.gen.js";

/** Kiket's runners call this function with every raw event. */
export const normalizeExtensionRawEvent = createAdapter({
  catchAll: (rawEvent) => notNormalized(rawEvent),
});
`);
    expect(await compile(folder, "7.0", true)).toBe("");
    const { normalizeExtensionRawEvent } = await import(pathToFileURL(join(folder, "dist/adapter.js")).href);
    expect(normalizeExtensionRawEvent.unfilled).toEqual(["*"]);
    expect(() => normalizeExtensionRawEvent(rawEvent)).toThrow("Normalizer not implemented: lorry_weighed");

    await writeFile(
      join(folder, "src/adapter.ts"),
      withCatchAll.replace(/import catchAll.*\n/, "").replace("{ catchAll }", ""),
    );
    expect(await compile(folder)).toContain("Expected 1 arguments, but got 0");
  });

  it("may declare types that would be one identifier, since nobody can rename those of another system", async () => {
    const manifest = join(folder, "kiket-extension.yaml");
    const text = await readFile(manifest, "utf8");
    await writeFile(
      manifest,
      text.replace(/sourceEventTypes:.*/, 'sourceEventTypes: [gate.open, gate_open, "gate:open", "*/"]'),
    );
    expect((await generate({ dir: folder })).diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    await rm(join(folder, "src/handlers/lorry_weighed.v1.ts"));
    await rm(join(folder, "src/handlers/seal_x3a_broken.v1.ts"));
    expect(await compile(folder, "7.0", true)).toBe("");
    const { normalizeExtensionRawEvent } = await import(pathToFileURL(join(folder, "dist/adapter.js")).href);
    expect(normalizeExtensionRawEvent.unfilled).toEqual(["*/", "gate.open", "gate:open", "gate_open"]);
  });

  it("has no web server", async () => {
    expect(
      await readFile(join(folder, "src/main.ts"), "utf8"),
    ).toBe(`import { runAdapter } from "kiket-gen/runtime/node";
import { normalizeExtensionRawEvent } from "./adapter.js";

void runAdapter(normalizeExtensionRawEvent);
`);
  });
});
