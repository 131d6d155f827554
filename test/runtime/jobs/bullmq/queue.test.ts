import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import type { Job } from "../../../../runtime/jobs/job.js";
import { createLogRecorder } from "../../../../runtime/testing/log-recorder.js";
import { describeWithRedis } from "../../../support/redis-server.js";
import { until } from "../../../support/supervised.js";
import { done, encryptionKey, jobId, nameOf, newJob, openQueue, openWorker, useRedis } from "./open-queue.js";

describeWithRedis("the queue on BullMQ", () => {
  const under = useRedis();
  const { own } = under;
  /** Everything that Redis has, as text. */
  const dump = async (): Promise<string> => {
    const texts: string[] = [];
    for (const key of await under.client.keys("*")) {
      const type = await under.client.type(key);
      const value = {
        hash: () => under.client.hgetall(key),
        list: () => under.client.lrange(key, 0, -1),
        set: () => under.client.smembers(key),
        zset: () => under.client.zrange(key, 0, "-1"),
        stream: () => under.client.xrange(key, "-", "+"),
        string: () => under.client.get(key),
      }[type];
      if (value === undefined) throw new Error(`a key of type ${type}`);
      texts.push(`${key} ${JSON.stringify(await value())}`);
    }
    return texts.join("\n");
  };

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

  it("adds a job with a known id once, also when it is done, and when its handler has a limit meanwhile", async () => {
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
    await queue.add(newJob("first", { deferral: { concurrency: 1 } }));
    await queue.add(newJob("last"));
    await until("the last has run", () => runs.includes("last"));
    expect(runs).toEqual(["first", "last"]);
  });

  it("keeps of a done job what tells that it is known, and nothing of its content", async () => {
    const place = own();
    const queue = openQueue(place);
    await openWorker(queue, async () => done);
    await queue.add(newJob("first"));
    const key = `{${place.prefix}}:jobs:${jobId("first")}`;
    await until("its content is gone", async () => (await under.client.hget(key, "data")) === '""');
    expect(await under.client.hgetall(key)).toMatchObject({
      name: "issue.created@v1",
      data: '""',
      opts: '{"attempts":5}',
      atm: "1",
    });
    expect(await under.client.memory("USAGE", key)).toBeLessThan(400);
  });

  it("runs a failed job again until it succeeds, and counts the runs", async () => {
    const queue = openQueue(own());
    const runs: number[] = [];
    await openWorker(queue, async (_job, { number }) => {
      runs.push(number);
      return number < 3 ? { state: "failed", reason: "handler-failed" } : done;
    });
    await queue.add(newJob("first"));
    await until("three runs", () => runs.length === 3);
    expect(runs).toEqual([1, 2, 3]);
  });

  it("keeps a job as dead after its last run, and at once if it is hopeless", async () => {
    const place = own();
    const queue = openQueue(place);
    const runs: string[] = [];
    await openWorker(queue, async (job) => {
      runs.push(nameOf(job));
      return nameOf(job) === "hopeless"
        ? { state: "hopeless", reason: "scope-missing" }
        : { state: "failed", reason: "timeout" };
    });
    await queue.add(newJob("hopeless"));
    await queue.add(newJob("twice", { deferral: { attempts: 2 } }));
    await until("both are dead", async () => (await under.client.zcard(`{${place.prefix}}:jobs:failed`)) === 2);
    expect(runs.sort()).toEqual(["hopeless", "twice", "twice"]);
    const reasonOf = (name: string) =>
      under.client.hmget(`{${place.prefix}}:jobs:${jobId(name)}`, "failedReason", "atm", "stacktrace");
    expect(await reasonOf("hopeless")).toEqual(["scope-missing", "1", "[]"]);
    expect(await reasonOf("twice")).toEqual(["timeout", "2", "[]"]);
  });

  it("waits as long as the outcome says, if that is longer", async () => {
    const place = own();
    const queue = openQueue(place);
    await openWorker(queue, async () => ({ state: "failed", reason: "rate-limited", after: 3_600_000 }));
    await queue.add(newJob("first"));
    const key = `{${place.prefix}}:jobs:${jobId("first")}`;
    await until("it is delayed", async () => Number(await under.client.hget(key, "delay")) > 0);
    expect(Number(await under.client.hget(key, "delay"))).toBeGreaterThanOrEqual(3_600_000);
    expect(Number(await under.client.hget(key, "delay"))).toBeLessThan(3_700_000);
  });

  it("has nothing in clear in Redis but event, version, id, times and codes, in any state of a job", async () => {
    const place = own();
    const queue = openQueue(place);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const states = new Set<string>();
    await openWorker(queue, async (job) => {
      const name = nameOf(job);
      states.add(name);
      if (name === "done") return done;
      if (name === "dead") throw new Error("error-text-in-clear");
      if (name === "delayed") return { state: "failed", reason: "handler-failed", after: 3_600_000 };
      await held;
      return done;
    });
    for (const name of ["done", "dead", "delayed", "running"])
      await queue.add(newJob(name, { deferral: { attempts: name === "dead" ? 1 : 5 } }));
    await until("all ran", () => states.size === 4);
    await until("one is dead", async () => (await under.client.zcard(`{${place.prefix}}:jobs:failed`)) === 1);
    await until("one is delayed", async () => (await under.client.zcard(`{${place.prefix}}:jobs:delayed`)) === 1);
    await until("one is done", async () => (await under.client.zcard(`{${place.prefix}}:jobs:completed`)) === 1);
    const text = await dump();
    release();
    expect(text).toContain("issue.created@v1");
    expect(text).toContain(jobId("delayed"));
    expect(text).not.toMatch(/in-clear|error-text|title|secrets|payload/);
    expect(text).toContain("internal-error");
    expect(text).toContain("kg1.");
  });

  it("stores nothing of what is left out, not even encrypted", async () => {
    const queue = openQueue({ ...own(), leaveOut: ["secrets"] });
    const contents: unknown[] = [];
    await openWorker(queue, async ({ content }) => {
      contents.push(content);
      return done;
    });
    await queue.add(newJob("first", { content: { payload: { a: 1, secrets: { key: "x" } } } }));
    await until("it has run", () => contents.length === 1);
    expect(contents).toEqual([{ payload: { a: 1 } }]);
  });

  it("opens with every key, and seals with the first", async () => {
    const place = own();
    const newer = randomBytes(32).toString("hex");
    const runs: string[] = [];
    await openQueue(place).add(newJob("old"));
    const queue = openQueue({ ...place, encryptionKey: [newer, encryptionKey] });
    await queue.add(newJob("new"));
    await openWorker(queue, async (job) => {
      runs.push(nameOf(job));
      return done;
    });
    await until("both have run", () => runs.length === 2);
    expect(runs.sort()).toEqual(["new", "old"]);
  });

  it("gives a job back that it has no key for, which is no attempt, and the log names both keys", async () => {
    const place = own();
    const { logger, records } = createLogRecorder();
    await openQueue({ ...place, encryptionKey: randomBytes(32).toString("hex") }).add(
      newJob("foreign", { deferral: { attempts: 1 } }),
    );
    const runs: string[] = [];
    await openWorker(
      openQueue(place),
      async (job) => {
        runs.push(nameOf(job));
        return done;
      },
      { logger },
    );
    await until("it is delayed", async () => (await under.client.zcard(`{${place.prefix}}:jobs:delayed`)) === 1);
    expect(runs).toEqual([]);
    expect(records).toMatchObject([{ level: "error", fields: { jobId: jobId("foreign"), reason: "key-unknown" } }]);
    const kept = await under.client.hmget(`{${place.prefix}}:jobs:${jobId("foreign")}`, "failedReason", "atm");
    expect(kept).toEqual(["key-unknown", null]);
  });

  it("gives a job back that another program may run, after the time that the run asks for: no attempt is counted", async () => {
    const place = own();
    const queue = openQueue(place);
    const numbers: number[] = [];
    await queue.add(newJob("first", { deferral: { attempts: 1 } }));
    await openWorker(queue, async (_, { number }) => {
      numbers.push(number);
      return numbers.length === 1 ? { state: "returned", reason: "no-handler", after: 300 } : done;
    });
    const key = `{${place.prefix}}:jobs:${jobId("first")}`;
    await until("it waits", async () => (await under.client.zcard(`{${place.prefix}}:jobs:delayed`)) === 1);
    expect(await under.client.hget(key, "failedReason")).toBe("no-handler");
    await until("it is done", async () => (await under.client.zcard(`{${place.prefix}}:jobs:completed`)) === 1);
    expect(numbers).toEqual([1, 1]);
  });

  it("does not run a job whose content was exchanged", async () => {
    const place = own();
    const queue = openQueue(place);
    await queue.add(newJob("one"));
    await queue.add(newJob("other"));
    const keyOf = (name: string) => `{${place.prefix}}:jobs:${jobId(name)}`;
    await under.client.hset(keyOf("one"), "data", (await under.client.hget(keyOf("other"), "data")) ?? "");
    const runs: string[] = [];
    await openWorker(queue, async (job) => {
      runs.push(nameOf(job));
      return done;
    });
    await until("one is dead", async () => (await under.client.zcard(`{${place.prefix}}:jobs:failed`)) === 1);
    await until("the other has run", () => runs.length === 1);
    expect(runs).toEqual(["other"]);
    expect(await under.client.hget(keyOf("one"), "failedReason")).toBe("content-damaged");
  });
});
