import { describe, expect, it } from "vitest";
import type { DeliveryRecord, DevChange } from "../../../runtime/dev.js";
import { allow, createMemoryStore, deny } from "../../../runtime/index.js";
import { deferred } from "../../support/deferred.js";
import { openKiketOf, startProgram } from "./project.js";

describe("a delivery", () => {
  it("is signed and sent as in production, and recorded with verdict, claims, calls and lines", async () => {
    const kiket = await openKiketOf();
    const program = await startProgram(kiket, async (payload, { endpoints, log, secret }) => {
      await endpoints.customData(1).create("com.example.boats", "boats", { name: payload.boat.name });
      log.info("docked", { token: secret("API_TOKEN") });
      return allow({ message: "welcome" });
    });
    kiket.serveAt({ url: program.url, build: 3 });
    const { attempts, ...record } = await kiket.send({ event: "boat.docked" });
    expect(record).toEqual({
      id: expect.stringMatching(/^dlv_/),
      event: "boat.docked",
      version: "v1",
      origin: "trigger",
      state: "delivered",
      createdAt: expect.any(Number),
      payload: { boat: { name: "Ingrid", decks: [1, 2] } },
    });
    const [attempt] = attempts;
    expect(attempts).toHaveLength(1);
    expect(attempt).toMatchObject({ number: 1, build: 3, verdict: "allow", reply: { status: 200 } });
    expect(attempt?.request).toMatchObject({
      method: "POST",
      url: `${program.url}/v/v1/webhooks/boat.docked`,
      headers: { "x-kiket-delivery": record.id, "content-type": "application/json" },
      claims: { iss: "kiket.dev", scopes: ["custom_data:write"] },
    });
    expect(JSON.parse(attempt?.request.body ?? "")).toMatchObject({
      boat: { name: "Ingrid" },
      event: "boat.docked",
      secrets: { API_TOKEN: "from the store" },
      api: { base_url: kiket.kiket },
    });
    expect(attempt?.calls.map(({ operationId, status }) => `${operationId} ${status}`)).toEqual([
      "createCustomDataRecord 201",
    ]);
    expect(attempt?.logs.map(({ level, message, fields }) => [level, message, fields.token])).toEqual([
      ["info", "docked", "[redacted]"],
      ["info", "A delivery was handled", undefined],
    ]);
  });

  it("tells where the time of the extension went, and no field of a line says it again", async () => {
    const kiket = await openKiketOf();
    const program = await startProgram(kiket, async ({ boat }, { endpoints }) => {
      await endpoints.customData(1).create("com.example.boats", "boats", { name: boat.name });
      return allow();
    });
    kiket.serveAt({ url: program.url, build: 1 });
    const { attempts } = await kiket.send({ event: "boat.docked" });
    const [{ stages = [], calls = [], logs = [], at = 0, ms = 0 } = {}] = attempts;
    expect(stages.map(({ name }) => name)).toEqual(["body", "verify", "route", "begin", "handler", "reply", "finish"]);
    for (const stage of stages) {
      expect(stage.at).toBeGreaterThan(at - 2);
      expect(stage.at + stage.ms).toBeLessThan(at + ms + 2);
    }
    const handler = stages.find(({ name }) => name === "handler");
    expect(calls[0]?.at).toBeGreaterThan((handler?.at ?? Number.POSITIVE_INFINITY) - 2);
    expect(logs.map(({ fields }) => Object.keys(fields))).not.toContainEqual(expect.arrayContaining(["stages"]));
  });

  it("whose handler ends after its timeout says no more of where the time of the next attempt went", async () => {
    const kiket = await openKiketOf({ compression: 300 });
    const [late, next] = [deferred(), deferred()];
    let runs = 0;
    const handle = async () => {
      runs += 1;
      await (runs === 1 ? late : next).promise;
      return allow();
    };
    const limits = { handlerMs: 60 };
    const program = await startProgram(kiket, handle, { limits, deliveryStore: createMemoryStore() });
    kiket.serveAt({ url: program.url, build: 1 });
    const { id, attempts } = await kiket.send({ event: "boat.docked" });
    expect(attempts[0]?.stages?.map(({ name }) => name)).toEqual(["body", "verify", "route", "begin", "handler"]);
    late.resolve();
    await expect
      .poll(() => kiket.delivery(id)?.attempts.flatMap(({ logs }) => logs.map(({ message }) => message)))
      .toContainEqual("A handler has finished after its timeout");
    await expect.poll(() => kiket.delivery(id)?.state).toBe("delivered");
    const names = () =>
      kiket
        .delivery(id)
        ?.attempts.at(-1)
        ?.stages?.map(({ name }) => name);
    await expect.poll(names).toEqual(["body", "verify", "route", "begin"]);
    next.resolve();
  });

  it("that runs tells that there is more of it, as often as ten times a second", async () => {
    const changes: DevChange[] = [];
    const kiket = await openKiketOf({ onChange: (change) => changes.push(change) });
    const hold = deferred();
    const program = await startProgram(kiket, async ({ boat }, { endpoints }) => {
      for (const name of [boat.name, "Asta", "Olga"]) {
        await endpoints.customData(1).create("com.example.boats", "boats", { name });
      }
      await hold.promise;
      return allow();
    });
    kiket.serveAt({ url: program.url, build: 1 });
    const sent = kiket.send({ event: "boat.docked" });
    await expect.poll(() => changes.filter(({ kind }) => kind === "progress").length).toBeGreaterThan(0);
    const [running] = kiket.deliveries();
    expect(running?.state).toBe("running");
    expect(changes).toContainEqual({ kind: "progress", id: running?.id });
    await expect.poll(() => kiket.delivery(running?.id ?? "")?.attempts[0]?.calls.length).toBe(3);
    hold.resolve();
    await sent;
  });

  it("that is refused is not repeated", async () => {
    const kiket = await openKiketOf();
    const program = await startProgram(kiket, () => allow());
    kiket.serveAt({ url: program.url, build: 1 });
    const record = await kiket.send({ event: "issue.created", version: "v1" });
    expect([record.state, record.attempts.length, record.attempts[0]?.reply?.status]).toEqual(["refused", 1, 404]);
    expect(record.attempts[0]?.logs.map(({ level }) => level)).toEqual(["warn"]);
  });

  it("that fails is repeated on Kiket's schedule, in a thousandth of the time, each time with its own token and build", async () => {
    const changes: DevChange[] = [];
    const kiket = await openKiketOf({ onChange: (change) => changes.push(change) });
    let calls = 0;
    const program = await startProgram(kiket, () => {
      calls += 1;
      if (calls < 3) throw new Error(`no berth ${calls}`);
      return deny({ message: "full" });
    });
    kiket.serveAt({ url: program.url, build: 1 });
    const first = await kiket.send({ event: "boat.docked" });
    expect([first.state, first.next?.schedule]).toEqual(["retrying", 30_000]);
    expect(first.attempts[0]?.reply?.status).toBe(500);
    expect(first.attempts[0]?.logs.map(({ level, message }) => `${level} ${message}`)).toEqual([
      "error A handler failed",
    ]);
    kiket.serveAt({ url: program.url, build: 2 });
    await expect.poll(() => kiket.delivery(first.id)?.state).toBe("delivered");
    await expect.poll(() => changes.filter(({ kind }) => kind === "attempt").length).toBe(3);
    const record = kiket.delivery(first.id) as DeliveryRecord;
    expect(record.attempts.map(({ number, build, reply, verdict }) => [number, build, reply?.status, verdict])).toEqual(
      [
        [1, 1, 500, undefined],
        [2, 2, 500, undefined],
        [3, 2, 200, "deny"],
      ],
    );
    expect(new Set(record.attempts.map(({ request }) => request.claims?.jti)).size).toBe(3);
    expect(record.next).toBeUndefined();
    const states = changes.flatMap((change) => (change.kind === "delivery" ? [change.delivery.state] : []));
    expect(states).toEqual(["running", "retrying", "running", "retrying", "running", "delivered"]);
  });

  it("without a reply is repeated too, and ends as failed", async () => {
    const kiket = await openKiketOf({ compression: 1e9 });
    kiket.serveAt({ url: "http://127.0.0.1:9", build: 1 });
    const { id } = await kiket.send({ event: "boat.docked" });
    await expect.poll(() => kiket.delivery(id)?.state).toBe("failed");
    const { attempts = [] } = kiket.delivery(id) ?? {};
    expect(attempts).toHaveLength(7);
    expect(attempts[6]).toMatchObject({ error: "the connection was refused: nothing listens there" });
    expect(attempts[6]?.reply).toBeUndefined();
  });

  it("is of a known event and version, else the nearest are named", async () => {
    const kiket = await openKiketOf();
    await expect(kiket.send({ event: "boat.dockd" })).rejects.toMatchObject({
      status: 404,
      message: 'The project handles no event "boat.dockd"',
      hint: "the manifest declares boat.docked, issue.created",
    });
    await expect(kiket.send({ event: "issue.created", version: "v3" })).rejects.toMatchObject({
      status: 404,
      hint: "the manifest declares v1, v2, v10",
    });
    expect(kiket.deliveries()).toEqual([]);
  });

  it("has the highest version, and the scopes, secrets and signature that are asked for", async () => {
    const kiket = await openKiketOf();
    const program = await startProgram(kiket, () => allow(), { auth: "hmac", event: "issue.created" });
    kiket.serveAt({ url: program.url, build: 1 });
    const secrets = { API_TOKEN: "mine" };
    const token = await kiket.send({ event: "issue.created", scopes: ["*"], secrets });
    expect([token.version, token.attempts[0]?.reply?.status]).toEqual(["v10", 401]);
    expect(token.attempts[0]?.request.claims).toMatchObject({ scopes: ["*"] });
    expect(JSON.parse(token.attempts[0]?.request.body ?? "")).toMatchObject({ secrets });
    const signed = await kiket.send({ event: "issue.created", version: "v1", hmac: true });
    expect([signed.state, signed.attempts[0]?.request.claims]).toEqual(["delivered", undefined]);
    expect(signed.attempts[0]?.request.headers["x-kiket-signature"]).toBe("[redacted]");
  });

  it("that cannot be signed is refused, and leaves nothing", async () => {
    const kiket = await openKiketOf();
    kiket.serveAt({ url: "http://127.0.0.1:9", build: 1 });
    const recording = { event: "boat.docked", headers: { "not a name": "x" }, body: { boat: {} } };
    await expect(kiket.replay({ recording })).rejects.toMatchObject({ status: 422, name: "RequestProblem" });
    expect(kiket.deliveries()).toEqual([]);
  });
});

describe("while no build listens", () => {
  it("deliveries wait, and then go in order", async () => {
    const kiket = await openKiketOf();
    const names: string[] = [];
    const program = await startProgram(kiket, ({ boat }) => {
      names.push(boat.name);
      return allow();
    });
    const sent = ["Asta", "Bera", "Cora"].map((name) =>
      kiket.send({ event: "boat.docked", set: { "boat.name": name } }),
    );
    await expect.poll(() => kiket.deliveries().map(({ state }) => state)).toEqual(["waiting", "waiting", "waiting"]);
    expect(await kiket.settled(0)).toBe(true);
    kiket.serveAt({ url: program.url, build: 1 });
    const records = await Promise.all(sent);
    expect(records.map(({ state }) => state)).toEqual(["delivered", "delivered", "delivered"]);
    const times = records.map(({ attempts }) => attempts[0]?.at ?? 0);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    // Each has a connection of its own, so the program may see them in another order.
    expect(names.sort()).toEqual(["Asta", "Bera", "Cora"]);
  });

  it("no more wait than 1,000, which is said", async () => {
    const kiket = await openKiketOf();
    const all = Array.from({ length: 1000 }, () => kiket.send({ event: "boat.docked" }).catch((error) => error.status));
    await expect(kiket.send({ event: "boat.docked" })).rejects.toMatchObject({
      status: 503,
      message: "1000 deliveries wait for the extension already",
    });
    await kiket.close();
    expect(new Set(await Promise.all(all))).toEqual(new Set([503]));
  });

  it("one that has begun ends with its build, and a restart loses none", async () => {
    const kiket = await openKiketOf();
    const release = deferred();
    const old = await startProgram(kiket, async () => {
      await release.promise;
      return allow({ message: "old" });
    });
    kiket.serveAt({ url: old.url, build: 1 });
    const slow = kiket.send({ event: "boat.docked" });
    await expect.poll(() => kiket.deliveries()[0]?.state).toBe("running");
    await expect.poll(() => kiket.delivery(kiket.deliveries()[0]?.id ?? "")?.attempts.length).toBe(1);
    kiket.serveAt(undefined);
    const later = Array.from({ length: 20 }, () => kiket.send({ event: "boat.docked" }));
    expect(await kiket.settled(1)).toBe(false);
    release.resolve();
    expect(await kiket.settled(60_000)).toBe(true);
    await old.stop();
    const port = Number(new URL(old.url).port);
    const fresh = await startProgram(kiket, () => allow({ message: "new" }), { port });
    kiket.serveAt({ url: fresh.url, build: 2 });
    const outcomes = (await Promise.all([slow, ...later])).map(({ state, attempts }) => [
      state,
      attempts.map(({ build, reply }) => `${build} ${JSON.parse(reply?.body ?? "{}").message}`).join(),
    ]);
    expect(outcomes[0]).toEqual(["delivered", "1 old"]);
    expect(new Set(outcomes.slice(1).map(String))).toEqual(new Set(["delivered,2 new"]));
  });
});

it("no delivery is lost, repeated or cut off by restarts on one port", async () => {
  const kiket = await openKiketOf();
  let served = 0;
  const start = (port: number) =>
    startProgram(
      kiket,
      () => {
        served += 1;
        return allow();
      },
      { port },
    );
  let program = await start(0);
  const port = Number(new URL(program.url).port);
  const sent: Promise<DeliveryRecord>[] = [];
  const sender = setInterval(() => sent.push(kiket.send({ event: "boat.docked" })), 2);
  for (let build = 1; build <= 6; build += 1) {
    kiket.serveAt({ url: program.url, build });
    const before = sent.length;
    await expect.poll(() => sent.length).toBeGreaterThan(before + 10);
    kiket.serveAt(undefined);
    await kiket.settled(60_000);
    await program.stop();
    program = await start(port);
  }
  clearInterval(sender);
  kiket.serveAt({ url: program.url, build: 7 });
  const outcomes = (await Promise.all(sent)).map(({ state, attempts }) => `${state} ${attempts.length}`);
  expect(new Set(outcomes)).toEqual(new Set(["delivered 1"]));
  expect(served).toBe(sent.length);
});

describe("a replay", () => {
  it("is the same payload under a new token, with an id of its own", async () => {
    const kiket = await openKiketOf();
    const program = await startProgram(kiket, () => allow());
    kiket.serveAt({ url: program.url, build: 1 });
    const first = await kiket.send({ event: "boat.docked", set: { "boat.name": "Dora" }, scopes: ["a:read"] });
    const again = await kiket.replay({ id: "last", secrets: { API_TOKEN: "other" } });
    expect([again.replayOf, again.origin, again.state]).toEqual([first.id, "replay", "delivered"]);
    expect(again.id).not.toBe(first.id);
    const [before, after] = [first, again].map(({ attempts }) => JSON.parse(attempts[0]?.request.body ?? ""));
    expect(after).toEqual({
      ...before,
      secrets: { API_TOKEN: "other" },
      authentication: { ...before.authentication, runtime_token: expect.any(String), expires_at: expect.any(String) },
    });
    expect(after.authentication.runtime_token).not.toBe(before.authentication.runtime_token);
    await expect(kiket.replay({ id: "dlv_1" })).rejects.toMatchObject({
      status: 404,
      message: 'There is no delivery "dlv_1"',
      hint: `the newest one is ${again.id}`,
    });
    await expect(kiket.replay({})).rejects.toMatchObject({ status: 422 });
  });

  it("of a recording has its scopes, and the secrets that it hides from the store", async () => {
    const kiket = await openKiketOf();
    const program = await startProgram(kiket, (_, { secret }) => allow({ message: String(secret("API_TOKEN")) }));
    kiket.serveAt({ url: program.url, build: 1 });
    const body = {
      boat: { name: "Edda" },
      secrets: { API_TOKEN: "[redacted]" },
      authentication: { runtime_token: "[redacted]", scopes: ["b:read"] },
    };
    const record = await kiket.replay({ recording: { event: "boat.docked", version: "v1", headers: {}, body } });
    expect(JSON.parse(record.attempts[0]?.reply?.body ?? "")).toMatchObject({ message: "from the store" });
    expect(record.attempts[0]?.request.claims).toMatchObject({ scopes: ["b:read"] });
    await expect(kiket.replay({ recording: { body: {} } })).rejects.toMatchObject({
      status: 422,
      message: 'the recording does not name an event: add "event", or a header x-kiket-event.',
    });
    await expect(kiket.replay({ recording: [] })).rejects.toMatchObject({ status: 422 });
    for (const name of [{ event: ".." }, { event: "boat.docked", version: ".." }]) {
      await expect(kiket.replay({ recording: { ...name, body: {} } })).rejects.toMatchObject({ status: 422 });
    }
  });

  it("of a recording has its headers, without those of the connection on which it came", async () => {
    const kiket = await openKiketOf();
    const program = await startProgram(kiket, () => allow());
    kiket.serveAt({ url: program.url, build: 1 });
    const own = { te: "trailers", trailer: "x", expect: "100-continue", upgrade: "h2c", "keep-alive": "timeout=5" };
    const headers = { ...own, "x-request-id": "7" };
    const record = await kiket.replay({ recording: { event: "boat.docked", headers, body: { boat: { name: "x" } } } });
    const sent = record.attempts[0]?.request.headers ?? {};
    expect([record.state, sent["x-request-id"], Object.keys(sent).filter((name) => name in own)]).toEqual([
      "delivered",
      "7",
      [],
    ]);
  });
});
