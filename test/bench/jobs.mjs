// What a deferred delivery costs a queue: to add it, and to run it with a handler that does nothing.
import { deliveries } from "./deliveries.mjs";
import { forEachOf, median, mediansOf } from "./process.mjs";
import { perItem, startRedis } from "./redis.mjs";
import { benchKey } from "./runtime.mjs";

/** How many are added, and run, at the same time. */
const atATime = 20;

const logger = Object.fromEntries(["debug", "info", "warn", "error"].map((level) => [level, () => undefined]));

const openings = {
  memory: async () => (await import("kiket-gen/runtime")).createMemoryQueue({ maxJobs: 1_000_000 }),
  bullmq: async (url) => {
    const { createQueue } = await import("kiket-gen/runtime/bullmq");
    return createQueue({ url, encryptionKey: Buffer.alloc(32, 7).toString("base64") });
  },
};

function jobOf(id, body) {
  const deferral = { attempts: 5, backoff: { delay: 5_000, factor: 2, longest: 3_600_000 }, timeout: 900_000 };
  const content = { payload: JSON.parse(body) };
  return { id: `job-${id.padStart(43, "0")}`, event: "issue.created", version: "v1", deferral, content };
}

/** CPU of this process in microseconds, and a state of Redis. */
async function stateOf(redis) {
  const { user, system } = process.cpuUsage();
  return { cpu: user + system, redis: await redis.usage(), at: performance.now() };
}

function between(before, after, amount) {
  const { redisCpu, bytesIn, bytesOut, stored } = perItem(before.redis, after.redis, amount);
  const cpu = (after.cpu - before.cpu) / amount;
  return { cpu, rate: amount / ((after.at - before.at) / 1_000), redisCpu, bytesIn, bytesOut, stored };
}

async function measureQueue(queue, redis, jobs) {
  const start = await stateOf(redis);
  await forEachOf(jobs.length, atATime, (index) => queue.add(jobs[index]));
  const added = await stateOf(redis);
  let left = jobs.length;
  let worker;
  await new Promise((resolve, reject) => {
    const run = async () => {
      left -= 1;
      if (left === 0) resolve();
      return { state: "done" };
    };
    const handlers = [{ event: "issue.created", version: "v1" }];
    queue.work(run, { concurrency: atATime, handlers, logger }).then((started) => {
      worker = started;
    }, reject);
  });
  const ran = await stateOf(redis);
  await worker?.close(5_000);
  return { add: between(start, added, jobs.length), run: between(added, ran, jobs.length) };
}

/**
 * Each queue in turn, in this process: first jobs are added, then they are run. CPU in microseconds a job, `rate` in jobs a second,
 * medians of the rounds; `ratio` is the CPU to that of the queue in memory in the same round.
 */
export async function benchJobs(rounds, amount) {
  const { privateKey } = benchKey();
  const jobs = deliveries(amount, "job", privateKey).map(({ id, body }) => jobOf(id, body));
  const rows = Object.fromEntries(Object.keys(openings).map((name) => [name, []]));
  const redis = await startRedis();
  try {
    for (let round = -1; round < rounds; round += 1) {
      for (const [name, open] of Object.entries(openings)) {
        await redis.reset();
        const queue = await open(redis.url);
        const row = await measureQueue(queue, redis, jobs);
        await queue.close?.();
        // The first round compiles what is hot.
        if (round >= 0) rows[name].push(row);
      }
    }
  } finally {
    await redis.close();
  }
  return Object.fromEntries(
    Object.entries(rows).map(([name, all]) => {
      const ratio = (step) => median(all.map((row, round) => row[step].cpu / rows.memory[round][step].cpu));
      const steps = { add: mediansOf(all.map(({ add }) => add)), run: mediansOf(all.map(({ run }) => run)) };
      return [name, { ...steps, ratio: { add: ratio("add"), run: ratio("run") } }];
    }),
  );
}
