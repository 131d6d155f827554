import { Redis } from "ioredis";
import { expect, test } from "vitest";
import { createServerCheck, findingsOf } from "../../../../runtime/stores/redis/server-check.js";
import { createTestLogger } from "../../../support/deliveries.js";
import { describeWithRedis } from "../../../support/redis-server.js";
import { claimAt, reply, useRedis } from "./open-store.js";

const durable = {
  runId: "1",
  maxmemoryPolicy: "noeviction",
  maxmemory: 0,
  evictedKeys: 0,
  appendonly: true,
  appendfsync: "always",
};

test("a Redis that keeps everything is no line", () => {
  expect(findingsOf(durable)).toEqual([]);
});

test("a Redis that may delete verdicts is a warning, which says from how many deliveries on they are kept too short", () => {
  const [finding, ...others] = findingsOf({ ...durable, maxmemoryPolicy: "allkeys-lru", maxmemory: 689_542_000 });
  expect(others).toEqual([]);
  expect(finding).toEqual({
    level: "warn",
    message:
      "Redis deletes finished deliveries when its memory is full, and they run again if Kiket repeats them: set maxmemory-policy to noeviction. Above about 100000 deliveries an hour a verdict is kept for less than the 10 h 36 min in which Kiket repeats it",
    fields: { maxmemoryPolicy: "allkeys-lru", maxmemory: 689_542_000 },
  });
  expect(findingsOf({ ...durable, maxmemoryPolicy: "volatile-ttl" })[0]?.message).toMatch(/noeviction$/);
});

test("a Redis that forgets at a restart is a warning, one that may lose the last seconds a line", () => {
  expect(findingsOf({ ...durable, appendonly: false, appendfsync: "everysec" })).toMatchObject([
    { level: "warn", message: expect.stringContaining("set appendonly to yes"), fields: { appendonly: "no" } },
  ]);
  expect(findingsOf({ ...durable, appendfsync: "everysec" })).toMatchObject([
    { level: "info", message: expect.stringContaining("Only appendfsync always loses nothing") },
  ]);
});

test("what may not be read is said", () => {
  expect(findingsOf({ ...durable, appendfsync: undefined })).toMatchObject([
    { level: "info", fields: { unread: ["appendfsync (always keeps them over a power cut)"] } },
  ]);
  const unknown = { ...durable, maxmemoryPolicy: undefined, appendonly: undefined, appendfsync: undefined };
  expect(findingsOf(unknown)).toMatchObject([{ fields: { unread: { length: 3 } } }]);
});

test("each look tells what was deleted since the last one, also after the number was set back", async () => {
  const logger = createTestLogger();
  let evicted = 5;
  const info = () => `run_id:1\r\nmaxmemory_policy:noeviction\r\naof_enabled:1\r\nevicted_keys:${evicted}\r\n`;
  const node = { info: async () => info(), config: async () => ({ appendfsync: "always" }) };
  const check = createServerCheck(() => [node], logger, "redis://a");
  for (evicted of [5, 5, 12, 3, 3, 0]) await check();
  expect(logger.lines.map(({ fields }) => (fields as { deleted: number }).deleted)).toEqual([7, 3]);
  expect(logger.lines[0]).toEqual({
    level: "warn",
    message: "Redis has deleted keys because its memory is full: finished deliveries may run again. Raise maxmemory",
    fields: { redis: "redis://a", deleted: 7, maxmemoryPolicy: "noeviction" },
  });
});

describeWithRedis("a Redis that deletes verdicts", () => {
  const under = useRedis({ settings: { "maxmemory-policy": "allkeys-lru" } });

  test("is told", async () => {
    const logger = createTestLogger();
    const check = createServerCheck(() => [under.redis], logger, under.server.url);
    await check();
    const store = await under.open();
    for (let index = 0; index < 50; index += 1) await store.finish(`${index}`, reply, 0);
    await under.redis.config("SET", "maxmemory", "1");
    await store.begin("more", claimAt(0)).catch(() => undefined);
    await check();
    await under.redis.config("SET", "maxmemory", "0");
    expect(logger.lines.at(-1)).toMatchObject({
      level: "warn",
      message: expect.stringMatching(/^Redis has deleted keys because its memory is full/),
      fields: { deleted: 50, maxmemoryPolicy: "allkeys-lru" },
    });
  });
});

describeWithRedis("a real Redis", () => {
  const under = useRedis({ settings: { "maxmemory-policy": "allkeys-lru", maxmemory: "100mb" } });

  test("is checked once, and again after it has started anew", async () => {
    const logger = createTestLogger();
    const store = await under.open({ logger });
    await store.begin("a", claimAt(0));
    await expect.poll(() => logger.lines).toHaveLength(2);
    expect(logger.lines).toMatchObject([
      { level: "warn", fields: { redis: under.server.url, maxmemoryPolicy: "allkeys-lru", maxmemory: 104_857_600 } },
      { level: "warn", fields: { redis: under.server.url, appendonly: "no" } },
    ]);
    // The same server: only the connection is another one.
    await under.redis.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    await expect.poll(() => store.begin("b", claimAt(0, "b")).then(({ state }) => state, String)).toBe("new");
    await under.server.stop();
    await under.server.start();
    await expect.poll(() => logger.lines.filter(({ fields }) => "appendonly" in (fields ?? {}))).toHaveLength(2);
  });

  test("that may not be asked is no failure of the store", async () => {
    const rights = "on >secret ~* -@all +eval +evalsha +get +set".split(" ");
    await under.redis.call("ACL", "SETUSER", "blind", ...rights);
    const logger = createTestLogger();
    const client = new Redis(under.server.url.replace("//", "//blind:secret@"), { enableReadyCheck: false });
    const store = await under.open({ client, logger });
    expect(await store.begin("a", claimAt(0))).toEqual({ state: "new" });
    await expect.poll(() => logger.lines).toHaveLength(1);
    expect(logger.lines).toMatchObject([{ level: "info", fields: { unread: { length: 3 } } }]);
    client.disconnect();
  });
});
