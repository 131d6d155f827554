import { expect, it } from "vitest";
import { createLogRecorder } from "../../../../runtime/testing/log-recorder.js";
import { describeWithRedis } from "../../../support/redis-server.js";
import { until } from "../../../support/supervised.js";
import { done, jobId, newJob, openQueue, openWorker, useRedis } from "./open-queue.js";

const name = "issue.created@v1";
const attempts = '{"attempts":1}';
const clear = { event: "issue.created", version: "v1", deferral: newJob("x").deferral, content: {} };

/** Jobs of somebody who can write to Redis, and has no key. */
const forged: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "in-clear": { name, data: JSON.stringify(clear), opts: attempts },
  "sealed-text-in-clear": { name, data: JSON.stringify(JSON.stringify(clear)), opts: attempts },
  "no-json": { name, data: "no json", opts: attempts },
  "no-options": { name, data: '"x"', opts: "no json" },
  "null-options": { name, data: '"x"', opts: "null" },
  prototype: {
    name: "__proto__",
    data: '{"__proto__":{"polluted":1}}',
    opts: '{"__proto__":{"polluted":1},"attempts":1}',
  },
  parent: { name, data: '"x"', opts: attempts, parent: "no json", parentKey: "{other}:jobs:1" },
  repeated: { name, data: '"x"', opts: '{"repeat":{"pattern":"* * * * * *"}}', rjk: "again" },
  numbers: { name, data: '"x"', opts: attempts, atm: "many", ats: "many", stc: "many", stacktrace: "none" },
  long: { name: "n".repeat(100_000), data: `"kg1.aaaaaaaa.${"A".repeat(5_000_000)}"`, opts: attempts },
  deferred: { name: `\u001b[2J${"n".repeat(100_000)}@v1`, data: '"x"', opts: attempts, defa: "a text" },
  "a:b": { name, data: '"x"', opts: attempts },
  [`\u001b[2J${"i".repeat(100_000)}`]: { name, data: '"x"', opts: attempts },
  7: { name, data: '"x"', opts: attempts },
};

describeWithRedis("a worker on a Redis to which somebody else can write", () => {
  const under = useRedis();

  it("runs no handler for a job that was made without the key, and goes on", async () => {
    const { logger, records } = createLogRecorder();
    const queue = openQueue({ ...under.own(), prefix: "forged" });
    for (const [id, job] of Object.entries(forged)) {
      await under.client.hset(`{forged}:jobs:${id}`, { timestamp: "1", ...job });
      await under.client.lpush("{forged}:jobs:wait", id);
    }
    const runs: string[] = [];
    await openWorker(
      queue,
      async ({ id }) => {
        runs.push(id);
        return done;
      },
      { logger },
    );
    await until("most are dead", async () => (await under.client.zcard("{forged}:jobs:failed")) >= 8);
    await queue.add(newJob("last"));
    await until("the last one has run", () => runs.length > 0);
    expect(runs).toEqual([jobId("last")]);
    expect({}).not.toHaveProperty("polluted");
    const lines = records.map((record) => JSON.stringify(record));
    expect(lines.join("\n")).toContain("content-damaged");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(1_000);
    expect(records.map(({ fields }) => Object.values(fields ?? {}).join()).join()).not.toContain("\u001b");
  });

  it("works on no queue whose name is none of its own", async () => {
    const queue = openQueue({ ...under.own(), prefix: "names" });
    const names = ["", "a:b", "jobs", "other", "jobs.a:b", "jobs.{x}", "jobs."];
    await under.client.sadd("{names}:own-queues", ...names);
    for (const each of names.filter((one) => one !== "jobs")) {
      await under.client.hset(`{names}:${each}:job-1`, forged["in-clear"] ?? {});
      await under.client.lpush(`{names}:${each}:wait`, "job-1");
    }
    await queue.add(newJob("own", { deferral: { concurrency: 1 } }));
    const runs: string[] = [];
    await openWorker(queue, async ({ id }) => {
      runs.push(id);
      return done;
    });
    await until("the own one has run", () => runs.length > 0);
    expect(runs).toEqual([jobId("own")]);
    for (const each of names.filter((one) => one !== "jobs")) {
      expect(await under.client.llen(`{names}:${each}:wait`), each).toBe(1);
    }
  });

  it("refuses a job without passing on what it was sent with", async () => {
    await under.client.set("{refused}:jobs:wait", "a text");
    const queue = openQueue({ ...under.own(), prefix: "refused" });
    const error: Error = await queue.add(newJob("first")).catch((cause) => cause);
    expect(error.message).toMatch(/^Redis did not store the job within 2 s: WRONGTYPE/);
    expect(error.cause).toBeUndefined();
  });
});
