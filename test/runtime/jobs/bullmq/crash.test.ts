import { expect, it, onTestFinished, vi } from "vitest";
import { describeWithRedis } from "../../../support/redis-server.js";
import { until } from "../../../support/supervised.js";
import { jobId, newJob, openQueue, useRedis } from "./open-queue.js";
import { startWorkerProgram } from "./worker-program.js";

describeWithRedis("a worker on BullMQ that is killed", () => {
  const under = useRedis();
  const own = () => ({ ...under.own(), lease: 1_000 });

  it("leaves its jobs to another one, and the run does not count", async () => {
    const place = own();
    await openQueue(place).add(newJob("long"));
    const first = startWorkerProgram(place);
    await until("it runs", () => first.lines.includes("begin long 1"));
    first.process.kill("SIGKILL");
    await first.ended;
    const second = startWorkerProgram(place);
    await until("it runs again", () => second.lines.includes("begin long 1"));
  });

  it("gives its jobs back at SIGTERM, to another one at once", async () => {
    const place = { ...own(), lease: 600_000 };
    await openQueue(place).add(newJob("long"));
    const first = startWorkerProgram(place);
    await until("it runs", () => first.lines.includes("begin long 1"));
    const second = startWorkerProgram(place);
    await until("the other one works", () => second.lines.includes("working"));
    first.process.kill("SIGTERM");
    expect(await first.ended).toEqual([0, null]);
    expect(first.lines.slice(-2)).toEqual(["abort long", "closed"]);
    await until("it runs again", () => second.lines.includes("begin long 1"));
  });

  it("by one of its jobs again and again: this one is dead after four, and those beside it are done", {
    timeout: 120_000,
  }, async () => {
    const place = own();
    const queue = openQueue(place);
    const lines: string[] = [];
    await Promise.all(["poison", "slow 1000 a", "slow 1000 b", "slow 1000 c"].map((name) => queue.add(newJob(name))));
    let starts = 0;
    let isOver = false;
    onTestFinished(() => {
      isOver = true;
    });
    const keepRunning = async (): Promise<void> => {
      while (!isOver) {
        starts += 1;
        await startWorkerProgram(place, lines).ended;
      }
    };
    void keepRunning();
    const has = async (set: string): Promise<number> => under.client.zcard(`{${place.prefix}}:jobs:${set}`);
    const end = { timeout: 90_000, interval: 200 };
    await vi.waitFor(async () => expect([await has("completed"), await has("failed")]).toEqual([3, 1]), end);
    const dead = `{${place.prefix}}:jobs:${jobId("poison")}`;
    await until(
      "its reason is a code",
      async () => (await under.client.hget(dead, "failedReason")) === "worker-killed",
    );
    expect(await under.client.zrange(`{${place.prefix}}:jobs:failed`, 0, "-1")).toEqual([jobId("poison")]);
    expect(lines.filter((line) => line === "begin poison 1")).toHaveLength(4);
    expect(lines.filter((line) => line.startsWith("end ")).sort()).toEqual([
      "end slow 1000 a",
      "end slow 1000 b",
      "end slow 1000 c",
    ]);
    // The line comes through a pipe.
    const logged = () => lines.filter((line) => line.startsWith("log "));
    await until("the end of the job is logged", () => logged().length > 0);
    expect(logged()).toEqual(["log A deferred delivery is dead: its worker was killed each time it ran"]);
    expect(starts).toBe(5);
  });
});
