import { describe, expect, it } from "vitest";
import type { StageClock } from "../../../runtime/base/active-delivery.js";
import { joinNormalizers } from "../../../runtime/codegen.js";
import { runNormalizer } from "../../../runtime/ingestion/claim-loop.js";
import type { NormalizedEvent, RawEvent } from "../../../runtime/ingestion/types.js";
import { createStageClock } from "../../../runtime/telemetry/stage-clock.js";

function rawEvent(id: string): RawEvent {
  return {
    id,
    organizationId: "org",
    idempotencyKey: id,
    sourceEventType: "seen",
    receivedAt: "2026-01-01T00:00:00Z",
    payload: {},
  };
}

const normalize = (event: RawEvent) => ({ dedupeKey: event.id }) as NormalizedEvent;

/** Runs until all given claims are used. A claim that is an error or a text is thrown. */
async function run(
  claims: readonly (readonly RawEvent[] | Error | string)[],
  broken: ReadonlySet<string> = new Set(),
  convert: (event: RawEvent) => NormalizedEvent = normalize,
) {
  const ending = new AbortController();
  const submitted: string[] = [];
  const logged: unknown[] = [];
  const pauses: number[] = [];
  const left = [...claims];
  await runNormalizer({
    client: {
      claimRawEvents: async () => {
        const next = left.shift();
        if (left.length === 0) ending.abort();
        if (next instanceof Error || typeof next === "string") throw next;
        return [...(next ?? [])];
      },
      submitRawEvent: async (id) => {
        if (broken.has(id)) throw new Error("refused");
        submitted.push(id);
        return { rawEventId: id, evidenceCount: 0, duplicate: false };
      },
    },
    normalize: convert,
    logger: {
      info: () => {},
      warn: () => {},
      error: (message, fields) => logged.push([message, fields]),
    },
    signal: ending.signal,
    sleep: async (milliseconds) => {
      pauses.push(milliseconds);
    },
  });
  return { submitted, logged, pauses };
}

describe("runNormalizer", () => {
  it("says where the time of an event went, if it is asked for", async () => {
    const lines = async (stageClock: () => StageClock | undefined) => {
      const ending = new AbortController();
      const logged: object[] = [];
      await runNormalizer({
        client: {
          claimRawEvents: async () => {
            ending.abort();
            return [rawEvent("a"), rawEvent("bad")];
          },
          submitRawEvent: async (id) => ({ rawEventId: id, evidenceCount: 0, duplicate: false }),
        },
        normalize(event) {
          if (event.id === "bad") throw new Error("no");
          return normalize(event);
        },
        logger: {
          info: (_, fields = {}) => logged.push(fields),
          warn: () => {},
          error: (_, fields = {}) => logged.push(fields),
        },
        signal: ending.signal,
        stageClock,
      });
      return logged as { readonly stages?: readonly { readonly name: string }[] }[];
    };
    const named = (await lines(createStageClock)).map(({ stages }) => stages?.map(({ name }) => name));
    expect(named).toEqual([["normalize", "submit"], ["normalize"]]);
    expect((await lines(() => undefined)).map((fields) => "stages" in fields)).toEqual([false, false]);
  });

  it("submits what it claims, and pauses only if there are no events", async () => {
    const done = await run([[rawEvent("a"), rawEvent("b")], [], [rawEvent("c")], []]);
    expect(done).toEqual({ submitted: ["a", "b", "c"], logged: [], pauses: [5000] });
  });

  it("logs an event that fails, and continues with the next", async () => {
    const { submitted, logged } = await run([[rawEvent("a"), rawEvent("b")], [], []], new Set(["a"]));
    expect(submitted).toEqual(["b"]);
    expect(logged).toEqual([
      [
        "raw event failed; it can be claimed again when its lease ends",
        { id: "a", sourceEventType: "seen", reason: "refused" },
      ],
    ]);
  });

  it.each([new Error("down"), "down"])("continues after a claim that fails with %j", async (failure) => {
    const { submitted, logged, pauses } = await run([failure, [rawEvent("a")], [], []]);
    expect(submitted).toEqual(["a"]);
    expect(logged).toEqual([["raw events could not be claimed", { reason: "down" }]]);
    expect(pauses).toEqual([5000, 5000]);
  });

  it("keeps an event of an undeclared type: it is not submitted, and its lease ends", async () => {
    const washed = { ...rawEvent("b"), sourceEventType: "washed" };
    const join = joinNormalizers([{ type: "seen", normalize }]);
    const { submitted, logged } = await run([[rawEvent("a"), washed, rawEvent("c")], []], new Set(), join);
    expect(submitted).toEqual(["a", "c"]);
    expect(logged).toEqual([
      [
        "raw event failed; it can be claimed again when its lease ends",
        {
          id: "b",
          sourceEventType: "washed",
          reason: expect.stringContaining('No normalizer for events of type "washed"'),
        },
      ],
    ]);
  });

  it("logs what a claim contains beside events, and continues", async () => {
    const odd = [null, "text", 7] as unknown as RawEvent[];
    const { submitted, logged } = await run(
      [[...odd, rawEvent("a")], []],
      new Set(),
      joinNormalizers([{ type: "seen", normalize }]),
    );
    expect(submitted).toEqual(["a"]);
    expect(logged).toHaveLength(3);
  });

  it("pauses after a claim of which nothing could be submitted, so that Kiket is not called without end", async () => {
    const nothing = [null] as unknown as RawEvent[];
    const { submitted, pauses } = await run(
      [[rawEvent("a")], nothing, [rawEvent("a"), rawEvent("b")], []],
      new Set(["a"]),
    );
    expect([submitted, pauses]).toEqual([["b"], [5000, 5000]]);
  });

  it.each([
    ["resolves", async (event: RawEvent) => normalize(event)],
    ["rejects", async () => Promise.reject(new Error("later"))],
  ])("refuses the promise of an asynchronous normaliser that %s, and goes on", async (_, convert) => {
    const { submitted, logged } = await run([[rawEvent("a")], []], new Set(), convert as unknown as typeof normalize);
    expect(submitted).toEqual([]);
    expect(logged).toEqual([
      [
        "raw event failed; it can be claimed again when its lease ends",
        {
          id: "a",
          sourceEventType: "seen",
          reason: 'The normalizer of "seen" is asynchronous. It must return the event itself: remove async and await.',
        },
      ],
    ]);
  });

  it("submits all claimed events before it ends, and claims no more", async () => {
    const ending = new AbortController();
    const submitted: string[] = [];
    let claims = 0;
    await runNormalizer({
      client: {
        claimRawEvents: async () => {
          claims += 1;
          return [rawEvent("a"), rawEvent("b"), rawEvent("c")];
        },
        submitRawEvent: async (id) => {
          ending.abort();
          submitted.push(id);
          return { rawEventId: id, evidenceCount: 0, duplicate: false };
        },
      },
      normalize,
      logger: { info: () => {}, warn: () => {}, error: () => {} },
      signal: ending.signal,
    });
    expect([submitted, claims]).toEqual([["a", "b", "c"], 1]);
  });
});
