import { expect, test } from "vitest";
import type { Job, JobAttempt, JobOutcome, RunJob } from "../../../runtime/jobs/job.js";
import type { JobState } from "../../../runtime/jobs/job-listing.js";
import type { WorkOptions } from "../../../runtime/jobs/job-queue.js";
import { createMemoryQueue, type MemoryQueueOptions } from "../../../runtime/jobs/memory-queue.js";
import { createLogRecorder } from "../../../runtime/testing/log-recorder.js";
import { deferred } from "../../support/deferred.js";

const day = 24 * 3_600_000;
const deferral: Job["deferral"] = {
  attempts: 3,
  backoff: { delay: 1_000, factor: 2, longest: 60_000 },
  timeout: 1_000,
  concurrency: undefined,
};
const job = (id: string, event = "issue.created", content: Job["content"] = { id }): Job => ({
  id: `job-${id}`,
  event,
  version: "v1",
  deferral,
  content,
});
const done: JobOutcome = { state: "done" };
const failed: JobOutcome = { state: "failed", reason: "handler-failed" };

/** Timers that end when the test says so. */
function createTimers() {
  const timers: { readonly milliseconds: number; readonly onTime: () => void }[] = [];
  return {
    waits: () => timers.map(({ milliseconds }) => milliseconds),
    end: () => {
      for (const { onTime } of timers.splice(0)) onTime();
    },
    startTimer: (milliseconds: number, onTime: () => void) => {
      const timer = { milliseconds, onTime };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
  };
}

async function open(run: RunJob, options: MemoryQueueOptions = {}, work: Partial<WorkOptions> = {}) {
  const { logger, records } = createLogRecorder();
  const timers = createTimers();
  const queue = createMemoryQueue({ random: () => 1, startTimer: timers.startTimer, ...options });
  const handlers = [
    { event: "issue.created", version: "v1" },
    { event: "issue.closed", version: "v1" },
  ];
  const worker = await queue.work(run, { concurrency: 10, handlers, logger, ...work });
  return { queue, worker, timers, records };
}

test("a job runs once, after add has resolved, and each run has a content of its own", async () => {
  const steps: unknown[] = [];
  const { queue, timers } = await open(async ({ content }, { number }) => {
    steps.push([content.id, number]);
    (content as Record<string, unknown>).id = "changed";
    return number === 1 ? failed : done;
  });
  const content = { id: "a" };
  await queue.add(job("a", "issue.created", content));
  steps.push("added");
  content.id = "changed by the caller";
  await expect.poll(timers.waits).toHaveLength(1);
  timers.end();
  await queue.drained();
  expect(steps).toEqual(["added", ["a", 1], ["a", 2]]);
});

test("what fails runs again after its wait, and is dead after the last attempt", async () => {
  const numbers: number[] = [];
  const { queue, timers } = await open(
    async (_, { number }) => {
      numbers.push(number);
      return number === 2 ? { ...failed, after: 90_000 } : failed;
    },
    { now: () => 7 },
  );
  await queue.add(job("a"));
  await expect.poll(timers.waits).toEqual([1_000]);
  timers.end();
  await expect.poll(timers.waits).toEqual([91_000]);
  timers.end();
  await queue.drained();
  expect(numbers).toEqual([1, 2, 3]);
  expect(queue.dead()).toEqual([
    { id: "job-a", event: "issue.created", version: "v1", reason: "handler-failed", attempts: 3, diedAt: 7 },
  ]);
});

test("what is hopeless is dead at once, and so is the last attempt of a run that throws", async () => {
  const { queue } = await open(async ({ event }) => {
    if (event === "issue.closed") throw new Error("a fault of the runtime");
    return { state: "hopeless", reason: "scopes-missing" };
  });
  await queue.add(job("a"));
  await queue.add({ ...job("b", "issue.closed"), deferral: { ...deferral, attempts: 1 } });
  await queue.drained();
  expect(queue.dead()).toMatchObject([
    { reason: "scopes-missing", attempts: 1 },
    { reason: "internal-error", attempts: 1 },
  ]);
});

test("a job whose id is known is not added: while it waits, runs, is done or dead, for 24 hours", async () => {
  let now = 0;
  let runs = 0;
  const { queue } = await open(
    async ({ id }) => {
      runs += 1;
      return id === "job-a" ? done : { state: "hopeless", reason: "handler-failed" };
    },
    { now: () => now },
  );
  const addAll = async () => {
    for (const id of ["a", "a", "b", "b"]) await queue.add(job(id));
    await queue.drained();
    return runs;
  };
  expect(await addAll()).toBe(2);
  now = day - 1;
  await queue.add(job("c"));
  expect(await addAll()).toBe(3);
  now = 3 * day;
  await queue.add(job("d"));
  await queue.drained();
  now = 5 * day;
  await queue.add(job("e"));
  await queue.drained();
  expect(await addAll()).toBe(7);
});

test("no more jobs run at once than the worker and the handler may, and the oldest comes first", async () => {
  const running = new Map<string, () => void>();
  const ids = () => [...running.keys()].sort();
  const run: RunJob = ({ id }) =>
    new Promise((resolve) => {
      running.set(id, () => {
        running.delete(id);
        resolve(done);
      });
    });
  const handlers = [
    { event: "issue.created", version: "v1", concurrency: 1 },
    { event: "issue.closed", version: "v1" },
  ];
  const { queue } = await open(run, {}, { concurrency: 3, handlers });
  for (const id of ["a", "b"]) await queue.add(job(id));
  for (const id of ["c", "d", "e"]) await queue.add(job(id, "issue.closed"));
  await expect.poll(ids).toEqual(["job-a", "job-c", "job-d"]);
  running.get("job-c")?.();
  await expect.poll(ids).toEqual(["job-a", "job-d", "job-e"]);
  running.get("job-a")?.();
  await expect.poll(ids).toEqual(["job-b", "job-d", "job-e"]);
  for (const end of running.values()) end();
  await queue.drained();
});

test("a full queue takes no job: neither more of them, nor more characters", async () => {
  const few = createMemoryQueue({ maxJobs: 2 });
  await few.add(job("a"));
  await few.add(job("b"));
  await few.add(job("a"));
  await expect(few.add(job("c"))).rejects.toThrow("The in-process queue is full: jobs 2, characters ");
  const small = createMemoryQueue({ maxCharacters: 1_000 });
  await small.add(job("a"));
  await expect(small.add(job("b", "issue.created", { text: "x".repeat(1_000) }))).rejects.toThrow(
    "is full: jobs 1, characters ",
  );
});

test("the room of a job that has ended is free again", async () => {
  const { queue } = await open(async () => done, { maxJobs: 1, maxCharacters: 500 });
  for (const id of ["a", "b", "c"]) {
    await queue.add(job(id));
    await queue.drained();
  }
  await queue.add(job("d"));
});

test("a worker takes only jobs of its handlers", async () => {
  const seen: string[] = [];
  const { queue, records } = await open(
    async ({ event }) => {
      seen.push(event);
      return done;
    },
    {},
    { handlers: [{ event: "issue.closed", version: "v1" }] },
  );
  await queue.add(job("a"));
  await queue.add(job("b", "issue.closed"));
  await expect.poll(() => seen).toEqual(["issue.closed"]);
  await queue.close?.();
  expect(records.map(({ message, fields }) => [message, fields])).toEqual([
    ["Deferred deliveries are lost: the in-process queue ends with the process", { lost: 1 }],
  ]);
});

test("a job that is given back for later waits as long as it asks, and no attempt is counted", async () => {
  const numbers: number[] = [];
  const { queue, timers } = await open(async (_, { number }) => {
    numbers.push(number);
    return numbers.length === 1 ? { state: "returned", reason: "no-handler", after: 60_000 } : done;
  });
  await queue.add(job("a"));
  await expect.poll(timers.waits).toEqual([60_000]);
  timers.end();
  await queue.drained();
  expect(numbers).toEqual([1, 1]);
});

test("closing a worker runs what is ready, then aborts what still runs, which counts as no attempt", async () => {
  const gate = deferred();
  const attempts: JobAttempt[] = [];
  const run: RunJob = (_, attempt) => {
    attempts.push(attempt);
    if (attempts.length === 1) return gate.promise.then(() => done);
    return new Promise((resolve) => attempt.signal.addEventListener("abort", () => resolve({ state: "returned" })));
  };
  const { queue, worker } = await open(run, {}, { concurrency: 1 });
  await queue.add(job("a"));
  await queue.add(job("b"));
  await expect.poll(() => attempts.length).toBe(1);
  const closed = worker.close(300);
  gate.resolve();
  await closed;
  expect(attempts.map(({ number, signal }) => [number, signal.aborted])).toEqual([
    [1, false],
    [1, true],
  ]);
  const again: number[] = [];
  const other = await queue.work(
    async (_, { number }) => {
      again.push(number);
      return done;
    },
    { concurrency: 1, handlers: [job("b")], logger: console },
  );
  await queue.drained();
  expect(again).toEqual([1]);
  await other.close(0);
});

test("a closed queue takes nothing, its timers end, and nobody waits for it any more", async () => {
  const { queue, worker, timers } = await open(async () => failed);
  await queue.add(job("a"));
  await expect.poll(timers.waits).toEqual([1_000]);
  await worker.close(0);
  const drained = queue.drained();
  await queue.close?.();
  await drained;
  expect(timers.waits()).toEqual([]);
  await expect(queue.add(job("b"))).rejects.toThrow("The in-process queue is closed");
});

test("tells how many jobs are dead, and how old the first is that waits", async () => {
  let now = 1_000;
  const { queue, timers } = await open(async () => failed, { now: () => now }, { concurrency: 0 });
  expect(queue.counts()).toEqual({ waiting: 0, running: 0, delayed: 0, dead: 0, oldestAge: 0 });
  await queue.add(job("a"));
  now = 3_500;
  await queue.add(job("b", "issue.closed"));
  now = 4_000;
  expect(queue.counts()).toEqual({ waiting: 2, running: 0, delayed: 0, dead: 0, oldestAge: 3_000 });
  const handlers = ["issue.created", "issue.closed"].map((event) => ({ event, version: "v1" }));
  const { logger } = createLogRecorder();
  const worker = await queue.work(async () => ({ state: "hopeless", reason: "handler-failed" }), {
    ...{ concurrency: 2, handlers, logger },
  });
  await expect.poll(queue.counts).toEqual({ waiting: 0, running: 0, delayed: 0, dead: 2, oldestAge: 0 });
  expect(timers.waits()).toEqual([]);
  await worker.close(0);
});

test("counts jobs in the words of the listing", async () => {
  const end = deferred();
  const run: RunJob = async ({ event }) => {
    if (event === "issue.closed") return failed;
    await end.promise;
    return done;
  };
  const { queue, timers } = await open(run, {}, { concurrency: 2 });
  await queue.add(job("a", "issue.closed"));
  await expect.poll(timers.waits).toHaveLength(1);
  for (const id of ["b", "c", "d", "e", "f"]) await queue.add(job(id));
  const counts: Partial<Record<JobState, number>> = { running: 2, waiting: 3, delayed: 1 };
  await expect.poll(queue.counts).toMatchObject(counts);
  end.resolve();
});
