import { Cluster, Redis } from "ioredis";
import { expect, it, onTestFinished } from "vitest";
import { describeWithRedis, startRedis } from "../../../support/redis-server.js";
import { until } from "../../../support/supervised.js";
import { done, nameOf, newJob, openQueue, openWorker } from "./open-queue.js";

describeWithRedis("the queue on BullMQ in a Redis Cluster", () => {
  it("keeps all its keys in one slot, so that each script finds them", async () => {
    const redis = await startRedis({ settings: { "cluster-enabled": "yes", "cluster-announce-ip": "127.0.0.1" } });
    onTestFinished(() => redis.close());
    const client = new Redis(redis.url);
    onTestFinished(() => client.disconnect());
    await client.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
    await until("it serves", async () => String(await client.call("CLUSTER", "INFO")).includes("cluster_state:ok"));
    const connection = new Cluster([{ host: "127.0.0.1", port: redis.port }], { lazyConnect: true });
    onTestFinished(() => connection.disconnect());
    const queue = openQueue({ connection });
    const runs: string[] = [];
    await queue.add(newJob("first"));
    await queue.add(newJob("limited", { event: "issue.closed", deferral: { concurrency: 1 } }));
    await openWorker(queue, async (job) => {
      runs.push(nameOf(job));
      return done;
    });
    await until("both have run", () => runs.length === 2);
    const slots = await Promise.all((await client.keys("*")).map((key) => client.call("CLUSTER", "KEYSLOT", key)));
    expect(new Set(slots).size).toBe(1);
    expect(slots.length).toBeGreaterThan(5);
  });
});
