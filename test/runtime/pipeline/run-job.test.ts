import { expect, test, vi } from "vitest";
import {
  ApiError,
  createMemoryQueue,
  type DeferOptions,
  defineHandler,
  type HandlerContext,
  type Job,
  type JobAttempt,
  type JobOutcome,
  type JobQueue,
  KiketError,
  type RunJob,
} from "../../../runtime/index.js";
import { deferred } from "../../support/deferred.js";
import { createTestLogger, type TestDelivery } from "../../support/deliveries.js";
import { openKiket } from "../../support/open-kiket.js";
import { testTime } from "../../support/tokens.js";

const kiket = await openKiket();
const named: TestDelivery = { headers: { "x-kiket-delivery": "dlv_1" } };

/** A queue whose jobs the test runs itself. */
function createManualQueue(isDurable = false) {
  const jobs: Job[] = [];
  let run: RunJob | undefined;
  const queue: JobQueue = {
    name: "test",
    isDurable,
    add: async (job) => void jobs.push(JSON.parse(JSON.stringify(job))),
    work: async (given) => {
      run = given;
      return { close: async () => undefined };
    },
  };
  const attempt = (number = 1, signal = new AbortController().signal): JobAttempt => ({ number, signal });
  return {
    queue,
    jobs,
    run: (given: JobAttempt = attempt(), job = jobs[0]): Promise<JobOutcome> => {
      if (run === undefined || job === undefined) throw new Error("no job");
      return run(job, given);
    },
    attempt,
  };
}

/** A delivery that is stored, and the line of each of its runs. */
async function stored(
  handle: (payload: Readonly<Record<string, unknown>>, context: HandlerContext) => void | Promise<void>,
  { delivery = named, ...defer }: DeferOptions & { readonly delivery?: TestDelivery } = {},
) {
  const manual = createManualQueue();
  const logger = createTestLogger();
  const handler = defineHandler({ event: "issue.created", version: "v1", defer }, handle);
  const extension = kiket.extension({ handlers: [handler], queue: manual.queue, logger });
  expect((await extension.fetch(await kiket.request(delivery))).status).toBe(200);
  return { ...manual, extension, lines: () => logger.lines.slice(1) };
}

const names = {
  event: "issue.created",
  version: "v1",
  deliveryId: "dlv_1",
  jobId: expect.stringMatching(/^job-[\w-]{43}$/),
  correlationId: expect.stringMatching(/^[\da-f-]{36}$/),
  ms: expect.any(Number),
  waited: 0,
};

test("a run calls the handler with the delivery as it came, and says so in one line", async () => {
  const seen: unknown[] = [];
  const { run, attempt, lines } = await stored(
    (payload, context) => {
      const { deliveryId, event, eventVersion, auth, headers } = context;
      seen.push({ id: payload.issue, deliveryId, event, eventVersion, org: auth.orgId, secret: context.secret("KEY") });
      seen.push([headers.get("x-kiket-delivery"), context.signal.aborted, context.now()]);
      context.log.info("working");
    },
    { delivery: { ...named, payload: { issue: { id: 7 }, secrets: { KEY: "s3cret" } } }, attempts: 3 },
  );
  expect(await run(attempt(2))).toEqual({ state: "done" });
  const delivered = { deliveryId: "dlv_1", event: "issue.created", eventVersion: "v1", org: 11, secret: "s3cret" };
  expect(seen).toEqual([{ id: { id: 7 }, ...delivered }, ["dlv_1", false, testTime]]);
  const [own, line] = lines();
  expect(line).toEqual({
    level: "info",
    message: "A deferred delivery was handled",
    fields: { ...names, attempt: 2, attempts: 3, outcome: "done" },
  });
  expect(own).toMatchObject({
    message: "working",
    fields: { correlationId: line?.fields && (line.fields as { correlationId: string }).correlationId },
  });
});

test("a run that fails says in its line why, and whether the job runs again; the outcome has no text of the error", async () => {
  const { run, attempt, lines } = await stored(
    () => {
      throw new Error("s3cret went wrong");
    },
    { attempts: 2, delivery: { ...named, payload: { secrets: { KEY: "s3cret" } } } },
  );
  expect(await run(attempt(1))).toEqual({ state: "failed", reason: "handler-failed" });
  expect(await run(attempt(2))).toEqual({ state: "failed", reason: "handler-failed" });
  const failed = { ...names, attempts: 2, reason: "handler-failed" };
  expect(lines().map(({ level, message, fields }) => [level, message, fields])).toMatchObject([
    [
      "error",
      "A deferred delivery failed, and runs again: A handler failed",
      { ...failed, attempt: 1, outcome: "failed" },
    ],
    [
      "error",
      "A deferred delivery failed, and does not run again: A handler failed",
      { ...failed, attempt: 2, outcome: "dead" },
    ],
  ]);
  expect(JSON.stringify(lines())).not.toContain("s3cret");
});

const refused = { code: undefined, requestId: undefined };

test.each([
  [429, 7, { state: "failed", reason: "rate-limited", after: 7_000 }],
  [503, 90, { state: "failed", reason: "handler-failed", after: 90_000 }],
  [503, undefined, { state: "failed", reason: "handler-failed" }],
  [500, 90, { state: "failed", reason: "handler-failed" }],
])("after %d of Kiket with Retry-After %s the job waits for it", async (status, retryAfter, outcome) => {
  const { run } = await stored(() => {
    throw new ApiError("refused", { status, retryAfter, ...refused });
  });
  expect(await run()).toEqual(outcome);
});

test("what can never succeed is hopeless: a missing scope", async () => {
  const { run, lines } = await stored((_, context) => context.requireScopes("issues:write"), {
    delivery: { ...named, claims: { scopes: ["issues:read"] } },
  });
  expect(await run()).toEqual({ state: "hopeless", reason: "scopes-missing" });
  expect(lines()).toMatchObject([
    {
      level: "error",
      message: "A deferred delivery failed, and does not run again: Insufficient scopes: missing issues:write",
    },
  ]);
});

test("a content that this program cannot read is hopeless, and a missing handler waits for another program", async () => {
  const { run, jobs, attempt, lines } = await stored(() => undefined);
  const [job] = jobs as [Job];
  expect(await run(attempt(), { ...job, content: { sealed: "text" } })).toEqual({
    state: "hopeless",
    reason: "content-unreadable",
  });
  expect(await run(attempt(), { ...job, version: "v9" })).toEqual({
    state: "returned",
    reason: "no-handler",
    after: 60_000,
  });
  const old = { ...job, version: "v9", content: { ...job.content, receivedAt: testTime - 24 * 3_600_000 } };
  expect(await run(attempt(), old)).toEqual({ state: "hopeless", reason: "no-handler" });
  expect(lines().map(({ message }) => message)).toEqual([
    "A deferred delivery failed, and does not run again: This version of the program cannot read the stored delivery",
    "A deferred delivery was given back: This program has no handler of issue.created v9: another version of it had stored the delivery",
    "A deferred delivery failed, and does not run again: This program has no handler of issue.created v9: another version of it had stored the delivery",
  ]);
});

test("a run does not get the delivery of another extension or another Kiket, which shares the queue by mistake", async () => {
  const runs: string[] = [];
  const open = async (extensionId?: string, baseUrl = kiket.baseUrl) => {
    const manual = createManualQueue();
    const logger = createTestLogger();
    const handler = defineHandler({ event: "issue.created", version: "v1", defer: true }, () => void runs.push("run"));
    const options = { handlers: [handler], queue: manual.queue, logger, extensionId, baseUrl };
    const extension = kiket.extension(options);
    if (baseUrl === kiket.baseUrl) await extension.fetch(await kiket.request(named));
    // Its worker starts with it.
    await Promise.resolve();
    return { ...manual, line: () => logger.lines.at(-1) };
  };
  const [one, other, nameless] = [await open("com.example.one"), await open("com.example.other"), await open()];
  const elsewhere = await open("com.example.one", "https://kiket.example");
  for (const stranger of [other, elsewhere]) {
    expect(await stranger.run(stranger.attempt(), one.jobs[0])).toEqual({
      state: "returned",
      reason: "other-extension",
      after: 60_000,
    });
    expect(stranger.line()?.message).toBe(
      `A deferred delivery was given back: The delivery was stored by com.example.one for ${kiket.baseUrl}: give each its own prefix or key in Redis`,
    );
  }
  expect(await elsewhere.run(elsewhere.attempt(), nameless.jobs[0])).toMatchObject({ reason: "other-extension" });
  expect(runs).toEqual([]);
  for (const job of [one.jobs[0], nameless.jobs[0]]) {
    expect(await one.run(one.attempt(), job)).toEqual({ state: "done" });
  }
});

test("a handler that is too slow is aborted, and the job waits for its end; if it ends well after all, it does not run again", async () => {
  const gate = deferred();
  const signals: AbortSignal[] = [];
  const { run, attempt, lines } = await stored(
    (_, { signal }) => {
      signals.push(signal);
      return gate.promise;
    },
    { timeout: 20 },
  );
  expect(await run(attempt(1))).toEqual({ state: "failed", reason: "handler-too-slow", after: 30_000 });
  expect(signals[0]?.reason).toMatchObject({ message: "The handler did not finish within 0.02 s" });
  gate.resolve();
  await vi.waitUntil(() => lines().length === 2);
  expect(await run(attempt(2))).toEqual({ state: "done" });
  expect(signals).toHaveLength(1);
  expect(lines().map(({ level, message }) => [level, message])).toEqual([
    ["warn", "A deferred delivery failed, and runs again: The handler did not finish within 0.02 s"],
    ["warn", "A handler has finished late"],
    ["info", "A deferred delivery was handled"],
  ]);
});

test("a worker that stops gives back what heeds its signal, what ignores it, and what has not begun", async () => {
  for (const handle of [
    (_: unknown, { signal }: HandlerContext) =>
      new Promise<void>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    () => new Promise<void>(() => undefined),
  ]) {
    const { run, attempt, lines } = await stored(handle);
    const stop = new AbortController();
    const outcome = run(attempt(1, stop.signal));
    await Promise.resolve();
    stop.abort(new KiketError("Another worker may run the job"));
    expect(await outcome).toEqual({ state: "returned" });
    expect(await run(attempt(1, stop.signal))).toEqual({ state: "returned" });
    expect(lines().map(({ level, message }) => [level, message])).toEqual([
      ["warn", "A deferred delivery was given back: Another worker may run the job"],
      ["warn", "A deferred delivery was given back: Another worker may run the job"],
    ]);
  }
});

test("what ends well although the worker stops is done", async () => {
  const { run, attempt } = await stored(
    (_, { signal }) => new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve())),
  );
  const stop = new AbortController();
  const outcome = run(attempt(1, stop.signal));
  stop.abort(new KiketError("Another worker may run the job"));
  expect(await outcome).toEqual({ state: "done" });
});

test("an event that was sent with its other name has the payload of the handler's type", async () => {
  const seen: unknown[] = [];
  const { run, lines } = await stored((payload, { event }) => void seen.push([event, payload.issue, payload.case]), {
    delivery: { ...named, path: "/v/v1/webhooks/case.created", payload: { event: "case.created", case: { id: 7 } } },
  });
  expect(await run()).toEqual({ state: "done" });
  expect(seen).toEqual([["case.created", { id: 7 }, undefined]]);
  expect(lines()[0]?.fields).toMatchObject({ event: "case.created", handledAs: "issue.created" });
});

test("the extension works on a queue in its own process, retries, and runs what is ready before it closes", async () => {
  const runs: number[] = [];
  const records: unknown[] = [];
  const handler = defineHandler(
    { event: "issue.created", version: "v1", defer: { backoff: 1, attempts: 3 } },
    async () => {
      runs.push(runs.length + 1);
      if (runs.length < 3) throw new Error("not yet");
    },
  );
  const queue = createMemoryQueue();
  const telemetry = { onRecord: (record: unknown) => void records.push(record) };
  const extension = kiket.extension({ handlers: [handler], queue, telemetry });
  expect((await extension.fetch(await kiket.request(named))).status).toBe(200);
  await queue.drained();
  expect(runs).toEqual([1, 2, 3]);
  expect((await extension.fetch(await kiket.request({ headers: { "x-kiket-delivery": "dlv_2" } }))).status).toBe(200);
  await extension.close();
  expect(runs).toEqual([1, 2, 3, 4]);
  const jobIds = new Set(records.map((record) => (record as { metadata: { job_id: string } }).metadata.job_id));
  expect(jobIds.size).toBe(2);
  expect(records).toMatchObject([
    { status: "error", deliveryId: "dlv_1", metadata: { attempt: 1 } },
    { status: "error", deliveryId: "dlv_1", metadata: { attempt: 2 } },
    { status: "ok", deliveryId: "dlv_1", metadata: { attempt: 3 } },
    { status: "ok", deliveryId: "dlv_2", metadata: { attempt: 1 } },
  ]);
});

test("an extension does not work on a durable queue by itself", async () => {
  const { queue, run } = createManualQueue(true);
  const handler = defineHandler({ event: "issue.created", version: "v1", defer: true }, () => undefined);
  const extension = kiket.extension({ handlers: [handler], queue });
  await extension.fetch(await kiket.request(named));
  expect(() => run()).toThrow("no job");
});
