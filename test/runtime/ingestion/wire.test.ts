import { describe, expect, it } from "vitest";
import {
  createIngestionClient,
  KiketError,
  type NormalizedEvent,
  type NormalizedEvidence,
} from "../../../runtime/index.js";
import { createScript, type Script } from "../../support/session.js";

const evidence: NormalizedEvidence = {
  evidenceType: "scan",
  title: "A scan",
  capturedAt: new Date("2026-06-01T08:00:00.5Z"),
  payload: { at: new Date("2026-06-01T07:59:00Z"), approved: undefined },
  dedupeKey: "gate:evidence:scan:1",
};

const normalized: NormalizedEvent = {
  organizationId: "org-1",
  eventType: "evidence.observed",
  sourceSystem: "gate",
  actor: {},
  subject: {},
  occurredAt: new Date("2026-06-01T10:00:00+02:00"),
  correlationIds: ["raw_1", "hook-1"],
  attributes: {},
  dedupeKey: "gate:scan:1",
  evidence: [evidence],
  intents: [],
};

function connect(script: Script) {
  return createIngestionClient({ apiKey: "key", organizationId: "org-1", fetch: script.fetch });
}

/** What is sent for a normalised event. */
async function sent(event: NormalizedEvent): Promise<unknown> {
  const script = createScript({ status: 200, body: {} });
  await connect(script).submitRawEvent("r-1", event);
  return JSON.parse(script.calls[0]?.body ?? "").normalized;
}

/** Why a normalised event is refused; nothing is sent for it. */
async function refused(event: unknown): Promise<string> {
  const script = createScript();
  const error: unknown = await connect(script)
    .submitRawEvent("r-1", event as NormalizedEvent)
    .catch((cause: unknown) => cause);
  expect(script.calls).toEqual([]);
  if (!(error instanceof KiketError)) throw new Error("not refused");
  return error.message;
}

describe("times", () => {
  it("N9: are ISO text on the wire if they are Dates", async () => {
    expect(await sent(normalized)).toEqual({
      ...normalized,
      occurredAt: "2026-06-01T08:00:00.000Z",
      evidence: [{ ...evidence, capturedAt: "2026-06-01T08:00:00.500Z", payload: { at: "2026-06-01T07:59:00.000Z" } }],
    });
  });

  it.each([
    "2026-06-01T10:00:00Z",
    "2026-06-01T10:00:00.123456+02:00",
    "2026-06-01T10:00Z",
    "2026-06-01 10:00:00Z",
    "2026-06-01",
  ])("are sent as they are if they are the text %j", async (occurredAt) => {
    expect(await sent({ ...normalized, occurredAt })).toMatchObject({ occurredAt });
  });

  it("of a time zone keep it as text", async () => {
    const capturedAt = "2026-06-01T10:00:00+02:00";
    expect(await sent({ ...normalized, evidence: [{ ...evidence, capturedAt }] })).toMatchObject({
      evidence: [{ capturedAt }],
    });
  });

  it.each([
    "",
    " ",
    "yesterday",
    "Mon, 01 Jun 2026 08:00:00 GMT",
    "2026-13-01T00:00:00Z",
    "1780300800",
    1780300800,
    null,
    true,
    {},
  ])("are refused as %j", async (occurredAt) => {
    expect(await refused({ ...normalized, occurredAt })).toBe(
      'normalized.occurredAt must be a valid Date, or ISO 8601 text such as "2026-06-01T08:00:00Z"',
    );
  });

  it("that are invalid Dates are refused with their place", async () => {
    const invalid = new Date("never");
    expect(await refused({ ...normalized, occurredAt: invalid })).toBe("normalized.occurredAt is an invalid date");
    expect(await refused({ ...normalized, evidence: [evidence, { ...evidence, capturedAt: invalid }] })).toBe(
      "normalized.evidence[1].capturedAt is an invalid date",
    );
    expect(await refused({ ...normalized, attributes: { seen: { at: invalid } } })).toBe(
      "normalized.attributes.seen.at is an invalid date",
    );
  });

  it("of evidence that is sent on its own are treated alike", async () => {
    const script = createScript({ status: 201, body: {} });
    const client = connect(script);
    const own = { evidenceType: "scan", title: "A scan", sourceSystem: "gate", dedupeKey: "scan-1" };
    await client.createEvidence({ ...own, capturedAt: new Date("2026-06-01T08:00:00Z") });
    expect(JSON.parse(script.calls[0]?.body ?? "")).toEqual({ ...own, capturedAt: "2026-06-01T08:00:00.000Z" });
    await expect(client.createEvidence({ ...own, capturedAt: new Date("never") })).rejects.toThrow(
      "evidence.capturedAt is an invalid date",
    );
    await expect(client.createEvidence({ ...own, capturedAt: "soon" })).rejects.toThrow(
      "evidence.capturedAt must be a valid Date",
    );
    expect(script.calls).toHaveLength(1);
  });
});

describe("what JSON would lose", () => {
  it.each([
    [{ attributes: { weight: BigInt(10) } }, "normalized.attributes.weight is a BigInt: use a number or text"],
    [{ attributes: { weight: Number.NaN } }, "normalized.attributes.weight is NaN"],
    [{ actor: new Map([["id", 1]]) }, "normalized.actor is a Map: use Object.fromEntries(map)"],
  ])("is refused, case %#", async (change, message) => {
    expect(await refused({ ...normalized, ...change })).toBe(message);
  });

  it("in a raw event is refused as well", async () => {
    const event = {
      sourceSystem: "gate",
      sourceEventType: "scan",
      idempotencyKey: "1",
      payload: { at: new Date("never") },
    };
    await expect(connect(createScript()).createRawEvent(event)).rejects.toThrow("event.payload.at is an invalid date");
  });

  it.each([[undefined], [null], ["done"], [[normalized]]])("a normaliser's result %j is refused", async (event) => {
    expect(await refused(event)).toBe("normalized must be an object, as NormalizedEvent describes it");
  });

  it("an asynchronous normaliser is refused", async () => {
    expect(await refused(Promise.resolve(normalized))).toBe("normalized is a promise: await it");
  });
});
