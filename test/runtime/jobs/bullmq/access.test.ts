import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { expect, it, onTestFinished } from "vitest";
import { openJobs } from "../../../../runtime/bullmq.js";
import type { JobOutcome } from "../../../../runtime/jobs/job.js";
import { createLogRecorder } from "../../../../runtime/testing/log-recorder.js";
import { root } from "../../../support/project.js";
import { describeWithRedis, startRedis } from "../../../support/redis-server.js";
import { until } from "../../../support/supervised.js";
import { closeAfterTest, done, jobId, nameOf, newJob, openQueue, openWorker } from "./open-queue.js";

const page = readFileSync(join(root, "docs/reference/jobs.md"), "utf8");
const failed: JobOutcome = { state: "failed", reason: "handler-failed" };

describeWithRedis("the queue on BullMQ as the user of the documentation", () => {
  it("adds, runs, lists, retries and discards jobs, and reaches nothing else", async () => {
    const redis = await startRedis();
    closeAfterTest(redis.close);
    const admin = new Redis(redis.url);
    closeAfterTest(() => admin.disconnect());
    const [command = "", ...args] = /^ {4}(ACL SETUSER .*)$/m.exec(page)?.[1]?.split(" ") ?? [];
    await admin.call(command, ...args);
    const url = redis.url.replace("//", "//kiket:password@");

    const { logger, records } = createLogRecorder();
    const queue = openQueue({ url, logger });
    await queue.add(newJob("first"));
    await queue.add(newJob("limited", { event: "issue.closed", deferral: { concurrency: 1 } }));
    await queue.add(newJob("bad", { deferral: { attempts: 2 } }));
    let isMended = false;
    const runs: string[] = [];
    const handlers = [{ event: "issue.closed", version: "v1", concurrency: 1 }];
    const run = async (job: Parameters<typeof nameOf>[0]): Promise<JobOutcome> => {
      runs.push(nameOf(job));
      return nameOf(job) === "bad" && !isMended ? failed : done;
    };
    await openWorker(queue, run, { handlers, logger });
    const jobs = await openJobs({ url, env: {} });
    closeAfterTest(() => jobs.close());
    await until("one is dead and two are done", async () => {
      const { dead, done: ended } = await jobs.counts();
      return dead === 1 && ended === 2;
    });
    isMended = true;
    expect(await jobs.retry(jobId("bad"))).toBe("retried");
    await until("it has run again", async () => (await jobs.counts()).done === 3);
    expect(runs.sort()).toEqual(["bad", "bad", "bad", "first", "limited"]);
    expect(await jobs.discard(jobId("bad"))).toBe("discarded");
    expect(records).toEqual([]);

    const user = new Redis(url, { enableReadyCheck: false });
    onTestFinished(() => user.disconnect());
    for (const forbidden of [
      user.get("other"),
      user.flushall(),
      user.config("SET", "maxmemory", "1"),
      user.keys("*"),
    ]) {
      await expect(forbidden).rejects.toThrow("NOPERM");
    }
  });
});
