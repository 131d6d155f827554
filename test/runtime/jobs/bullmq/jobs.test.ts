import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { openJobs } from "../../../../runtime/bullmq.js";
import type { JobListing, ListedJob } from "../../../../runtime/jobs/job-listing.js";
import { describeWithRedis, type RedisServer, startRedis } from "../../../support/redis-server.js";
import { done, jobId, nameOf, newJob, openQueue, openWorker } from "./open-queue.js";

const password = "p%40ss w/rd";
const written = "p%2540ss%20w%2Frd";

describeWithRedis("the listing of jobs on Redis", () => {
  let redis: RedisServer;
  let prefixes = 0;
  beforeAll(async () => {
    redis = await startRedis({ settings: { requirepass: password } });
  });
  afterAll(() => redis.close());

  const at = (port = redis.port) => `redis://:${written}@127.0.0.1:${port}`;

  /** A queue of the test's own, and its listing. */
  async function openBoth() {
    const own = { url: at(), prefix: `listing-${prefixes++}` };
    const jobs = await openJobs({ ...own, env: {} });
    onTestFinished(() => jobs.close());
    return { queue: openQueue(own), jobs, prefix: own.prefix };
  }

  function client(): Redis {
    const own = new Redis(redis.port, { password });
    onTestFinished(() => own.disconnect());
    return own;
  }

  async function until(jobs: JobListing, isSo: (all: readonly ListedJob[]) => boolean): Promise<readonly ListedJob[]> {
    let all: readonly ListedJob[] = [];
    await expect
      .poll(async () => {
        all = await jobs.list({ states: ["running", "waiting", "delayed", "dead", "done"] });
        return isSo(all);
      })
      .toBe(true);
    return all;
  }

  it("has each state, of handlers with a limit of their own too", async () => {
    const { queue, jobs, prefix } = await openBoth();
    const before = Date.now();
    const late = { backoff: { delay: 600_000, factor: 1, longest: 600_000 } };
    await queue.add(newJob("done"));
    await queue.add(newJob("dead", { event: "case.closed", version: "v2", deferral: { attempts: 2 } }));
    await queue.add(newJob("later", { deferral: { concurrency: 1, ...late } }));
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const handlers = [{ event: "issue.created", version: "v1", concurrency: 2 }];
    const worker = await openWorker(
      queue,
      async (job) => {
        if (nameOf(job) === "running") await ended;
        if (["done", "running"].includes(nameOf(job))) return done;
        return { state: "failed", reason: nameOf(job) === "dead" ? "handler-failed" : "handler-too-slow" };
      },
      { handlers },
    );
    await queue.add(newJob("running"));
    await until(jobs, (all) => all.map(({ state }) => state).join() === "running,delayed,dead,done");
    void worker.close(60_000);
    await queue.add(newJob("waiting", { event: "a@b" }));
    const all = await until(jobs, (found) => found.length === 5);
    const plain = { event: "issue.created", version: "v1", attempts: 0, maxAttempts: 5 };
    expect(all).toMatchObject([
      { id: jobId("running"), state: "running", ...plain, reason: undefined, endedAt: undefined },
      { id: jobId("waiting"), state: "waiting", ...plain, event: "a@b", nextRunAt: undefined },
      { id: jobId("later"), state: "delayed", ...plain, attempts: 1, reason: "handler-too-slow" },
      {
        ...{ id: jobId("dead"), state: "dead", event: "case.closed", version: "v2" },
        ...{ attempts: 2, maxAttempts: 2, reason: "handler-failed" },
      },
      { id: jobId("done"), state: "done", ...plain, attempts: 1, reason: undefined },
    ]);
    const [running, , later, dead] = all;
    expect(running?.startedAt).toBeGreaterThanOrEqual(before);
    expect(later?.nextRunAt).toBeGreaterThan(before + 300_000 - 1);
    expect(later?.nextRunAt).toBeLessThan(Date.now() + 600_001);
    expect(dead?.endedAt).toBeGreaterThanOrEqual(dead?.addedAt ?? Number.NaN);

    expect(await jobs.counts()).toEqual({ running: 1, waiting: 1, delayed: 1, dead: 1, done: 1 });
    await client().hset(`{${prefix}}:jobs:${jobId("waiting")}`, "timestamp", Date.now() - 90_000);
    const depth = await queue.counts?.();
    expect(depth).toMatchObject({ running: 1, waiting: 1, delayed: 1, dead: 1 });
    expect(depth?.oldestAge).toBeGreaterThanOrEqual(90_000);
    expect(depth?.oldestAge).toBeLessThan(120_000);
    const ids = async (filter: Parameters<JobListing["list"]>[0]) =>
      (await jobs.list(filter)).map(({ state }) => state);
    expect(await ids({})).toEqual(["running", "waiting", "delayed", "dead"]);
    expect(await ids({ limit: 2 })).toEqual(["running", "waiting"]);
    expect(await ids({ event: "case.closed@v2" })).toEqual(["dead"]);
    expect(await ids({ event: "case.closed@v1" })).toEqual([]);
    expect(await ids({ states: ["done", "dead"], event: "issue.created" })).toEqual(["done"]);
    expect(await jobs.find(jobId("later"))).toEqual(later);
    expect(await jobs.find(jobId("none"))).toBeUndefined();

    expect(await jobs.discard(jobId("running"))).toBe("running");
    expect(await jobs.discard(jobId("later"))).toBe("discarded");
    expect(await jobs.discard(jobId("later"))).toBe("unknown");
    expect(await jobs.retry(jobId("waiting"))).toBe("not-dead");
    expect(await jobs.retry(jobId("none"))).toBe("unknown");
    end();
  });

  it("lets a dead job run again with all its attempts", async () => {
    const { queue, jobs, prefix } = await openBoth();
    await queue.add(newJob("dead", { deferral: { attempts: 2 } }));
    const numbers: number[] = [];
    await openWorker(queue, async (_job, { number }) => {
      numbers.push(number);
      return { state: "failed", reason: "handler-failed" };
    });
    await until(jobs, ([job]) => job?.state === "dead");
    const key = `{${prefix}}:jobs:${jobId("dead")}`;
    await client().hset(key, "stc", 3);
    expect(await jobs.retry(jobId("dead"))).toBe("retried");
    await expect.poll(() => numbers).toEqual([1, 2, 1, 2]);
    await until(jobs, ([job]) => job?.state === "dead" && job.attempts === 2);
    expect(await client().hget(key, "stc")).toBeNull();
  });

  it("reads only, and never what is encrypted: nothing is written for a prefix that is empty", async () => {
    const { jobs, prefix, queue } = await openBoth();
    await jobs.list();
    await jobs.counts();
    expect([await jobs.retry("job-1"), await jobs.discard("job-1")]).toEqual(["unknown", "unknown"]);
    expect(await client().keys(`*${prefix}*`)).toEqual([]);
    await queue.add(newJob("sealed"));
    expect(JSON.stringify(await jobs.list())).not.toMatch(/kg1|in-clear/);
  });

  it("reads many jobs page by page, the next one first", async () => {
    const { queue, jobs } = await openBoth();
    for (let index = 0; index < 1_203; index += 1) await queue.add(newJob(`many-${index}`));
    const all = await jobs.list({ limit: Number.MAX_SAFE_INTEGER });
    expect(all).toHaveLength(1_203);
    expect(new Set(all.map(({ id }) => id)).size).toBe(1_203);
    expect(all[0]?.id).toBe(jobId("many-0"));
    expect(all.at(-1)?.id).toBe(jobId("many-1202"));
    expect((await jobs.list()).map(({ id }) => id)).toEqual(all.slice(0, 100).map(({ id }) => id));
  });

  it("survives what other programs have written", async () => {
    const { jobs, prefix } = await openBoth();
    const key = (part: string) => `{${prefix}}:jobs:${part}`;
    const own = client();
    await own.lpush(key("wait"), "\u001b[2J", "gone", "a-list", "strange");
    await own.lpush(key("a-list"), "x");
    await own.hset(key("\u001b[2J"), { name: "\u001b]0;title\u0007", timestamp: "no time", opts: "{", atm: "many" });
    await own.hset(key("strange"), { data: "none of ours" });
    await own.sadd(`{${prefix}}:own-queues`, "../x:y", "jobs.a:b", "other", "jobs.fine");
    expect(await jobs.list()).toEqual([
      {
        ...{ id: "\u001b[2J", event: "\u001b]0;title\u0007", version: "", state: "waiting", attempts: 0 },
        ...{ addedAt: Number.NaN, maxAttempts: undefined, nextRunAt: undefined, startedAt: undefined },
        ...{ endedAt: undefined, reason: undefined },
      },
    ]);
    for (const id of ["wait", "meta", "", "*", "../x", "own-queues"]) expect(await jobs.discard(id)).toBe("unknown");
    await own.set(key("failed"), "a text");
    await expect(jobs.list()).rejects.toThrow(
      /^Redis at redis:\/\/:\*\*\*@127\.0\.0\.1:\d+ has failed: WRONGTYPE .*Another program uses this prefix/,
    );
  });

  it.each([
    [
      "away",
      () => at(1),
      /^Redis at redis:\/\/:\*\*\*@127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED.*\. Start it, or correct its address/,
    ],
    ["without a password", () => redis.url, /NOAUTH.*put user and password into the url/],
    [
      "with another password",
      () => `redis://:sesame@127.0.0.1:${redis.port}`,
      /WRONGPASS.*password of the url is wrong/,
    ],
    ["with another user", () => `redis://me:sesame@127.0.0.1:${redis.port}`, /me:\*\*\*@.*WRONGPASS/],
    ["with TLS, which it does not speak", () => at().replace("redis:", "rediss:"), /cannot be used/],
    [
      "on a host that does not exist",
      () => "redis://:sesame@host.invalid",
      /host\.invalid cannot be used: .*(?:ENOTFOUND|EAI_AGAIN)/,
    ],
    [
      "that is no address of Redis",
      () => "http://:sesame@127.0.0.1",
      /^url \(or REDIS_URL\) must be the address of a Redis/,
    ],
    ["that is no address", () => "sesame@127.0.0.1:6379", /^url \(or REDIS_URL\) must be the address/],
    ["nowhere", () => "", /^url \(or REDIS_URL\) is not set/],
  ])("says what is wrong with a Redis %s, without the password", async (_what, url, message) => {
    const opening = openJobs({ url: url(), env: {} });
    await expect(opening).rejects.toThrow(message);
    const error: Error = await opening.catch((cause) => cause);
    expect(["KiketError", "ConfigError"]).toContain(error.name);
    for (const text of [String(error), String(error.cause), JSON.stringify(error)]) {
      expect(text).not.toMatch(/sesame|p%|p@|w\/rd|w%2F/);
    }
  });

  it("does not wait for ever for a Redis that does not answer", async () => {
    const { jobs } = await openBoth();
    redis.pause();
    try {
      await expect(openJobs({ url: at(), env: {} })).rejects.toThrow(/cannot be used: /);
      await expect(jobs.list()).rejects.toThrow(
        /^Redis at redis:\/\/:\*\*\*@127\.0\.0\.1:\d+ (?:has failed|does not answer)/,
      );
    } finally {
      redis.resume();
    }
  });
});
