import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createMemoryQueue, defineHandler, type HandlerContext } from "../../../runtime/index.js";
import { createTestExtension, type TestExtension } from "../../../runtime/testing.js";

const v1 = { event: "issue.created", version: "v1" } as const;
const start = Date.parse("2026-03-02T08:25:04Z");
let kiket: TestExtension;
let runs: number[] = [];
let fails = 0;

const handler = defineHandler(
  { ...v1, defer: { attempts: 3 } },
  async (_payload: object, { endpoints, now }: HandlerContext) => {
    runs.push(now() - start);
    await endpoints.logEvent("issue.seen", { run: runs.length });
    if (runs.length <= fails) throw new Error("the mail server is away");
  },
);

beforeEach(async () => {
  runs = [];
  fails = 0;
  kiket = await createTestExtension({ handlers: [handler], platform: { now: () => start } });
});
afterEach(() => kiket.close());

test("a deferred handler runs after the answer, and drained tells what came of it, once", async () => {
  const outcome = await kiket.deliver("issue.created", "v1");
  expect([outcome.status, outcome.body, outcome.calls, runs]).toEqual([200, { ok: true }, [], []]);
  const { deliveryId } = outcome;
  expect(await kiket.drained()).toMatchObject([
    {
      ...v1,
      deliveryId,
      state: "done",
      attempts: 1,
      failure: undefined,
      calls: [{ operationId: "logMessage", deliveryId, body: { metadata: { run: 1 } } }],
    },
  ]);
  expect(await kiket.drained()).toEqual([]);
});

test("the waits before further runs pass at once on the shared clock, also of several deliveries", async () => {
  fails = 2;
  await kiket.deliver("issue.created", "v1");
  await kiket.deliver("issue.created", "v1");
  const jobs = await kiket.drained();
  expect(jobs.map(({ state, attempts }) => [state, attempts])).toEqual([
    ["done", 2],
    ["done", 2],
  ]);
  expect(runs).toEqual([0, 0, 5_000, 5_000]);
});

test("a dead delivery has the failure of its last run", async () => {
  fails = 9;
  await kiket.deliver("issue.created", "v1");
  expect(await kiket.drained()).toMatchObject([
    {
      state: "dead",
      attempts: 3,
      failure: { reason: "handler-failed", message: "A handler failed", cause: { message: "the mail server is away" } },
      calls: [{}, {}, {}],
    },
  ]);
  expect(runs).toEqual([0, 5_000, 15_000]);
});

test("the clock of the local Kiket moves the wait before a further run", async () => {
  fails = 1;
  await kiket.deliver("issue.created", "v1");
  await vi.waitUntil(() => kiket.logs.some(({ fields }) => (fields as { outcome?: string }).outcome === "failed"));
  await new Promise((resolve) => setTimeout(resolve, 0));
  kiket.platform.clock.advance(4_999);
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(runs).toEqual([0]);
  kiket.platform.clock.advance(1);
  expect(await kiket.drained()).toMatchObject([{ state: "done", attempts: 2 }]);
  expect(runs).toEqual([0, 5_000]);
});

test("a redelivery of what was deferred runs nothing", async () => {
  await kiket.deliver("issue.created", "v1", {}, { deliveryId: "dlv_1" });
  await kiket.deliver("issue.created", "v1", {}, { deliveryId: "dlv_1" });
  expect(await kiket.drained()).toHaveLength(1);
  expect(runs).toHaveLength(1);
});

test("drained refuses a queue that it cannot see into", async () => {
  const own = await createTestExtension({ handlers: [handler], queue: createMemoryQueue() });
  await expect(own.drained()).rejects.toThrow(
    "drained() cannot see into the in-process queue of the option queue: leave the option out, and the kit's own queue is used.",
  );
  await own.close();
});
