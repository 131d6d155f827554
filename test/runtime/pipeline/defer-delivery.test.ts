import { beforeEach, expect, test, vi } from "vitest";
import {
  allow,
  createMemoryStore,
  defineHandler,
  type Extension,
  type ExtensionOptions,
  notImplemented,
  pending,
} from "../../../runtime/index.js";
import type { Job } from "../../../runtime/jobs/job.js";
import type { JobQueue } from "../../../runtime/jobs/job-queue.js";
import { deferredIn } from "../../../runtime/pipeline/job-content.js";
import { createTestLogger, type TestDelivery } from "../../support/deliveries.js";
import { openKiket } from "../../support/open-kiket.js";
import { bodyOf } from "../../support/replies.js";
import { testTime } from "../../support/tokens.js";

const kiket = await openKiket();
const runs: unknown[] = [];
const jobs: Job[] = [];
let add: JobQueue["add"] = async (job) => void jobs.push(job);

beforeEach(() => {
  runs.length = 0;
  jobs.length = 0;
  add = async (job) => void jobs.push(job);
});

/** A queue that shows what is added, and runs nothing. */
const queue: JobQueue = {
  name: "test",
  isDurable: true,
  add: (job) => add(job),
  work: () => Promise.reject(new Error("no worker")),
};
const handle = () => void runs.push("run");
const deferred = defineHandler({ event: "issue.created", version: "v1", defer: true }, handle);

const open = (options: Partial<ExtensionOptions> = {}): Extension =>
  kiket.extension({ handlers: [deferred], queue, ...options });
const send = async (extension: Extension, delivery: TestDelivery = {}) => {
  const response = await extension.fetch(await kiket.request(delivery));
  return { status: response.status, retryAfter: response.headers.get("retry-after"), body: await bodyOf(response) };
};
const named = (id: string): TestDelivery => ({ headers: { "x-kiket-delivery": id } });
const stored = { status: 200, retryAfter: null, body: { ok: true } };

test("Kiket is answered once the delivery is stored, and the handler has not run", async () => {
  let store: (() => void) | undefined;
  add = async (job) => {
    await new Promise<void>((resolve) => {
      store = resolve;
    });
    jobs.push(job);
  };
  const answer = send(open(), { ...named("dlv_1"), payload: { issue: { id: 7 }, secrets: { API_KEY: "s3cret" } } });
  await vi.waitUntil(() => store);
  expect(jobs).toEqual([]);
  store?.();
  expect(await answer).toEqual(stored);
  expect(runs).toEqual([]);
  const [job] = jobs;
  expect(job).toMatchObject({
    event: "issue.created",
    version: "v1",
    deferral: { attempts: 5, backoff: { delay: 5_000, factor: 2, longest: 3_600_000 }, timeout: 900_000 },
  });
  expect(job?.id).toMatch(/^job-[\w-]{43}$/);
  const back = deferredIn(JSON.parse(JSON.stringify(job?.content)), { baseUrl: kiket.baseUrl, extensionId: undefined });
  expect(back).toMatchObject({ receivedAt: testTime, verified: { name: "dlv_1", auth: { orgId: 11, extId: 22 } } });
  expect(back?.verified.delivery.payload).toMatchObject({ issue: { id: 7 }, secrets: { API_KEY: "s3cret" } });
  expect(back?.verified.auth.runtimeToken).toMatch(/^ey/);
});

test("Kiket is answered the verdict that the handler names", async () => {
  const verdict = pending({ message: "Being checked", metadata: { since: 1 } });
  const guard = defineHandler({ event: "workflow.before_transition", version: "v1", defer: { verdict } }, handle);
  const path = "/v/v1/webhooks/workflow.before_transition";
  expect(await send(open({ handlers: [guard] }), { path, payload: { event: "workflow.before_transition" } })).toEqual({
    ...stored,
    body: { status: "pending", message: "Being checked", metadata: { since: 1 } },
  });
});

test("a repeated delivery is answered the same, and stores nothing", async () => {
  const extension = open();
  expect(await send(extension, named("dlv_1"))).toEqual(stored);
  expect(await send(extension, named("dlv_1"))).toEqual(stored);
  expect(jobs).toHaveLength(1);
});

test("the job of a delivery has the same id in each attempt, another process too, and no other delivery has it", async () => {
  const idOf = async (delivery: TestDelivery, options: Partial<ExtensionOptions> = {}) => {
    await send(open(options), delivery);
    return jobs.pop()?.id;
  };
  const first = await idOf(named("dlv_1"));
  expect(await idOf(named("dlv_1"))).toBe(first);
  expect(await idOf({ claims: { jti: "one" } })).toBe(await idOf({ claims: { jti: "one" } }));
  const v2 = defineHandler({ event: "issue.created", version: "v2", defer: true }, handle);
  const others = [
    await idOf(named("dlv_2")),
    await idOf({ ...named("dlv_1"), claims: { org_id: 12 } }),
    await idOf({ ...named("dlv_1"), claims: { ext_id: 23 } }),
    await idOf({ ...named("dlv_1"), path: "/v/v2/webhooks/issue.created" }, { handlers: [v2] }),
    await idOf({ claims: { jti: "one" } }),
    await idOf({ claims: { jti: "two" } }),
  ];
  expect(new Set([first, ...others]).size).toBe(7);
});

test("a queue that fails is answered 503, and the next attempt stores the delivery", async () => {
  const logger = createTestLogger();
  const extension = open({ logger });
  add = () => Promise.reject(new Error("connect ECONNREFUSED"));
  expect(await send(extension, named("dlv_1"))).toMatchObject({
    status: 503,
    retryAfter: "30",
    body: { error: "The queue of deferred deliveries is unavailable" },
  });
  expect(logger.lines.at(-1)).toMatchObject({
    level: "error",
    fields: { status: 503, reason: "queue-unavailable", cause: { message: "connect ECONNREFUSED" } },
  });
  add = async (job) => void jobs.push(job);
  expect(await send(extension, named("dlv_1"))).toEqual(stored);
  expect(jobs).toHaveLength(1);
});

test("a queue that throws in place is one that fails", async () => {
  add = () => {
    throw new Error("closed");
  };
  expect(await send(open())).toMatchObject({ status: 503 });
});

test("a queue that does not answer counts as failed after 5 s, and may store the job later", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    let isCalled = false;
    add = () => {
      isCalled = true;
      return new Promise((_resolve, reject) => setTimeout(() => reject(new Error("late")), 6_000));
    };
    const answer = send(open());
    await vi.waitUntil(() => isCalled);
    await vi.advanceTimersByTimeAsync(5_000);
    expect((await answer).status).toBe(503);
    await vi.advanceTimersByTimeAsync(2_000);
  } finally {
    vi.useRealTimers();
  }
});

test("the line of the delivery says that it was deferred, and its job", async () => {
  const logger = createTestLogger();
  await send(open({ logger }));
  expect(logger.lines.at(-1)).toMatchObject({
    level: "info",
    message: "A delivery was deferred",
    fields: { event: "issue.created", version: "v1", status: 200, deferred: true, jobId: jobs[0]?.id },
  });
});

test("scopes are checked before a delivery is stored", async () => {
  const strict = defineHandler(
    { event: "issue.created", version: "v1", requiredScopes: ["issues:write"], defer: true },
    handle,
  );
  expect((await send(open({ handlers: [strict] }))).status).toBe(403);
  expect(jobs).toEqual([]);
});

test("a stub is answered 501, although it is deferred", async () => {
  const stub = defineHandler({ event: "issue.created", version: "v1", defer: true }, notImplemented);
  expect((await send(open({ handlers: [stub] }))).status).toBe(501);
  expect(jobs).toEqual([]);
});

test("a verdict is stored after the job, so that no answer is remembered of a delivery that is not stored", async () => {
  const calls: string[] = [];
  const store = createMemoryStore();
  add = async () => void calls.push("add");
  const deliveryStore = {
    ...store,
    begin: (...given: Parameters<typeof store.begin>) => {
      calls.push("begin");
      return store.begin(...given);
    },
    finish: (...given: Parameters<typeof store.finish>) => {
      calls.push("finish");
      return store.finish(...given);
    },
  };
  await send(open({ deliveryStore }));
  expect(calls).toEqual(["begin", "add", "finish"]);
});

test("closing the extension closes the queue once, after its deliveries", async () => {
  const calls: string[] = [];
  let store: (() => void) | undefined;
  add = () =>
    new Promise<void>((resolve) => {
      store = () => {
        calls.push("added");
        resolve();
      };
    });
  const extension = open({ queue: { ...queue, close: async () => void calls.push("closed") } });
  const answer = send(extension);
  await vi.waitUntil(() => store);
  const closed = extension.close();
  store?.();
  expect(await answer).toEqual(stored);
  await Promise.all([closed, extension.close()]);
  expect(calls).toEqual(["added", "closed"]);
});

test.each([
  [{ attempts: 0 }, "defer.attempts of the handler of issue.created v1 must be a whole number from 1 to 100."],
  [{ attempts: 1.5 }, "defer.attempts of the handler of issue.created v1 must be a whole number from 1 to 100."],
  ...["3s", null, [], true].map((backoff): [object, string] => [
    { backoff },
    "defer.backoff.delay of the handler of issue.created v1 must be a whole number from 0 to 604800000.",
  ]),
  [
    { backoff: { factor: "2" } },
    "defer.backoff.factor of the handler of issue.created v1 must be a number from 1 to 10.",
  ],
  [
    { timeout: 86_400_001 },
    "defer.timeout of the handler of issue.created v1 must be a whole number from 1 to 86400000.",
  ],
  [{ concurrency: 0 }, "defer.concurrency of the handler of issue.created v1 must be a whole number from 1 to 1000."],
  [
    { backoff: { factor: 0.5 } },
    "defer.backoff.factor of the handler of issue.created v1 must be a number from 1 to 10.",
  ],
  [
    { backoff: -1 },
    "defer.backoff.delay of the handler of issue.created v1 must be a whole number from 0 to 604800000.",
  ],
  [
    { verdict: "allow" },
    "defer.verdict of the handler of issue.created v1 must be a verdict: allow(), deny({ message }) or pending({ message }).",
  ],
  [
    { verdict: allow({ metadata: { at: new Map() } }) },
    "defer.verdict of the handler of issue.created v1 cannot be sent: result.metadata.at is a Map: use Object.fromEntries(map).",
  ],
])("refuses %o when the extension is created", (defer, message) => {
  const handler = defineHandler({ event: "issue.created", version: "v1", defer: defer as never }, handle);
  expect(() => open({ handlers: [handler] })).toThrow(message);
});

test.each(["workflow.before_transition", "before_transition"])("refuses %s without a verdict", (event) => {
  const handler = defineHandler({ event: event as string, version: "v1", defer: true }, handle);
  expect(() => open({ handlers: [handler] })).toThrow(
    `The handler of ${event} v1 is deferred, but Kiket waits for its verdict: set defer.verdict to what Kiket is answered at once, such as pending({ message: "Being checked" }), or remove defer.`,
  );
});
