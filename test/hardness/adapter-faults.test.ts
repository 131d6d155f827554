import fc from "fast-check";
import { expect, test } from "vitest";
import { createIngestionClient, type RawEvent } from "../../runtime/index.js";
import { createTestAdapter, type Fault } from "../../runtime/testing.js";

const operations = fc.constantFrom("claimRawEvents" as const, "submitRawEvent" as const);
const times = fc.integer({ min: 1, max: 4 });
const performed = fc.boolean();
const faults: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ fault: fc.constant("drop" as const), operations, times, performed }),
  fc.record({
    fault: fc.constant("error" as const),
    status: fc.constantFrom(400, 404, 409, 422, 500, 503),
    operations,
    times,
    performed,
  }),
  fc.record({
    fault: fc.constant("rate-limit" as const),
    retryAfter: fc.constantFrom(0, 1, 9, 3600),
    operations,
    times,
  }),
  fc.record({
    fault: fc.constant("response" as const),
    status: fc.constantFrom(200, 201),
    body: fc.constantFrom({}, [], "gone", { data: null }, { data: [] }),
    operations,
    times,
    performed,
  }),
);

/** Members that do not matter here. */
const rest = {
  organizationId: "00000000-0000-4000-8000-000000000001",
  sourceEventType: "inbound",
  receivedAt: "2026-06-01T08:00:00Z",
};

function normalize({ id, organizationId, idempotencyKey, receivedAt, payload }: RawEvent) {
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
    evidence: [],
    intents: [],
  };
}

test("no fault of Kiket loses a raw event, or makes two of one", async () => {
  const tickets = [0, 1, 2, 3, 4, 5];
  const rawEvents = tickets.map((ticket) => ({
    id: `raw_${ticket}`,
    idempotencyKey: `k${ticket}`,
    payload: { ticket },
  }));
  const kiket = await createTestAdapter(normalize, {
    platform: { seed: { rawEvents }, apiKeys: [{ key: "kik_check" }] },
  });
  const check = createIngestionClient({
    apiKey: "kik_check",
    organizationId: rest.organizationId,
    baseUrl: kiket.platform.baseUrl,
  });
  let failed = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(faults, { maxLength: 6 }), async (injected) => {
      kiket.reset();
      for (const fault of injected) kiket.platform.faults.inject(fault);
      // In each round the leases of the round before have ended.
      for (let round = 0; round < 30; round += 1) {
        await kiket.runAll().catch(() => {
          failed += 1;
        });
        kiket.platform.clock.advance(60_000);
      }
      // Faults may be left over, since a submission that failed may have been performed.
      kiket.platform.faults.clear();
      expect(await check.claimRawEvents()).toEqual([]);
      // Kiket has each of them once: it takes another submission for a repeated one.
      const receipts = await Promise.all(
        rawEvents.map(({ id, ...event }) => check.submitRawEvent(id, normalize({ ...event, ...rest, id }))),
      );
      expect(receipts.map(({ duplicate }) => duplicate)).toEqual(tickets.map(() => true));
      expect(new Set(receipts.map(({ operationalEventId }) => operationalEventId)).size).toBe(tickets.length);
    }),
    { numRuns: 20 },
  );
  await kiket.close();
  expect(failed).toBeGreaterThan(0);
});
