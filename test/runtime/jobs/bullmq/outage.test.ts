import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { expect, it, onTestFinished } from "vitest";
import { createLogRecorder } from "../../../../runtime/testing/log-recorder.js";
import { describeWithRedis, type RedisServer, startRedis } from "../../../support/redis-server.js";
import { until } from "../../../support/supervised.js";
import { done, nameOf, newJob, openQueue, openWorker } from "./open-queue.js";
import { startWorkerProgram } from "./worker-program.js";

const durable = { appendonly: "yes", appendfsync: "always" };

async function openRedis(): Promise<RedisServer> {
  const redis = await startRedis({ settings: durable });
  onTestFinished(() => redis.close());
  return redis;
}

/** How a promise ended: its milliseconds at most, and the message of its error. */
async function endOf(task: Promise<unknown>): Promise<{ readonly seconds: number; readonly message: string }> {
  const start = performance.now();
  const message = await task.then(
    () => "stored",
    (error: Error) => error.message,
  );
  return { seconds: Math.round((performance.now() - start) / 1000), message };
}

describeWithRedis("the queue on BullMQ while Redis is away", () => {
  it("refuses a job within about two seconds, tells it once, and stores the next one when Redis is back", async () => {
    const redis = await openRedis();
    const { logger, records } = createLogRecorder();
    const queue = openQueue({ url: redis.url, logger });
    await queue.add(newJob("before"));
    await redis.stop("SIGKILL");
    const ends = await Promise.all(["a", "b", "c"].map((name) => endOf(queue.add(newJob(name)))));
    for (const { seconds, message } of ends) {
      expect(message).toMatch(/^Redis did not store the job within 2 s: .*ECONNREFUSED/);
      expect(seconds).toBeLessThanOrEqual(5);
    }
    const count = await endOf(Promise.resolve(queue.counts?.()));
    expect(count.message).toMatch(/^Redis did not count the jobs: .*ECONNREFUSED/);
    expect(count.seconds).toBeLessThanOrEqual(5);
    await redis.start();
    await until("it stores again", () =>
      queue.add(newJob("after")).then(
        () => true,
        () => false,
      ),
    );
    const lines = records.map(({ level, message, fields }) => `${level} ${message} ${Object(fields).redis}`);
    expect(lines).toEqual([
      `warn Redis is away: deferred deliveries are answered 503, and Kiket tries them again ${redis.url}`,
      `info Redis is back ${redis.url}`,
    ]);
    const client = new Redis(redis.url);
    onTestFinished(() => client.disconnect());
    // What was refused is not stored later.
    expect(await client.llen("{kiket-gen}:jobs:wait")).toBe(2);
  });

  it("refuses a job when Redis does not answer, and the same job is stored once afterwards", async () => {
    const redis = await openRedis();
    const queue = openQueue({ url: redis.url });
    await queue.add(newJob("before"));
    redis.pause();
    const { seconds, message } = await endOf(queue.add(newJob("first")));
    expect(message).toMatch(/^Redis did not store the job within 2 s: /);
    expect(seconds).toBeLessThanOrEqual(5);
    redis.resume();
    await until("it stores again", () =>
      queue.add(newJob("first")).then(
        () => true,
        () => false,
      ),
    );
    const runs: string[] = [];
    await openWorker(queue, async (job) => {
      runs.push(nameOf(job));
      return done;
    });
    await queue.add(newJob("last"));
    await until("the last has run", () => runs.includes("last"));
    expect(runs).toEqual(["before", "first", "last"]);
  });

  it("refuses a job if Redis was never there, and closes at once", async () => {
    const queue = openQueue({ url: "redis://127.0.0.1:1" });
    expect((await endOf(queue.add(newJob("first")))).message).toMatch(/ECONNREFUSED/);
    const worker = await openWorker(queue, async () => done);
    expect((await endOf(worker.close(0))).seconds).toBeLessThanOrEqual(5);
    expect((await endOf(queue.close?.() ?? Promise.resolve())).seconds).toBe(0);
  });

  it("stores what came of a run after Redis was restarted, and does not run the job again", async () => {
    const redis = await openRedis();
    const queue = openQueue({ url: redis.url });
    const { logger, records } = createLogRecorder();
    const runs: string[] = [];
    let end = () => {};
    const held = new Promise<void>((resolve) => {
      end = resolve;
    });
    await openWorker(
      queue,
      async (job) => {
        runs.push(nameOf(job));
        if (nameOf(job) === "first") await held;
        return done;
      },
      { logger },
    );
    await queue.add(newJob("first"));
    await until("it runs", () => runs.length === 1);
    await redis.stop("SIGKILL");
    end();
    await sleep(200);
    await redis.start();
    await until("the next is stored", () =>
      queue.add(newJob("second")).then(
        () => true,
        () => false,
      ),
    );
    await until("the next has run", () => runs.includes("second"));
    const client = new Redis(redis.url);
    onTestFinished(() => client.disconnect());
    await until("both are done", async () => (await client.zcard("{kiket-gen}:jobs:completed")) === 2);
    expect(runs).toEqual(["first", "second"]);
    expect(records.map(({ message }) => message)).toEqual(["Redis is away: deferred deliveries wait", "Redis is back"]);
  });

  it("does not run a job again that ended while Redis was away for longer than the lease", async () => {
    const redis = await openRedis();
    const place = { url: redis.url, lease: 1_000 };
    const queue = openQueue(place);
    const runs: string[] = [];
    let end = () => {};
    const held = new Promise<void>((resolve) => {
      end = resolve;
    });
    await openWorker(queue, async (job) => {
      runs.push(nameOf(job));
      if (nameOf(job) === "first") await held;
      return done;
    });
    await queue.add(newJob("first"));
    await until("it runs", () => runs.length === 1);
    redis.pause();
    end();
    await sleep(2_500);
    redis.resume();
    const client = new Redis(redis.url);
    onTestFinished(() => client.disconnect());
    await until("it is done", async () => (await client.zcard("{kiket-gen}:jobs:completed")) === 1);
    expect(runs).toEqual(["first"]);
  });

  it("aborts a run whose lease ended while Redis was away", async () => {
    const redis = await openRedis();
    const queue = openQueue({ url: redis.url, lease: 1_000 });
    const reasons: string[] = [];
    let runs = 0;
    await openWorker(queue, async (_job, { signal }) => {
      runs += 1;
      if (runs > 1) return done;
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      reasons.push(String(signal.reason));
      return { state: "returned" };
    });
    await queue.add(newJob("first"));
    await until("it runs", () => runs === 1);
    redis.pause();
    await sleep(2_500);
    redis.resume();
    await until("it runs again", () => runs === 2);
    expect(reasons).toEqual([
      "KiketError: Another worker may run the job: this one has not reached Redis for too long",
    ]);
  });

  it("lets a worker process end at SIGTERM", async () => {
    const redis = await openRedis();
    const place = { url: redis.url };
    await openQueue(place).add(newJob("long"));
    const program = startWorkerProgram(place);
    await until("it runs", () => program.lines.includes("begin long 1"));
    await redis.stop("SIGKILL");
    program.process.kill("SIGTERM");
    expect(await program.ended).toEqual([0, null]);
  });
});
