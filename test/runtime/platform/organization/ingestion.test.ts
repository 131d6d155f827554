import { beforeEach, describe, expect, it } from "vitest";
import { openPlatform } from "../../../support/open-kiket.js";
import { connectWithKey, now, organization, time } from "../client.js";

const other = "00000000-0000-4000-8000-0000000000b2";
const mapping = { defaultEventType: "approval.recorded", fields: { caseId: "case" } };
const platform = await openPlatform({
  now,
  apiKeys: [{ key: "kik_local" }, { key: "kik_other", organizationId: other }],
  seed: {
    ingestionContract: { version: "1" },
    eventSources: [
      {
        sourceKey: "desk-1",
        sourceSystem: "webhook",
        workspaceId: "ws_1",
        configuration: { webhookSecret: "s3cret", mapping },
      },
    ],
  },
});
const call = connectWithKey(platform);
const stranger = connectWithKey(platform, "kik_other", other);
beforeEach(() => platform.reset());

/** The platform's time, which tests move ahead. */
const current = () => new Date(platform.clock.now()).toISOString().replace(".000Z", "Z");
const rawEvent = {
  sourceSystem: "desk",
  sourceEventType: "ticket.closed",
  idempotencyKey: "desk:7:closed",
  payload: { ticket: 7 },
};
const normalized = {
  organizationId: organization,
  eventType: "evidence.observed",
  sourceSystem: "desk",
  actor: {},
  subject: {},
  occurredAt: time,
  correlationIds: [],
  attributes: {},
  dedupeKey: "desk:ticket:7:closed",
  evidence: [{ evidenceType: "ticket", title: "T-7", capturedAt: time, payload: {}, dedupeKey: "desk:evidence:7" }],
  intents: [],
};
const create = async (idempotencyKey = rawEvent.idempotencyKey) => {
  const { body } = await call("POST", "/raw-events", { body: { ...rawEvent, idempotencyKey } });
  return (body as { rawEvent: { id: string } }).rawEvent.id;
};
const claimed = async (query = "", from = call) => {
  const { body } = await from("GET", `/raw-events/claim${query}`);
  return (body as { data: { id: string }[] }).data.map(({ id }) => id);
};
const submit = (id: string, changes: object = {}) =>
  call("POST", `/raw-events/${id}/submit`, { body: { normalized: { ...normalized, ...changes } } });

describe("raw events", () => {
  it("N9: are stored once for an idempotency key", async () => {
    const first = await call("POST", "/raw-events", { body: { ...rawEvent, workspaceId: "ws_1" } });
    const stored = {
      id: expect.any(String),
      organizationId: organization,
      workspaceId: "ws_1",
      idempotencyKey: "desk:7:closed",
      sourceEventType: "ticket.closed",
      receivedAt: current(),
      payload: { ticket: 7 },
      metadata: { deliveryId: expect.any(String) },
    };
    expect([first.status, first.body]).toEqual([201, { rawEvent: stored, duplicate: false }]);
    const again = await call("POST", "/raw-events", { body: { ...rawEvent, payload: { ticket: 8 } } });
    expect([again.status, again.body]).toEqual([200, { rawEvent: stored, duplicate: true }]);
    expect((await call("GET", "/raw-events/claim")).body).toEqual({ data: [stored] });
  });

  it("of two organizations with one idempotency key are two", async () => {
    await create();
    const { body } = await stranger("POST", "/raw-events", { body: rawEvent });
    expect(body).toMatchObject({ duplicate: false, rawEvent: { organizationId: other } });
  });

  it.each([["sourceSystem"], ["sourceEventType"], ["idempotencyKey"], ["payload"]])("need %s", async (name) => {
    const { status, body } = await call("POST", "/raw-events", { body: { ...rawEvent, [name]: undefined } });
    expect([status, body]).toEqual([
      422,
      { error: "The request is not valid", details: [{ field: `body.${name}`, message: "is required" }] },
    ]);
  });

  it("may have members that no source shows", async () => {
    const { status } = await call("POST", "/raw-events", { body: { ...rawEvent, priority: 3 } });
    expect(status).toBe(201);
  });

  it("cannot take the place of another one", async () => {
    const id = await create();
    const given = { id, organizationId: organization, receivedAt: "1999-01-01T00:00:00Z" };
    const { body } = await stranger("POST", "/raw-events", { body: { ...rawEvent, ...given } });
    expect(body).toMatchObject({ rawEvent: { organizationId: other, receivedAt: current() } });
    expect(body).not.toMatchObject({ rawEvent: { id } });
    expect(await claimed()).toEqual([id]);
  });

  it.each([["__proto__"], ["constructor"], ["toString"], ["\u0000"], ["🦊".repeat(200)]])(
    "have any keys, such as %j",
    async (key) => {
      const body = `{"sourceSystem":"desk","sourceEventType":${JSON.stringify(key)},"idempotencyKey":${JSON.stringify(key)},"payload":{"__proto__":{"polluted":true}}}`;
      expect((await call("POST", "/raw-events", { body })).body).toMatchObject({ duplicate: false });
      expect((await call("POST", "/raw-events", { body })).body).toMatchObject({ duplicate: true });
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    },
  );

  it("can be processed, with nothing said of the answer", async () => {
    const id = await create();
    const { status, body } = await call("POST", `/raw-events/${id}/process`);
    expect([status, body]).toEqual([200, { rawEventId: id }]);
    expect(await claimed()).toEqual([id]);
    expect((await call("POST", "/raw-events/none/process")).status).toBe(404);
  });
});

describe("claims", () => {
  it("lease the oldest events, and nobody gets them again until the lease ends on the platform's clock", async () => {
    const ids = [await create("1"), await create("2"), await create("3")];
    expect(await claimed("?limit=2&leaseSeconds=90")).toEqual(ids.slice(0, 2));
    expect(await claimed("?limit=2&leaseSeconds=1")).toEqual(ids.slice(2));
    expect(await claimed()).toEqual([]);
    platform.clock.advance(1000);
    expect(await claimed()).toEqual(ids.slice(2));
    platform.clock.advance(88_999);
    expect(await claimed()).toEqual(ids.slice(2));
    platform.clock.advance(1);
    expect(await claimed()).toEqual(ids.slice(0, 2));
  });

  it("get no event of another organization, which cannot be found by its id either", async () => {
    const id = await create();
    expect(await claimed("", stranger)).toEqual([]);
    const body = { normalized };
    expect((await stranger("POST", `/raw-events/${id}/submit`, { body })).status).toBe(404);
    expect((await stranger("POST", `/raw-events/${id}/process`)).status).toBe(404);
    expect(await claimed()).toEqual([id]);
  });

  it("can be repeated once the lease is released", async () => {
    const { id } = platform.ingest({ payload: {} }).rawEvent;
    expect(await claimed("?limit=1&leaseSeconds=90")).toEqual([id]);
    expect(await claimed("?limit=1&leaseSeconds=90")).toEqual([]);
    platform.release(id);
    platform.release("unknown");
    expect(await claimed("?limit=1&leaseSeconds=90")).toEqual([id]);
  });

  it("whose answer is lost lease the events nevertheless", async () => {
    const id = await create();
    platform.faults.inject({ fault: "error", operations: "claimRawEvents", performed: true, times: 1 });
    expect((await call("GET", "/raw-events/claim?leaseSeconds=60")).status).toBe(500);
    expect(await claimed()).toEqual([]);
    platform.clock.advance(60_000);
    expect(await claimed()).toEqual([id]);
  });

  it.each([["limit=0"], ["limit=many"], ["leaseSeconds=-1"], ["lease=60"], ["limit=1&limit=2"]])(
    "refuse %s, and lease nothing",
    async (query) => {
      const id = await create();
      expect((await call("GET", `/raw-events/claim?${query}`)).status).toBe(422);
      expect(await claimed()).toEqual([id]);
    },
  );
});

describe("submissions", () => {
  it("N9: get a receipt, and the second one says that it is a duplicate", async () => {
    const id = await create();
    await claimed();
    const first = await submit(id);
    const receipt = { rawEventId: id, operationalEventId: expect.any(String), evidenceCount: 1, duplicate: false };
    expect([first.status, first.body]).toEqual([201, receipt]);
    const second = await submit(id, { dedupeKey: "another", evidence: [] });
    expect([second.status, second.body]).toEqual([200, { ...(first.body as object), duplicate: true }]);
    platform.clock.advance(3_600_000);
    expect(await claimed()).toEqual([]);
  });

  it("with one dedupe key are one event", async () => {
    const [first, second] = [await create("1"), await create("2")];
    const { body } = await submit(first);
    const { operationalEventId } = body as { operationalEventId: string };
    expect((await submit(second)).body).toEqual({
      rawEventId: second,
      operationalEventId,
      evidenceCount: 1,
      duplicate: true,
    });
    expect(await claimed()).toEqual([]);
  });

  it("are accepted without a claim, and after the lease of it", async () => {
    const id = await create();
    await claimed("?leaseSeconds=1");
    platform.clock.advance(5000);
    expect(await claimed()).toEqual([id]);
    expect((await submit(id)).status).toBe(201);
    expect((await submit(await create("unclaimed"), { dedupeKey: "b" })).status).toBe(201);
  });

  it("refuse what is not normalised, and the event can be claimed again", async () => {
    const id = await create();
    const { status, body } = await call("POST", `/raw-events/${id}/submit`, {
      body: { normalized: { ...normalized, occurredAt: "yesterday", evidence: [{}] } },
    });
    const details = (body as { details: { field: string }[] }).details.map(({ field }) => field);
    expect(status).toBe(422);
    expect(details).toContain("body.normalized.occurredAt");
    expect(details).toContain("body.normalized.evidence.0.dedupeKey");
    expect(await claimed()).toEqual([id]);
    expect((await call("POST", "/raw-events/none/submit", { body: { normalized } })).status).toBe(404);
  });
});

describe("evidence", () => {
  const body = { evidenceType: "ticket", title: "T-7", sourceSystem: "desk", dedupeKey: "desk:evidence:7" };

  it("N9: is stored once for a dedupe key of an organization", async () => {
    const first = await call("POST", "/evidence", { body });
    expect([first.status, first.body]).toEqual([
      201,
      { ...body, id: expect.any(String), organizationId: organization },
    ]);
    expect(await call("POST", "/evidence", { body: { ...body, title: "other" } })).toMatchObject({
      status: 200,
      body: first.body as object,
    });
    expect((await stranger("POST", "/evidence", { body })).status).toBe(201);
  });
});

describe("ingest", () => {
  it("stores a webhook of a third party, which is `inbound` unless it says more", async () => {
    const { rawEvent: stored, duplicate } = platform.ingest({ payload: { a: 1 } });
    expect([stored, duplicate]).toEqual([
      {
        id: expect.any(String),
        organizationId: organization,
        idempotencyKey: expect.any(String),
        sourceEventType: "inbound",
        receivedAt: current(),
        payload: { a: 1 },
        metadata: { deliveryId: expect.any(String) },
      },
      false,
    ]);
    expect((await call("GET", "/raw-events/claim")).body).toEqual({ data: [stored] });
    expect(platform.ingest({ payload: {}, idempotencyKey: stored.idempotencyKey })).toEqual({
      rawEvent: stored,
      duplicate: true,
    });
  });

  it("N9: adds workspace and mapping of the event source, without its secret", async () => {
    platform.ingest({ eventSource: "desk-1", payload: { case: "case_1" } });
    const { body } = await call("GET", "/raw-events/claim");
    expect(body).toMatchObject({ data: [{ workspaceId: "ws_1", metadata: { webhookMapping: mapping } }] });
    expect(JSON.stringify(body)).not.toContain("s3cret");
  });

  it("knows the event sources that calls have created, and no others", async () => {
    const body = {
      workspaceId: "ws_2",
      sourceKey: "git-1",
      sourceSystem: "github",
      configuration: { webhookSecret: "s3cret", signingSecret: "s3cret", mapping },
    };
    const { status, body: answer } = await call("POST", "/event-sources", { body });
    expect(status).toBe(201);
    expect(answer).toEqual({
      ...body,
      configuration: { mapping },
      id: expect.any(String),
      organizationId: organization,
    });
    expect(platform.ingest({ eventSource: "git-1", payload: {} }).rawEvent.workspaceId).toBe("ws_2");
    expect(() => platform.ingest({ eventSource: "git-2", payload: {} })).toThrow(
      new RangeError('Unknown event source "git-2": add it to seed.eventSources, or create it with createEventSource.'),
    );
    expect(() => platform.ingest({ eventSource: "git-1", organizationId: other, payload: {} })).toThrow(RangeError);
  });

  it("does not let an event take the place of another one", () => {
    platform.ingest({ id: "raw_x", payload: { n: 1 } });
    expect(() => platform.ingest({ id: "raw_x", payload: { n: 2 } })).toThrow(
      new RangeError('Two raw events have the id "raw_x": give each its own, or none.'),
    );
  });

  it("gives the same ids after a reset, and forgets what came", async () => {
    const { rawEvent: before } = platform.ingest({ payload: {} });
    platform.reset();
    expect(await claimed()).toEqual([]);
    expect(platform.ingest({ payload: {} }).rawEvent).toEqual(before);
    expect(before.id).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  });
});

describe("an organization", () => {
  it("N9: installs an extension, whose runner's key can claim and submit, and nothing else", async () => {
    const body = { extensionKey: "desk", displayName: "Desk", version: "1.0.0", configuration: {} };
    const { status, body: answer } = await call("POST", "/extensions", { body });
    const { runnerApiKey } = answer as { runnerApiKey: string };
    expect([status, runnerApiKey]).toEqual([201, expect.stringMatching(/^kik_/)]);
    const runner = connectWithKey(platform, runnerApiKey);
    const id = await create();
    expect((await runner("GET", "/raw-events/claim")).status).toBe(200);
    expect((await runner("POST", `/raw-events/${id}/submit`, { body: { normalized } })).status).toBe(201);
    expect((await runner("POST", "/raw-events", { body: rawEvent })).status).toBe(403);
    platform.reset();
    expect((await runner("GET", "/raw-events/claim")).status).toBe(401);
  });

  it("N9: stores credentials, and shows nothing of them", async () => {
    const { status, body } = await call("POST", "/credentials", { body: { name: "desk", value: "s3cret" } });
    expect([status, body]).toEqual([201, { id: expect.any(String), organizationId: organization }]);
  });

  it("has a contract, whose shape no source shows", async () => {
    expect(await call("GET", "/extension-ingestion/contract")).toMatchObject({ status: 200, body: { version: "1" } });
  });
});
