import { describe, expect, it } from "vitest";
import type { DevKiket, DevProject } from "../../../runtime/dev.js";
import { createIngestionClient, type NormalizedEvent, type RawEvent } from "../../../runtime/index.js";
import { runNormalizer } from "../../../runtime/ingestion/claim-loop.js";
import { stageClocksOf } from "../../../runtime/telemetry/stage-clock.js";
import { closeAfterwards } from "../../support/open-kiket.js";
import { createMemoryStorage, openKiketOf } from "./project.js";

const adapter: DevProject = {
  kind: "adapter",
  name: "harbour",
  events: [{ name: "boat.arrived", version: "v1", confidence: "none", sample: { boat: "Ingrid" } }],
  scopes: [],
  secrets: [],
  sourceSystem: "harbour",
  seed: {},
};

const normalized: NormalizedEvent = {
  organizationId: "",
  eventType: "boat.arrived",
  sourceSystem: "harbour",
  actor: {},
  subject: {},
  occurredAt: "2026-06-01T08:00:00Z",
  correlationIds: [],
  attributes: {},
  dedupeKey: "1",
  evidence: [],
  intents: [],
};

/** The adapter as the loop runs it: its lines go to the local Kiket. */
function startAdapter({ environment, logged }: DevKiket, normalize: (rawEvent: RawEvent) => NormalizedEvent) {
  const write = (level: string) => (message: string, fields?: object) =>
    logged("stdout", JSON.stringify({ level, time: new Date().toISOString(), message, ...fields }));
  const ending = new AbortController();
  const ended = runNormalizer({
    client: createIngestionClient({
      apiKey: environment.KIKET_EXTENSION_RUNNER_API_KEY ?? "",
      organizationId: environment.KIKET_ORGANIZATION_ID ?? "",
      baseUrl: environment.KIKET_PLATFORM_BASE_URL ?? "",
    }),
    normalize,
    logger: { info: write("info"), warn: write("warn"), error: write("error") },
    signal: ending.signal,
    pause: 5,
    leaseSeconds: 60,
    stageClock: stageClocksOf(environment),
  });
  const stop = async () => {
    ending.abort();
    await ended;
  };
  closeAfterwards(stop);
  return stop;
}

describe("a raw event of an adapter", () => {
  it("waits until it is claimed, and is delivered when it is submitted", async () => {
    const kiket = await openKiketOf({ project: adapter });
    const sent = kiket.send({ event: "boat.arrived", set: { boat: "Asta" } });
    await expect.poll(() => kiket.deliveries().map(({ state }) => state)).toEqual(["waiting"]);
    kiket.serveAt({ url: "", build: 4 });
    startAdapter(kiket, ({ id, organizationId, payload }) => ({
      ...normalized,
      organizationId,
      dedupeKey: id,
      attributes: payload,
    }));
    const record = await sent;
    expect([record.state, record.event, record.attempts.length]).toEqual(["delivered", "boat.arrived", 1]);
    const [attempt] = record.attempts;
    expect(attempt).toMatchObject({ number: 1, build: 4, request: { method: "GET" }, reply: { status: 201 } });
    expect(JSON.parse(attempt?.request.body ?? "")).toEqual({
      id: record.id,
      sourceEventType: "boat.arrived",
      payload: { boat: "Asta" },
    });
    expect(JSON.parse(attempt?.reply?.body ?? "")).toMatchObject({
      eventType: "boat.arrived",
      attributes: { boat: "Asta" },
    });
    expect(attempt?.calls.map(({ operationId, status }) => `${operationId} ${status}`)).toEqual([
      "claimRawEvents 200",
      "submitRawEvent 201",
    ]);
    await expect
      .poll(() => kiket.delivery(record.id)?.attempts[0]?.logs.map(({ message }) => message))
      .toEqual(["raw event submitted"]);
    const stages = kiket.delivery(record.id)?.attempts[0]?.stages;
    expect(stages?.map(({ name }) => name)).toEqual(["normalize", "submit"]);
  });

  it("that fails is offered again before its lease of a minute ends, and then delivered", async () => {
    const kiket = await openKiketOf({ project: adapter });
    let runs = 0;
    startAdapter(kiket, ({ id, organizationId }) => {
      runs += 1;
      if (runs === 1) throw new Error("no such berth");
      return { ...normalized, organizationId, dedupeKey: id };
    });
    const first = await kiket.send({ event: "boat.arrived" });
    expect([first.state, first.next?.schedule, first.attempts[0]?.error]).toEqual([
      "retrying",
      60_000,
      "no such berth",
    ]);
    expect(first.attempts[0]?.logs.map(({ level }) => level)).toEqual(["error"]);
    expect(first.attempts[0]?.logs[0]?.fields.cause).toMatchObject({
      message: "no such berth",
      stack: expect.stringContaining("adapter.test.ts"),
    });
    await expect.poll(() => kiket.delivery(first.id)?.state, { timeout: 4000 }).toBe("delivered");
    expect(kiket.delivery(first.id)?.attempts.length).toBe(2);
  });

  it("whose lease ends without a word is to be claimed again", async () => {
    const kiket = await openKiketOf({ project: adapter });
    const sent = kiket.send({ event: "boat.arrived" });
    const url = `${kiket.kiket}/api/v1/platform/raw-events/claim?leaseSeconds=1`;
    const headers = { authorization: `Bearer ${kiket.environment.KIKET_EXTENSION_RUNNER_API_KEY}` };
    expect((await fetch(url, { headers })).status).toBe(200);
    const record = await sent;
    expect([record.state, record.attempts[0]?.error]).toEqual(["retrying", "the lease ended without a submission"]);
  });

  it("that the program before had claimed is for the next one, also if the other submits it late", async () => {
    const kiket = await openKiketOf({ project: adapter });
    kiket.serveAt({ url: "", build: 1 });
    const sent = kiket.send({ event: "boat.arrived" });
    const url = `${kiket.kiket}/api/v1/platform/raw-events`;
    const headers = {
      authorization: `Bearer ${kiket.environment.KIKET_EXTENSION_RUNNER_API_KEY}`,
      "content-type": "application/json",
    };
    expect((await fetch(`${url}/claim`, { headers })).status).toBe(200);
    kiket.serveAt(undefined);
    kiket.serveAt({ url: "", build: 2 });
    const { id, state, attempts } = await sent;
    expect([state, attempts[0]?.error]).toEqual(["retrying", "the program ended before it submitted the event"]);
    const body = JSON.stringify({
      normalized: { ...normalized, organizationId: kiket.environment.KIKET_ORGANIZATION_ID },
    });
    expect((await fetch(`${url}/${id}/submit`, { method: "POST", headers, body })).status).toBe(201);
    expect(kiket.delivery(id)?.state).toBe("delivered");
  });

  it("is of any type and form where the adapter declares none", async () => {
    const kiket = await openKiketOf({ project: { ...adapter, events: [] } });
    startAdapter(kiket, ({ id, organizationId, sourceEventType }) => ({
      ...normalized,
      ...{ organizationId, dedupeKey: id, eventType: sourceEventType },
    }));
    const { state, event, payload, attempts } = await kiket.send({ event: "crane.moved", set: { "crane.id": 7 } });
    expect([state, event, payload]).toEqual(["delivered", "crane.moved", { crane: { id: 7 } }]);
    expect(attempts[0]?.reply?.body).toContain('"eventType":"crane.moved"');
  });

  async function claim({ kiket, environment }: DevKiket) {
    const headers = { authorization: `Bearer ${environment.KIKET_EXTENSION_RUNNER_API_KEY}` };
    expect((await fetch(`${kiket}/api/v1/platform/raw-events/claim`, { headers })).status).toBe(200);
  }

  it("that a program claims before it is known to run is its own", async () => {
    const kiket = await openKiketOf({ project: adapter });
    kiket.serveAt({ url: "", build: 1 });
    kiket.serveAt(undefined);
    kiket.send({ event: "boat.arrived" }).catch(() => undefined);
    await claim(kiket);
    kiket.serveAt({ url: "", build: 2 });
    expect(kiket.deliveries()).toMatchObject([{ state: "running", attempts: 1, build: 2 }]);
  });

  it.each([
    ["ends", ({ built }: DevKiket) => built({ number: 2, at: 0, reason: "a change", error: "it threw" })],
    ["is replaced", ({ serveAt }: DevKiket) => serveAt(undefined)],
  ])("that was claimed by a program that %s before it runs is to be claimed again", async (_what, end) => {
    const kiket = await openKiketOf({ project: adapter });
    const sent = kiket.send({ event: "boat.arrived" });
    await claim(kiket);
    end(kiket);
    expect(await sent).toMatchObject({
      state: "retrying",
      attempts: [{ error: "the program ended before it submitted the event" }],
    });
  });

  it.each([
    ["waits", 0],
    ["is claimed", 1],
  ])("is kept between runs while it %s", async (_what, attempts) => {
    const storage = createMemoryStorage();
    const first = await openKiketOf({ project: adapter, storage });
    first.send({ event: "boat.arrived" }).catch(() => undefined);
    const headers = { authorization: `Bearer ${first.environment.KIKET_EXTENSION_RUNNER_API_KEY}` };
    if (attempts > 0) await fetch(`${first.kiket}/api/v1/platform/raw-events/claim`, { headers });
    expect(first.deliveries()[0]?.attempts).toBe(attempts);
    await first.close();
    const second = await openKiketOf({ project: adapter, storage });
    startAdapter(second, ({ id, organizationId }) => ({ ...normalized, organizationId, dedupeKey: id }));
    await expect
      .poll(() => second.deliveries().map((one) => [one.state, one.attempts]))
      .toEqual([["delivered", attempts + 1]]);
  });
});
