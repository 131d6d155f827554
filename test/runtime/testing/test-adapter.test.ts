import { describe, expect, it, onTestFinished } from "vitest";
import type { NormalizedEvent, RawEvent } from "../../../runtime/index.js";
import {
  createPlatform,
  createTestAdapter,
  type DeliveryMatchers,
  matchers,
  type PlatformOptions,
} from "../../../runtime/testing.js";

declare module "vitest" {
  interface Matchers extends DeliveryMatchers {}
}
expect.extend(matchers);

const time = "2026-06-01T08:00:00Z";

/** An adapter for tickets that are closed. */
function normalize({ id, organizationId, idempotencyKey, sourceEventType, receivedAt, payload }: RawEvent) {
  if (sourceEventType !== "ticket.closed") throw new RangeError(`no normaliser for ${sourceEventType}`);
  return {
    organizationId,
    eventType: "evidence.observed",
    sourceSystem: "desk",
    actor: {},
    subject: {},
    occurredAt: receivedAt,
    correlationIds: [id, idempotencyKey],
    attributes: {},
    dedupeKey: `desk:ticket:${payload.ticket}`,
    evidence: [
      {
        evidenceType: "ticket",
        title: `Ticket ${payload.ticket}`,
        capturedAt: receivedAt,
        payload,
        dedupeKey: `desk:evidence:ticket:${payload.ticket}`,
      },
    ],
    intents: [],
  } satisfies NormalizedEvent;
}

async function open(adapter: (rawEvent: RawEvent) => NormalizedEvent = normalize, platform: PlatformOptions = {}) {
  const kiket = await createTestAdapter(adapter, { platform: { now: () => Date.parse(time), ...platform } });
  onTestFinished(kiket.close);
  return kiket;
}

const closed = (ticket: number) => ({ sourceEventType: "ticket.closed", payload: { ticket } });
const operationsOf = (calls: readonly { operationId?: string | undefined; status: number }[]) =>
  calls.map(({ operationId, status }) => `${operationId} ${status}`);

describe("run", () => {
  it("returns what the adapter submitted, as Kiket got it", async () => {
    const kiket = await open();
    const outcome = await kiket.run({ ...closed(7), idempotencyKey: "k7" });
    expect(outcome.submitted).toEqual({
      organizationId: "00000000-0000-4000-8000-000000000001",
      eventType: "evidence.observed",
      sourceSystem: "desk",
      actor: {},
      subject: {},
      occurredAt: time,
      correlationIds: [outcome.rawEvent.id, "k7"],
      attributes: {},
      dedupeKey: "desk:ticket:7",
      evidence: [
        {
          evidenceType: "ticket",
          title: "Ticket 7",
          capturedAt: time,
          payload: { ticket: 7 },
          dedupeKey: "desk:evidence:ticket:7",
        },
      ],
      intents: [],
    });
    expect(outcome).toMatchObject({
      duplicate: false,
      failure: undefined,
      receipt: { rawEventId: outcome.rawEvent.id, evidenceCount: 1, duplicate: false },
      rawEvent: { sourceEventType: "ticket.closed", receivedAt: time },
    });
    expect(operationsOf(outcome.calls)).toEqual(["claimRawEvents 200", "submitRawEvent 201"]);
    expect(kiket.logs).toMatchObject([{ level: "info", message: "raw event submitted" }]);
  });

  it("gives Kiket's answer to the second of two equal events", async () => {
    const kiket = await open();
    await kiket.run(closed(7));
    expect((await kiket.run(closed(7))).receipt).toMatchObject({ duplicate: true });
  });

  it("says that Kiket had the event before, and then the adapter gets nothing", async () => {
    const kiket = await open();
    await kiket.run({ ...closed(7), idempotencyKey: "k7" });
    const again = await kiket.run({ ...closed(7), idempotencyKey: "k7" });
    expect(again).toMatchObject({ duplicate: true, submitted: undefined, receipt: undefined, failure: undefined });
    expect(operationsOf(again.calls)).toEqual(["claimRawEvents 200"]);
  });

  it("returns the error of an asynchronous normaliser as data", async () => {
    const kiket = await open((async (rawEvent) => normalize(rawEvent)) as (rawEvent: RawEvent) => never);
    const { failure, calls } = await kiket.run(closed(7));
    expect(failure).toMatchObject({
      reason: "normalizer-failed",
      message: expect.stringMatching(/^The normalizer of ".*" is asynchronous\. It must return the event itself/),
    });
    expect(operationsOf(calls)).toEqual(["claimRawEvents 200"]);
  });

  it("returns a normaliser's error as data", async () => {
    const kiket = await open();
    const outcome = await kiket.run({ sourceEventType: "ticket.opened", payload: {} });
    expect(outcome).toMatchObject({
      submitted: undefined,
      failure: { reason: "normalizer-failed", message: "no normaliser for ticket.opened" },
    });
    expect(outcome.failure?.cause).toBeInstanceOf(RangeError);
    expect(operationsOf(outcome.calls)).toEqual(["claimRawEvents 200"]);
    expect(kiket.logs.map(({ level }) => level)).toEqual(["error"]);
  });

  it("returns Kiket's refusal as data", async () => {
    const kiket = await open((rawEvent) => ({ ...normalize(rawEvent), eventType: "" }));
    const outcome = await kiket.run(closed(7));
    expect(outcome).toMatchObject({ submitted: undefined, failure: { reason: "submission-failed" } });
    expect(outcome.failure?.message).toContain("422");
    expect(operationsOf(outcome.calls)).toEqual(["claimRawEvents 200", "submitRawEvent 422"]);
  });

  it("returns as data what cannot be sent", async () => {
    const kiket = await open((rawEvent) => ({ ...normalize(rawEvent), occurredAt: "yesterday" }));
    const outcome = await kiket.run(closed(7));
    expect(outcome.failure?.reason).toBe("submission-failed");
    expect(outcome.failure?.message).toContain("normalized.occurredAt must be a valid Date");
    expect(operationsOf(outcome.calls)).toEqual(["claimRawEvents 200"]);
  });

  it("shows a Date as the text that Kiket got", async () => {
    const kiket = await open((rawEvent) => ({ ...normalize(rawEvent), occurredAt: new Date(rawEvent.receivedAt) }));
    expect((await kiket.run(closed(7))).submitted?.occurredAt).toBe("2026-06-01T08:00:00.000Z");
  });

  it("returns why the claim failed", async () => {
    const kiket = await open();
    kiket.platform.faults.inject({ fault: "error", status: 503, operations: "claimRawEvents" });
    const outcome = await kiket.run(closed(7));
    expect(outcome).toMatchObject({ submitted: undefined, failure: { reason: "claim-failed" } });
    // A claim is not repeated: its events may be leased already.
    expect(operationsOf(outcome.calls)).toEqual(["claimRawEvents 503"]);
    kiket.platform.faults.clear();
    await expect(kiket.runAll()).resolves.toMatchObject([{ submitted: { dedupeKey: "desk:ticket:7" } }]);
  });

  it("repeats a submission whose answer is lost, without waiting", async () => {
    const kiket = await open();
    kiket.platform.faults.inject({ fault: "drop", operations: "submitRawEvent", performed: true, times: 1 });
    const outcome = await kiket.run(closed(7));
    expect(operationsOf(outcome.calls)).toEqual(["claimRawEvents 200", "submitRawEvent 0", "submitRawEvent 200"]);
    expect(outcome).toMatchObject({ failure: undefined, receipt: { duplicate: true, evidenceCount: 1 } });
    expect(outcome).toHaveSubmitted({ dedupeKey: "desk:ticket:7" });
  });

  it("finds its event behind many others", async () => {
    const rawEvents = Array.from({ length: 45 }, (_, ticket) => closed(ticket));
    const kiket = await open(normalize, { seed: { rawEvents } });
    const outcome = await kiket.run(closed(99));
    expect(outcome.submitted?.dedupeKey).toBe("desk:ticket:99");
    expect(operationsOf(outcome.calls)).toEqual([...Array(3).fill("claimRawEvents 200"), "submitRawEvent 201"]);
  });

  it("keeps runs at the same time apart", async () => {
    const kiket = await open();
    const outcomes = await Promise.all([1, 2, 3].map((ticket) => kiket.run(closed(ticket))));
    expect(outcomes.map(({ submitted }) => submitted?.dedupeKey)).toEqual([
      "desk:ticket:1",
      "desk:ticket:2",
      "desk:ticket:3",
    ]);
  });

  it("goes on after an unknown event source", async () => {
    const kiket = await open();
    await expect(kiket.run({ ...closed(7), eventSource: "desk-1" })).rejects.toThrow('Unknown event source "desk-1"');
    expect((await kiket.run(closed(7))).submitted).toBeDefined();
  });

  it("survives an answer to the claim that Kiket never gives", async () => {
    const kiket = await open();
    kiket.platform.faults.inject({
      fault: "response",
      status: 200,
      body: { data: [null, 7] },
      operations: "claimRawEvents",
    });
    await expect(kiket.run(closed(7))).resolves.toMatchObject({ submitted: undefined, receipt: undefined });
  });
});

describe("runAll", () => {
  it("takes a failed event again once its lease has ended", async () => {
    let fails = true;
    const kiket = await open((rawEvent) => {
      if (fails) throw new Error("not now");
      return normalize(rawEvent);
    });
    const { rawEvent } = await kiket.run(closed(7));
    fails = false;
    expect(await kiket.runAll()).toEqual([]);
    kiket.platform.clock.advance(60_000);
    expect(await kiket.runAll()).toMatchObject([{ rawEvent, submitted: { dedupeKey: "desk:ticket:7" } }]);
  });

  it("ends although an event fails again each time", async () => {
    const kiket = await open(
      (rawEvent) => {
        kiket.platform.clock.advance(3_600_000);
        return normalize(rawEvent);
      },
      { seed: { rawEvents: [{ sourceEventType: "ticket.opened", payload: {} }] } },
    );
    expect(await kiket.runAll()).toMatchObject([{ failure: { reason: "normalizer-failed" } }]);
  });

  it("throws what a claim threw, since it belongs to no event", async () => {
    const kiket = await open();
    kiket.platform.faults.inject({ fault: "rate-limit", operations: "claimRawEvents", times: 1 });
    await expect(kiket.runAll()).rejects.toMatchObject({ name: "ApiError", status: 429 });
  });

  it("begins anew after a reset, with the seed's events", async () => {
    const kiket = await open(normalize, { seed: { rawEvents: [closed(1)] } });
    expect(await kiket.runAll()).toHaveLength(1);
    expect(await kiket.runAll()).toHaveLength(0);
    kiket.reset();
    expect([kiket.calls, kiket.logs]).toEqual([[], []]);
    expect(await kiket.runAll()).toHaveLength(1);
  });
});

describe("the adapter's API key", () => {
  it("may claim and submit, and nothing else, as a runner's", async () => {
    const installed = await createPlatform({ apiKeys: [{ key: "kik_admin" }] });
    onTestFinished(installed.close);
    const response = await fetch(`${installed.baseUrl}/api/v1/platform/extensions`, {
      method: "POST",
      headers: { authorization: "Bearer kik_admin", "content-type": "application/json" },
      body: JSON.stringify({ extensionKey: "desk", displayName: "Desk", version: "1.0.0", configuration: {} }),
    });
    const { runnerApiKey } = (await response.json()) as { runnerApiKey: string };
    const kiket = await open();
    const statuses = async ({ baseUrl }: { baseUrl: string }, key: string) => {
      const send = async (method: string, path: string) =>
        (await fetch(`${baseUrl}/api/v1/platform${path}`, { method, headers: { authorization: `Bearer ${key}` } }))
          .status;
      return [
        await send("GET", "/raw-events/claim"),
        await send("POST", "/raw-events"),
        await send("POST", "/evidence"),
      ];
    };
    expect(await statuses(installed, runnerApiKey)).toEqual([200, 403, 403]);
    expect(await statuses(kiket.platform, "kik_local_runner")).toEqual([200, 403, 403]);
  });
});

describe("matchers of an adapter's outcome", () => {
  const messageOf = (failing: () => void): string => {
    try {
      failing();
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error("nothing was thrown");
  };

  it("toHaveSubmitted compares a part of the result", async () => {
    const kiket = await open();
    const outcome = await kiket.run(closed(7));
    expect(outcome).toHaveSubmitted();
    expect(outcome).toHaveSubmitted({ evidence: [{ title: expect.stringMatching(/7$/) }] });
    expect(outcome).not.toHaveSubmitted({ evidence: [] });
    expect(outcome).toHaveCalled("submitRawEvent", { body: { normalized: { sourceSystem: "desk" } } });
    expect(outcome).not.toHaveCalled("createEvidence");
    expect(messageOf(() => expect(outcome).toHaveSubmitted({ sourceSystem: "git" }))).toMatch(
      /^expected the raw event ticket\.closed to have submitted with \{"sourceSystem":"git"\}\n\nsubmitted \{.*\}\ncalls:\n {2}200 claimRawEvents\n {2}201 submitRawEvent \{.*\}$/,
    );
  });

  it("say why and where the normaliser failed", async () => {
    const kiket = await open();
    const outcome = await kiket.run({ sourceEventType: "ticket.opened", payload: {} });
    expect(messageOf(() => expect(outcome).toHaveSubmitted())).toMatch(
      /^expected the raw event ticket\.opened to have submitted anything\n\nnothing was submitted\nbecause of RangeError: no normaliser for ticket\.opened\n {2}in .*test-adapter\.test\.ts:\d+:\d+\)?\ncalls:\n {2}200 claimRawEvents$/,
    );
  });

  it("need such an outcome, also with `.not`", async () => {
    expect(() => expect(Promise.resolve()).not.toHaveSubmitted()).toThrow(
      "expect() needs the outcome of a raw event, but got a promise: await run() first.",
    );
    expect(() => expect({ calls: [] }).not.toHaveSubmitted()).toThrow(
      "expect() needs the outcome of a raw event, as returned by run().",
    );
    const kiket = await open();
    const outcome = await kiket.run(closed(7));
    expect(() => expect(outcome).toBeAllowed()).toThrow("expect() needs the outcome of a delivery");
  });
});
