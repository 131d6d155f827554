import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  ApiError,
  createMemoryQueue,
  createMemoryStore,
  type DeliveryStore,
  defineHandler,
  deny,
  type ExtensionOptions,
  type Handler,
  type HandlerContext,
  type Job,
  type JobQueue,
  type RunJob,
  raw,
} from "../../../runtime/index.js";
import { serve } from "../../../runtime/node.js";
import { factsOf } from "../../../runtime/server/extension-facts.js";
import { createLogRecorder } from "../../../runtime/testing/log-recorder.js";
import { deferred } from "../../support/deferred.js";
import { deliverNow, type TestDelivery } from "../../support/deliveries.js";
import { type Meter, openMeter } from "../../support/meter.js";
import { openKiket } from "../../support/open-kiket.js";

const kiket = await openKiket();
let meter: Meter;

beforeEach(() => {
  meter = openMeter();
});
afterEach(async () => {
  kiket.answers.length = 0;
  await meter.close();
});

const v1 = { event: "issue.created", version: "v1" } as const;
const fine = defineHandler(v1, () => undefined);
const named = (id: string): TestDelivery => ({ headers: { "x-kiket-delivery": id } });

const open = (handler: Handler, options: Partial<ExtensionOptions> = {}) =>
  kiket.extension({ handlers: [handler], ...options });

/** The values of some metrics, without those of the store unless they are asked for. */
async function measured(prefix: string | RegExp): Promise<Readonly<Record<string, number>>> {
  const values = Object.entries(await meter.values());
  const isMeant = (name: string) => (typeof prefix === "string" ? name.startsWith(prefix) : prefix.test(name));
  return Object.fromEntries(values.filter(([name]) => isMeant(name)));
}

/** The least value of a histogram, of those with this outcome. */
async function fastestOf(name: string, outcome: string, operation?: string): Promise<number | undefined> {
  const metric = (await meter.data()).find(({ descriptor }) => descriptor.name === name);
  const points = metric?.dataPoints.filter(
    ({ attributes }) => attributes.outcome === outcome && (operation ?? attributes.operation) === attributes.operation,
  );
  return (points?.[0]?.value as { readonly min: number } | undefined)?.min;
}

/** Delivers once to a new extension with this handler. Returns its status, and what was counted of it. */
async function outcomeOf(handler: Handler, options: Partial<ExtensionOptions> = {}, delivery: TestDelivery = {}) {
  const response = await open(handler, options).fetch(await kiket.request(delivery));
  return { status: response.status, counted: await measured(/^kiket\.deliver(?:ies\{|y\.)/) };
}

const counted = (outcome: string, event = "issue.created", version = "v1") => ({
  [`kiket.deliveries{event=${event},outcome=${outcome},version=${version}}`]: 1,
  [`kiket.delivery.duration{event=${event},outcome=${outcome},version=${version}}`]: 1,
});
const refusal = (reason: string, status: number) => ({
  [`kiket.delivery.refusals{reason=${reason},status=${status}}`]: 1,
});

describe("what came of a delivery", () => {
  test.each<[string, () => unknown, string, number]>([
    ["a handler that returns", () => undefined, "handled", 200],
    ["a verdict that denies", () => deny({ message: "no" }), "denied", 200],
    [
      "an error that the handler answers itself",
      () => raw("tea", { contentType: "text/plain", status: 418 }),
      "failed",
      418,
    ],
  ])("%s", async (_what, handle, outcome, status) => {
    expect(await outcomeOf(defineHandler(v1, handle as () => undefined))).toEqual({
      status,
      counted: counted(outcome),
    });
  });

  test("a handler that fails", async () => {
    const failing = defineHandler(v1, () => {
      throw new Error("password=hunter2");
    });
    expect(await outcomeOf(failing)).toEqual({
      status: 500,
      counted: { ...counted("failed"), ...refusal("handler-failed", 500) },
    });
  });

  test("a handler that meets Kiket's rate limit: Kiket delivers again", async () => {
    const limited = defineHandler(v1, () => {
      throw new ApiError("slow down", {
        status: 429,
        method: "GET",
        path: "/",
        body: null,
        requestId: undefined,
      } as never);
    });
    const { status, counted: found } = await outcomeOf(limited);
    expect([status, found]).toEqual([429, { ...counted("postponed"), ...refusal("rate-limited", 429) }]);
  });

  test("a handler that takes too long, once, also when it ends later", async () => {
    const goOn = deferred();
    const extension = open(
      defineHandler(v1, () => goOn.promise),
      { limits: { handlerMs: 20 } },
    );
    expect((await extension.fetch(await kiket.request())).status).toBe(503);
    goOn.resolve();
    await extension.close();
    expect(await measured(/^kiket\.deliver(?:ies\{|y\.)/)).toEqual({
      ...counted("timeout"),
      ...refusal("handler-too-slow", 503),
    });
  });

  test("a repeated delivery", async () => {
    const extension = open(fine);
    for (const _attempt of [1, 2, 3]) await extension.fetch(await kiket.request(named("dlv_1")));
    expect(await measured("kiket.deliveries{")).toEqual({
      "kiket.deliveries{event=issue.created,outcome=handled,version=v1}": 1,
      "kiket.deliveries{event=issue.created,outcome=repeated,version=v1}": 2,
    });
  });

  test("a scope that is missing", async () => {
    const scoped = defineHandler({ ...v1, requiredScopes: ["issues:write"] }, () => undefined);
    expect(await outcomeOf(scoped)).toEqual({
      status: 403,
      counted: { ...counted("refused"), ...refusal("scopes-missing", 403) },
    });
  });

  test("a store that is not there", async () => {
    const away = { ...createMemoryStore(), begin: () => Promise.reject(new Error("no Redis")) };
    expect(await outcomeOf(fine, { deliveryStore: away })).toEqual({
      status: 503,
      counted: { ...counted("postponed"), ...refusal("store-unavailable", 503) },
    });
    expect(await measured("kiket.store")).toEqual({ "kiket.store.duration{operation=begin,outcome=error}": 1 });
  });

  test("a closed extension", async () => {
    const extension = open(fine);
    await extension.close();
    expect((await extension.fetch(await kiket.request())).status).toBe(503);
    expect(await measured("kiket.delivery.refusals")).toEqual(refusal("closing", 503));
  });
});

describe("names that others choose", () => {
  test("before the origin is proved, no name of the request is an attribute", async () => {
    const forged = (path: string, headers = {}) =>
      new Request(`http://extension.test${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ event: "issue.created", authentication: { runtime_token: "forged" } }),
      });
    const extension = open(fine);
    for (let index = 0; index < 20; index += 1) {
      await extension.fetch(forged(`/v/v${index}/webhooks/event.${index}`, { "x-kiket-delivery": `dlv_${index}` }));
    }
    await extension.fetch(forged("/v/v1/webhooks/issue.created"));
    expect(await measured(/^kiket\.deliver(?:ies\{|y\.)/)).toEqual({
      "kiket.deliveries{event=other,outcome=refused,version=other}": 21,
      "kiket.delivery.duration{event=other,outcome=refused,version=other}": 21,
      "kiket.delivery.refusals{reason=token-malformed,status=401}": 21,
    });
  });

  test("a proved event without a handler is other, and one under its other name is that of the handler", async () => {
    const extension = open(fine);
    const path = (event: string, version = "v1") => ({
      path: `/v/${version}/webhooks/${event}`,
      payload: { event, issue: { id: 1 } },
    });
    for (const delivery of [path("issue.closed"), path("issue.created", "v9"), path("case.created")]) {
      await extension.fetch(await kiket.request(delivery));
    }
    expect(await measured("kiket.deliveries{")).toEqual({
      "kiket.deliveries{event=other,outcome=refused,version=other}": 2,
      "kiket.deliveries{event=issue.created,outcome=handled,version=v1}": 1,
    });
  });

  test("a request that is no delivery is a refusal, and no delivery", async () => {
    const extension = open(fine);
    expect((await extension.fetch(new Request("http://extension.test/wp-admin/hunter2"))).status).toBe(404);
    expect((await extension.fetch(new Request("http://extension.test/webhooks/issue.created"))).status).toBe(405);
    expect((await extension.fetch(new Request("http://extension.test/health"))).status).toBe(200);
    expect(await measured("kiket.deliver")).toEqual({
      "kiket.deliveries.active": 0,
      ...refusal("not-found", 404),
      ...refusal("method-not-allowed", 405),
    });
  });

  test("nothing of a payload, no id and no secret is measured", async () => {
    const extension = open(
      defineHandler(v1, async (_payload, { secret }) => {
        secret("API_KEY");
      }),
    );
    const secrets = { API_KEY: "hunter2-secret" };
    await extension.fetch(
      await kiket.request({ ...named("dlv_hidden"), payload: { issue: { id: 7, title: "hidden title" }, secrets } }),
    );
    const shown = JSON.stringify(await meter.data());
    expect(shown).toContain("issue.created");
    for (const hidden of ["hunter2", "dlv_hidden", "hidden title", "token-1"]) expect(shown).not.toContain(hidden);
  });
});

test("deliveries under way, and how long one takes", async () => {
  const goOn = deferred();
  const extension = open(
    defineHandler(v1, async () => {
      await goOn.promise;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }),
  );
  const answers = [extension.fetch(await kiket.request()), extension.fetch(await kiket.request())];
  await vi.waitUntil(async () => (await measured("kiket.deliveries.active"))["kiket.deliveries.active"] === 2);
  goOn.resolve();
  await Promise.all(answers);
  expect(await measured("kiket.deliveries.active")).toEqual({ "kiket.deliveries.active": 0 });
  const fastest = await fastestOf("kiket.delivery.duration", "handled");
  // Seconds, not milliseconds.
  expect(fastest).toBeGreaterThan(0.02);
  expect(fastest).toBeLessThan(20);
});

test("each call of the store by operation and outcome, of one that answers at once and of a slow one", async () => {
  const memory = createMemoryStore();
  const later = <T>(value: T) => new Promise<T>((resolve) => setTimeout(resolve, 20, value));
  const slow: DeliveryStore = {
    begin: async (...all) => later(await memory.begin(...all)),
    finish: async (...all) => later(await memory.finish(...all)),
    fail: async (...all) => later(await memory.fail(...all)),
  };
  for (const deliveryStore of [createMemoryStore(), slow]) {
    const extension = open(fine, { deliveryStore });
    for (const _attempt of [1, 2]) await extension.fetch(await kiket.request(named("dlv_1")));
  }
  const failing = defineHandler(v1, () => {
    throw new Error("no");
  });
  await open(failing, { deliveryStore: slow }).fetch(await kiket.request(named("dlv_2")));
  // The id and the token are a key each; a repeated delivery has a new token, which is stored with the verdict.
  expect(await measured("kiket.store")).toEqual({
    "kiket.store.duration{operation=begin,outcome=new}": 8,
    "kiket.store.duration{operation=begin,outcome=done}": 2,
    "kiket.store.duration{operation=finish,outcome=ok}": 6,
    "kiket.store.duration{operation=fail,outcome=ok}": 2,
  });
  expect(await fastestOf("kiket.store.duration", "ok", "fail")).toBeGreaterThan(0.015);
});

describe("calls of Kiket's API", () => {
  const call = (use: (context: HandlerContext) => Promise<unknown>, options: Partial<ExtensionOptions> = {}) =>
    kiket.run(async (context) => void (await use(context).catch(() => undefined)), options);

  test("each attempt by method and status", async () => {
    kiket.answers.push({ status: 503 }, { status: 429 }, { status: 200, body: { data: [] } });
    await call(({ api }) => api.GET("/api/v1/ext/secrets" as never, {} as never));
    expect(await measured("kiket.api")).toEqual({
      "kiket.api.duration{method=GET,status=503}": 1,
      "kiket.api.duration{method=GET,status=429}": 1,
      "kiket.api.duration{method=GET,status=200}": 1,
    });
  });

  test("without an answer: no connection, and no time left", async () => {
    const fails = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
      if (String(input instanceof Request ? input.url : input).endsWith("jwks.json")) return fetch(input, init);
      throw new TypeError("fetch failed");
    };
    await call(({ api }) => api.POST("/api/v1/ext/secrets" as never, {} as never), {
      fetch: fails,
      outbound: { retries: 0 },
    });
    const hangs = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
      if (String(input instanceof Request ? input.url : input).endsWith("jwks.json")) return fetch(input, init);
      return new Promise((_resolve, reject) =>
        init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)),
      );
    };
    await call(({ api }) => api.GET("/api/v1/ext/secrets" as never, {} as never), {
      fetch: hangs,
      outbound: { retries: 0, timeout: 20 },
    });
    expect(await measured("kiket.api")).toEqual({
      "kiket.api.duration{method=POST,status=error}": 1,
      "kiket.api.duration{method=GET,status=aborted}": 1,
    });
  });
});

test("telemetry records that are lost, by reason", async () => {
  const refuses = async (input: string | URL | Request, init?: RequestInit): Promise<Response> =>
    String(input).startsWith("https://collector.test") ? new Response(null, { status: 400 }) : fetch(input, init);
  const extension = open(fine, { telemetry: { url: "https://collector.test/records" }, fetch: refuses });
  for (const _delivery of [1, 2]) await extension.fetch(await kiket.request());
  await extension.close();
  expect(await measured("kiket.telemetry")).toEqual({ "kiket.telemetry.dropped{reason=not-delivered}": 2 });
});

describe("deferred deliveries", () => {
  test("the delivery, its runs, and the queue", async () => {
    let now = 1_000_000;
    const queue = createMemoryQueue({ now: () => now, startTimer: () => () => undefined });
    const goOn = deferred();
    const handle = async (payload: Readonly<Record<string, unknown>>) => {
      if (payload.fails === true) throw new Error("no");
      await goOn.promise;
    };
    const later = defineHandler({ ...v1, defer: { concurrency: 1, attempts: 2 } }, handle as never);
    const extension = open(later, { queue });
    await extension.fetch(await kiket.request({ payload: { fails: true } }));
    await vi.waitUntil(async () => queue.counts().delayed === 1);
    for (const _delivery of [1, 2, 3]) await extension.fetch(await kiket.request());
    await vi.waitUntil(async () => queue.counts().running === 1);
    now += 90_000;
    expect(await measured(/^kiket\.(?:deliveries\{|queue)/)).toEqual({
      "kiket.deliveries{event=issue.created,outcome=deferred,version=v1}": 4,
      "kiket.queue.jobs{state=waiting}": 2,
      "kiket.queue.jobs{state=running}": 1,
      "kiket.queue.jobs{state=delayed}": 1,
      "kiket.queue.jobs{state=dead}": 0,
      "kiket.queue.oldest.age": 90,
    });
    goOn.resolve();
    await vi.waitUntil(async () => queue.counts().waiting + queue.counts().running === 0);
    expect(await measured("kiket.job")).toEqual({
      "kiket.jobs{event=issue.created,outcome=failed,version=v1}": 1,
      "kiket.jobs{event=issue.created,outcome=done,version=v1}": 3,
      "kiket.job.duration{event=issue.created,outcome=failed,version=v1}": 1,
      "kiket.job.duration{event=issue.created,outcome=done,version=v1}": 3,
    });
  });

  test("a run that is the last one is dead", async () => {
    const queue = createMemoryQueue();
    const failing = defineHandler({ ...v1, defer: { attempts: 1 } }, () => {
      throw new Error("no");
    });
    await open(failing, { queue }).fetch(await kiket.request());
    await queue.drained();
    expect(await measured(/^kiket\.(?:jobs|queue.jobs\{state=dead)/)).toEqual({
      "kiket.jobs{event=issue.created,outcome=dead,version=v1}": 1,
      "kiket.queue.jobs{state=dead}": 1,
    });
  });

  test("a run has the names of its handler also if it is given back before it begins, or is done already", async () => {
    let run: RunJob | undefined;
    const jobs: Job[] = [];
    const queue: JobQueue = {
      name: "test",
      isDurable: true,
      add: async (job) => void jobs.push(job),
      async work(given) {
        run = given;
        return { close: async () => undefined };
      },
    };
    const goOn = deferred();
    const extension = open(
      defineHandler({ ...v1, defer: { timeout: 20 } }, () => goOn.promise),
      { queue },
    );
    await factsOf(extension)?.work({ concurrency: 1 });
    await extension.fetch(await kiket.request());
    const job = jobs[0] as Job;
    await run?.(job, { number: 1, signal: AbortSignal.abort() });
    await run?.(job, { number: 1, signal: new AbortController().signal });
    goOn.resolve();
    await new Promise(setImmediate);
    await run?.(job, { number: 2, signal: new AbortController().signal });
    await run?.({ ...job, event: "e-1", version: "v1" }, { number: 1, signal: new AbortController().signal });
    expect(await measured("kiket.jobs")).toEqual({
      "kiket.jobs{event=issue.created,outcome=returned,version=v1}": 1,
      "kiket.jobs{event=issue.created,outcome=failed,version=v1}": 1,
      "kiket.jobs{event=issue.created,outcome=done,version=v1}": 1,
      "kiket.jobs{event=other,outcome=done,version=other}": 1,
    });
  });

  test("a queue that cannot be reached has no reading, and one that is shared is asked once for both gauges", async () => {
    let asked = 0;
    let isAway = true;
    const queue: JobQueue = {
      name: "test",
      isDurable: true,
      add: async () => undefined,
      work: async () => ({ close: async () => undefined }),
      async counts() {
        asked += 1;
        if (isAway) throw new Error("no Redis");
        return { waiting: 5, delayed: 0, running: 0, dead: 0, oldestAge: 2_500 };
      },
    };
    const extension = open(
      defineHandler({ ...v1, defer: true }, () => undefined),
      { queue },
    );
    expect(await measured("kiket.queue")).toEqual({});
    isAway = false;
    expect(await measured("kiket.queue")).toMatchObject({
      "kiket.queue.jobs{state=waiting}": 5,
      "kiket.queue.oldest.age": 2.5,
    });
    expect(asked).toBe(2);
    await extension.close();
    await meter.values();
    expect(asked).toBe(2);
  });
});

test("a call of the store that does not answer in time has failed, once, also if it answers later", async () => {
  const answer = deferred();
  const begin = async () => {
    await answer.promise;
    return { state: "new" } as const;
  };
  const store: DeliveryStore = { ...createMemoryStore(), begin };
  const { status } = await outcomeOf(fine, { deliveryStore: store, limits: { handlerMs: 20 } });
  const failed = { "kiket.store.duration{operation=begin,outcome=error}": 1 };
  expect([status, await measured("kiket.store")]).toEqual([503, failed]);
  answer.resolve();
  await vi.waitFor(async () => expect(Object.keys(await measured("kiket.store"))).toHaveLength(2));
  expect(await measured("kiket.store")).toEqual({ ...failed, "kiket.store.duration{operation=fail,outcome=ok}": 1 });
});

test.each<[string, () => unknown]>([
  ["at once", () => undefined],
  ["later", async () => undefined],
])("a store that answers nothing %s is measured as one that failed, and ends nothing", async (_when, begin) => {
  const store = { ...createMemoryStore(), begin } as unknown as DeliveryStore;
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  const { status } = await outcomeOf(fine, { deliveryStore: store });
  await new Promise(setImmediate);
  process.off("unhandledRejection", unhandled);
  expect([status, unhandled.mock.calls]).toEqual([500, []]);
  expect(await measured("kiket.store")).toEqual({ "kiket.store.duration{operation=begin,outcome=error}": 1 });
});

test("a sink that throws changes no answer", async () => {
  const extension = open(fine);
  const fail = (): never => {
    throw new Error("full");
  };
  factsOf(extension)?.attachMetrics({ add: fail, record: fail, observe: fail });
  expect((await extension.fetch(await kiket.request())).status).toBe(200);
});

test("a connection that is cut in a body is one delivery and one refusal, with one line", async () => {
  const { logger, records } = createLogRecorder();
  const server = await serve(open(fine, { now: Date.now, logger }), { port: 0, signals: false });
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  socket.end(
    "POST /v/v1/webhooks/issue.created HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{",
  );
  await text(socket);
  await vi.waitFor(async () =>
    expect(await measured("kiket.deliveries.active")).toEqual({ "kiket.deliveries.active": 0 }),
  );
  expect(await measured(/^kiket\.deliver(?:ies\{|y\.)/)).toEqual({
    ...counted("postponed", "other", "other"),
    ...refusal("body-incomplete", 503),
  });
  expect(records.filter(({ level }) => level === "warn").map(({ message }) => message)).toEqual([
    "A delivery failed: Body incomplete",
  ]);
  await server.close();
});

test("a server: deliveries over HTTP, and what Node refuses itself", async () => {
  const extension = open(fine, { now: Date.now });
  const server = await serve(extension, { port: 0, signals: false });
  expect((await deliverNow(kiket.key, server.url, "dlv_1")).status).toBe(200);
  const refused = await fetch(`${server.url}/webhooks/issue.created`, {
    method: "POST",
    headers: { "x-large": "a".repeat(70_000) },
  });
  expect(refused.status).toBe(431);
  expect(await measured(/^kiket\.deliver(?:ies\{|y\.)/)).toEqual({
    ...counted("handled"),
    ...refusal("headers-too-large", 431),
  });
  await server.close();
});
