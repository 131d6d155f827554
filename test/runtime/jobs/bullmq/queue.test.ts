import { afterAll, beforeAll, expect, it } from "vitest";
import type { Job } from "../../../../runtime/jobs/job.js";
import { describeWithRedis, type RedisServer, startRedis } from "../../../support/redis-server.js";
import { until } from "../../../support/supervised.js";
import { done, nameOf, newJob, openQueue, openWorker } from "./open-queue.js";

describeWithRedis("the queue on BullMQ", () => {
  let redis: RedisServer;
  let prefixes = 0;
  const own = () => {
    prefixes += 1;
    return { url: redis.url, prefix: `test-${prefixes}` };
  };
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  it("runs a job once, with all that it was added with", async () => {
    const queue = openQueue(own());
    const runs: [Job, number][] = [];
    await queue.add(newJob("first"));
    await openWorker(queue, async (job, { number }) => {
      runs.push([job, number]);
      return done;
    });
    await queue.add(newJob("second"));
    await until("both have run", () => runs.length === 2);
    expect(runs).toEqual([
      [newJob("first"), 1],
      [newJob("second"), 1],
    ]);
  });

  it("adds a job with a known id once, also when it is done", async () => {
    const queue = openQueue(own());
    const runs: string[] = [];
    await queue.add(newJob("first"));
    await queue.add(newJob("first"));
    await openWorker(queue, async (job) => {
      runs.push(nameOf(job));
      return done;
    });
    await until("it has run", () => runs.length === 1);
    await queue.add(newJob("first"));
    await queue.add(newJob("last"));
    await until("the last has run", () => runs.includes("last"));
    expect(runs).toEqual(["first", "last"]);
  });
});
