import { afterAll, beforeAll, expect, it, test } from "vitest";
import { createQueue, startWorker } from "../../../runtime/bullmq.js";
import {
  createMemoryQueue,
  defineHandler,
  type ExtensionOptions,
  type HandlerContext,
} from "../../../runtime/index.js";
import { createLogRecorder } from "../../../runtime/testing/log-recorder.js";
import { openKiket } from "../../support/open-kiket.js";
import { metricsAddress, sampleValue } from "../../support/prometheus-text.js";
import { describeWithRedis, type RedisServer, startRedis } from "../../support/redis-server.js";
import { until } from "../../support/supervised.js";
import { closeAfterTest, encryptionKey } from "../jobs/bullmq/open-queue.js";

const kiket = await openKiket();
const deferring = (handle: (payload: unknown, context: HandlerContext) => void | Promise<void>) =>
  defineHandler({ event: "issue.created", version: "v1", defer: { backoff: 10 } }, handle);
const nothing = () => undefined;
const open = (options: Partial<ExtensionOptions> = {}) =>
  kiket.extension({ handlers: [deferring(nothing)], ...options });
const place = { url: "redis://:password-in-clear@127.0.0.1:1", encryptionKey, env: {}, signals: false };

test.each<[string, Partial<ExtensionOptions>, Parameters<typeof startWorker>[1], string]>([
  [
    "an extension without deferred handlers",
    { handlers: [defineHandler({ event: "issue.created", version: "v1" }, nothing)] },
    place,
    "The extension has no deferred handler: give one the option defer, as in defineHandler({ defer: true }, …)",
  ],
  [
    "a queue in memory",
    { queue: createMemoryQueue() },
    { signals: false },
    "A worker needs a queue that other processes add to: pass queue: createQueue() of kiket-gen/runtime/bullmq to createExtension. What waits in the memory of a process runs only there",
  ],
  [
    "a wrong number",
    {},
    { ...place, concurrency: 0 },
    "concurrency (or KIKET_WORKER_CONCURRENCY) must be a whole number from 1 to 1000.",
  ],
  [
    "a wrong number in the environment",
    {},
    { ...place, env: { KIKET_WORKER_CONCURRENCY: "many" } },
    "concurrency (or KIKET_WORKER_CONCURRENCY) must be a whole number from 1 to 1000.",
  ],
  [
    "an address of something else",
    {},
    { ...place, url: "http://:password-in-clear@127.0.0.1" },
    "url (or REDIS_URL) must be the address of a Redis: redis://user:password@host:6379, or rediss:// for TLS, with nothing after the port but the number of a database, such as /0. Special characters in the password are percent-encoded.",
  ],
  [
    "a prefix that is no name",
    {},
    { ...place, prefix: "a b" },
    "prefix must have 1 to 100 characters, each a letter, a digit, '_', '-' or '.'",
  ],
])("startWorker refuses %s", async (_what, extension, options, message) => {
  await expect(startWorker(open(extension), options)).rejects.toThrow(message);
});

describeWithRedis("a deferred delivery", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  it("is answered at once, stored, and handled by another process with the same context", async () => {
    const options = { url: redis.url, encryptionKey, env: {}, prefix: "handled" };
    const seen: unknown[] = [];
    const handlers = [
      deferring(
        (payload, { event, deliveryId, signal }) =>
          void seen.push({ payload, event, deliveryId, isAborted: signal.aborted }),
      ),
    ];
    const receiver = kiket.extension({ handlers, queue: createQueue(options) });
    const response = await receiver.fetch(await kiket.request());
    expect([response.status, await response.json(), seen]).toEqual([200, { ok: true }, []]);
    const { logger, records } = createLogRecorder();
    // The extension of a worker need not name a queue: its options do.
    const worker = await startWorker(kiket.extension({ handlers, logger }), {
      ...options,
      signals: false,
      concurrency: 3,
    });
    closeAfterTest(() => worker.close());
    await until("it is handled", () => seen.length === 1);
    expect(seen).toMatchObject([{ event: "issue.created", isAborted: false }]);
    expect(records.find(({ message }) => message === "working")?.fields).toEqual({
      queue: "BullMQ",
      handlers: ["issue.created v1"],
      concurrency: 3,
    });
  });

  it("is handled again after an error, by a worker on the queue of the extension", async () => {
    let runs = 0;
    const extension = open({
      queue: createQueue({ url: redis.url, encryptionKey, env: {}, prefix: "again" }),
      handlers: [
        deferring(() => {
          runs += 1;
          if (runs < 3) throw new Error("not yet");
        }),
      ],
    });
    const worker = await startWorker(extension, { signals: false, env: {} });
    closeAfterTest(() => worker.close());
    expect((await extension.fetch(await kiket.request())).status).toBe(200);
    await until("it has run three times", () => runs === 3);
  });

  it("is counted at the port of the worker's own metrics, which closes with it", async () => {
    const { logger, records } = createLogRecorder();
    const extension = open({
      queue: createQueue({ url: redis.url, encryptionKey, env: {}, prefix: "counted" }),
      logger,
    });
    const env = { KIKET_METRICS_PORT: "0" };
    const worker = await startWorker(extension, { signals: false, env });
    closeAfterTest(() => worker.close());
    const scrape = async () => (await fetch(metricsAddress(records))).text();
    expect((await extension.fetch(await kiket.request())).status).toBe(200);
    const done = { event: "issue.created", version: "v1", outcome: "done" };
    await until("it is counted", async () => sampleValue(await scrape(), "kiket_jobs_total", done) === 1);
    const text = await scrape();
    expect(sampleValue(text, "kiket_queue_jobs", { state: "waiting" })).toBe(0);
    expect(sampleValue(text, "kiket_queue_oldest_age_seconds")).toBe(0);
    await worker.close();
    await expect(scrape()).rejects.toThrow();
  });

  it("is answered 503 when Redis is away, and Kiket delivers it again", async () => {
    const extension = open({
      queue: createQueue({ url: "redis://127.0.0.1:1", encryptionKey, env: {}, logger: createLogRecorder().logger }),
    });
    const response = await extension.fetch(await kiket.request());
    expect(response.status).toBe(503);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});
