import { Cluster, Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRedisStore } from "../../../../runtime/redis.js";
import { type RedisClusterServers, startRedisCluster } from "../../../support/redis-cluster.js";
import { describeWithRedis } from "../../../support/redis-server.js";
import { keepsThePromises } from "../conformance.js";
import { claimAt, passing, quiet, reply } from "./open-store.js";

describeWithRedis("the store on a Redis Cluster", () => {
  let servers: RedisClusterServers;
  let cluster: Cluster;
  beforeAll(async () => {
    servers = await startRedisCluster();
    cluster = new Cluster([...servers.addresses], { enableAutoPipelining: true });
  });
  afterAll(async () => {
    cluster?.disconnect();
    await servers?.close();
  });
  const onEach = async (call: (node: Redis) => Promise<unknown>) => Promise.all(cluster.nodes("master").map(call));

  keepsThePromises({
    open: async () => {
      const store = await createRedisStore({ client: cluster, logger: quiet });
      return store;
    },
    isLasting: true,
    pass: async (milliseconds) => void (await onEach((node) => node.eval(passing, 0, milliseconds))),
    empty: async () => void (await onEach((node) => node.flushall())),
  });

  test("spreads deliveries over its nodes", async () => {
    const store = await createRedisStore({ client: cluster, logger: quiet });
    for (let index = 0; index < 60; index += 1) await store.finish(`${index}`, reply, 0);
    const sizes = (await onEach((node) => node.dbsize())) as number[];
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(60);
    expect(Math.min(...sizes)).toBeGreaterThan(5);
  });

  test("while one of its nodes is away, the others serve, and what it should have stored comes later", async () => {
    const store = await createRedisStore({ client: cluster, timeout: 1_000, logger: quiet });
    const keys = Array.from({ length: 12 }, (_, index) => `kept ${index}`);
    for (const key of keys) await store.begin(key, claimAt(0));
    servers.nodes[0]?.pause();
    const finished = await Promise.allSettled(keys.map((key) => store.finish(key, reply, 0)));
    const failed = keys.filter((_, index) => finished[index]?.status === "rejected");
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThan(12);
    // This process answers with what the node does not have.
    for (const key of failed) expect(await store.begin(key, claimAt(1, "two"))).toMatchObject({ state: "done" });
    servers.nodes[0]?.resume();
    const other = await createRedisStore({ client: cluster, logger: quiet });
    for (const key of keys) {
      await expect.poll(() => other.begin(key, claimAt(2, "three")).then(({ state }) => state, String)).toBe("done");
    }
  });

  test("needs a client: with the url of a node, the message says so", async () => {
    const store = await createRedisStore({ url: servers.nodes[0]?.url, logger: quiet });
    const answers = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => store.begin(`n${n}`, claimAt(0))));
    const reasons = answers.flatMap((answer) => (answer.status === "rejected" ? [String(answer.reason)] : []));
    expect(reasons[0]).toMatch(
      /MOVED \d+ 127\.0\.0\.1:\d+ \(this is a Redis Cluster: pass a client of ioredis instead of url, new Cluster\(\[…\]\)\)$/,
    );
    await store.close();
  });

  test("a single Redis that belongs to a cluster is a client too", async () => {
    const single = new Redis(servers.nodes[0]?.url ?? "");
    const store = await createRedisStore({ client: single, logger: quiet });
    await store.close();
    expect(await single.ping()).toBe("PONG");
    single.disconnect();
  });
});
