import { expect, it } from "vitest";
import type { RunJob } from "../../../../runtime/jobs/job.js";
import { describeWithRedis } from "../../../support/redis-server.js";
import { until } from "../../../support/supervised.js";
import { done, nameOf, newJob, openQueue, openWorker, useRedis } from "./open-queue.js";

/** Counts runs at the same time, each of which lasts until `release`. */
function countingRun() {
  const counts = { now: 0, most: 0, ended: 0 };
  const held: (() => void)[] = [];
  const run: RunJob = async () => {
    counts.now += 1;
    counts.most = Math.max(counts.most, counts.now);
    await new Promise<void>((resolve) => held.push(resolve));
    counts.now -= 1;
    counts.ended += 1;
    return done;
  };
  const release = (): void => {
    for (const end of held.splice(0)) end();
  };
  return { counts, run, release };
}

describeWithRedis("limits of the queue on BullMQ", () => {
  const under = useRedis();
  const { own } = under;

  it("runs at most as many jobs as the worker may, in all queues together", async () => {
    const queue = openQueue(own());
    const { counts, run, release } = countingRun();
    const handlers = [{ event: "issue.updated", version: "v1", concurrency: 2 }];
    for (const index of [1, 2, 3, 4]) {
      await queue.add(newJob(`common ${index}`));
      await queue.add(newJob(`own ${index}`, { event: "issue.updated", deferral: { concurrency: 2 } }));
    }
    await openWorker(queue, run, { concurrency: 3, handlers });
    await until("all places are taken", () => counts.now === 3);
    await until("all have ended", () => {
      release();
      return counts.ended === 8;
    });
    expect(counts.most).toBe(3);
  });

  it("holds the limit of a handler also for jobs that were added when it had none", async () => {
    const queue = openQueue(own());
    const { counts, run, release } = countingRun();
    for (const index of [1, 2, 3]) await queue.add(newJob(`before ${index}`));
    await queue.add(newJob("after", { deferral: { concurrency: 1 } }));
    await openWorker(queue, run, { handlers: [{ event: "issue.created", version: "v1", concurrency: 1 }] });
    await until("one runs", () => counts.now === 1);
    await until("all have ended", () => {
      release();
      return counts.ended === 4;
    });
    expect(counts.most).toBe(1);
  });

  it("empties the queue of a handler that has no limit any more, or is gone", async () => {
    const queue = openQueue(own());
    await queue.add(newJob("first", { deferral: { concurrency: 1 } }));
    const runs: string[] = [];
    await openWorker(queue, async (job) => {
      runs.push(nameOf(job));
      return done;
    });
    await until("it has run", () => runs.length === 1);
    expect(runs).toEqual(["first"]);
  });

  it("gives a job back when the worker closes, and no attempt is counted", async () => {
    const queue = openQueue(own());
    const numbers: number[] = [];
    const worker = await openWorker(queue, (_job, { number, signal }) => {
      numbers.push(number);
      return new Promise((resolve) => signal.addEventListener("abort", () => resolve({ state: "returned" })));
    });
    await queue.add(newJob("first"));
    await until("it runs", () => numbers.length === 1);
    await worker.close(0);
    await openWorker(queue, async (_job, { number }) => {
      numbers.push(number);
      return done;
    });
    await until("it runs again", () => numbers.length === 2);
    expect(numbers).toEqual([1, 1]);
  });

  it("gives a job back also if its handler does not care that the worker closes", async () => {
    const queue = openQueue(own());
    const runs: number[] = [];
    const worker = await openWorker(queue, (_job, { number }) => {
      runs.push(number);
      return new Promise(() => undefined);
    });
    await queue.add(newJob("first"));
    await until("it runs", () => runs.length === 1);
    await worker.close(0);
    await openWorker(queue, async (_job, { number }) => {
      runs.push(number);
      return done;
    });
    await until("it runs again", () => runs.length === 2);
    expect(runs).toEqual([1, 1]);
  });

  it("waits for a run when it closes, and stores what came of it", async () => {
    const place = own();
    const queue = openQueue(place);
    const { counts, run, release } = countingRun();
    const worker = await openWorker(queue, run);
    await queue.add(newJob("first"));
    await until("it runs", () => counts.now === 1);
    const closed = worker.close(30_000);
    release();
    await closed;
    expect(await under.client.zcard(`{${place.prefix}}:jobs:completed`)).toBe(1);
  });
});
