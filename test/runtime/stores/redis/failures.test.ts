import { Redis } from "ioredis";
import { expect, test } from "vitest";
import { createTestLogger } from "../../../support/deliveries.js";
import { describeWithRedis } from "../../../support/redis-server.js";
import { claimAt, reply, useRedis } from "./open-store.js";

const fresh = { state: "new" };
const running = { state: "running" };
const done = { state: "done", reply };
const timeout = 300;

/** Longer than a call may take on a slow machine. A call without a limit would not end. */
const bound = 5_000;

async function secondsOf(call: () => Promise<unknown>): Promise<{ readonly error: unknown; readonly ms: number }> {
  const start = performance.now();
  const error = await call().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { error, ms: performance.now() - start };
}

describeWithRedis("while Redis", () => {
  const under = useRedis({ settings: { appendonly: "yes", appendfsync: "always" } });

  test("is away, each call fails within the time; afterwards the verdict is stored by itself", async () => {
    const store = await under.open({ timeout });
    expect(await store.begin("a", claimAt(0))).toEqual(fresh);
    await under.server.stop("SIGKILL");
    const message = new RegExp(`^The delivery store on ${under.server.url} failed: no answer within 0.3 s$`);
    for (const call of [
      () => store.finish("a", reply, 0),
      () => store.begin("b", claimAt(0)),
      () => store.fail("c", "one"),
    ]) {
      const { error, ms } = await secondsOf(call);
      expect(error).toMatchObject({ name: "KiketError", message: expect.stringMatching(message) });
      expect(ms).toBeLessThan(bound);
    }
    // This process knows what Redis does not know yet.
    expect(await store.begin("a", claimAt(1, "two"))).toEqual(done);
    await under.server.start();
    const other = await under.open();
    await expect.poll(() => other.begin("a", claimAt(2, "three"))).toEqual(done);
    expect(await store.begin("a", claimAt(3, "four"))).toEqual(done);
  });

  test("is away for a moment, calls wait for it", async () => {
    const store = await under.open({ timeout: 20_000 });
    await store.begin("a", claimAt(0));
    await under.server.stop("SIGKILL");
    const finished = store.finish("a", reply, 0);
    const begun = store.begin("b", claimAt(0));
    await under.server.start();
    expect(await begun).toEqual(fresh);
    await finished;
    expect(await store.begin("a", claimAt(1, "two"))).toEqual(done);
  });

  test("stalls, a claim whose answer came too late is released", async () => {
    const store = await under.open({ timeout });
    await store.begin("a", claimAt(0));
    under.server.pause();
    const { error, ms } = await secondsOf(() => store.begin("b", claimAt(0, "lost")));
    expect(error).toMatchObject({ message: expect.stringContaining("no answer within 0.3 s") });
    expect(ms).toBeLessThan(bound);
    await expect(store.finish("a", reply, 0)).rejects.toThrow("no answer");
    under.server.resume();
    const other = await under.open();
    await expect.poll(async () => (await other.begin("a", claimAt(1, "three"))).state).toBe("done");
    // The release follows the begin that was late.
    await expect.poll(() => under.redis.keys("*")).toHaveLength(1);
    expect(await other.begin("b", claimAt(1, "two"))).toEqual(fresh);
  });

  test("loses a connection before it has answered, the claim stays that of its run", async () => {
    const store = await under.open({ timeout: 10_000 });
    await store.begin("a", claimAt(0));
    under.server.pause();
    const begun = store.begin("b", claimAt(0, "two"));
    // The begin is with Redis, which will run it and find no one to answer.
    await new Promise((resolve) => setTimeout(resolve, 200));
    const ended = under.redis.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    under.server.resume();
    await ended;
    expect(await begun).toEqual(fresh);
    expect(await store.begin("b", claimAt(1, "three"))).toEqual(running);
  });

  test("takes nothing for long, calls fail at once, and memory stays bounded", async () => {
    const store = await under.open({ timeout });
    await store.begin("a", claimAt(0));
    under.server.pause();
    const calls = await Promise.allSettled(Array.from({ length: 1_000 }, (_, n) => store.begin(`${n}`, claimAt(0))));
    expect(calls.filter(({ status }) => status === "fulfilled")).toEqual([]);
    await expect(store.begin("more", claimAt(0))).rejects.toThrow("earlier calls have no answer yet");
    under.server.resume();
    await expect.poll(async () => (await under.redis.keys("*")).length).toBe(1);
    await expect.poll(() => store.begin("more", claimAt(0)).catch(String)).toEqual(fresh);
  });

  test("is away at the start, the store is opened, tells it once, and works later", async () => {
    await under.server.stop("SIGKILL");
    const logger = createTestLogger();
    const store = await under.open({ timeout, logger });
    await expect(store.begin("a", claimAt(0))).rejects.toThrow("no answer within 0.3 s");
    await expect(store.begin("a", claimAt(0))).rejects.toThrow("no answer within 0.3 s");
    expect(logger.lines).toEqual([
      {
        level: "warn",
        message: "The delivery store has no connection to Redis",
        fields: { redis: under.server.url, reason: `connect ECONNREFUSED 127.0.0.1:${under.server.port}` },
      },
    ]);
    await under.server.start();
    await expect.poll(() => store.begin("b", claimAt(0, "b")).then(({ state }) => state, String)).toBe("new");
    expect(logger.lines[1]).toEqual({
      level: "info",
      message: "The delivery store has a connection to Redis again",
      fields: { redis: under.server.url },
    });
  });

  test.each([
    ["LOADING", "-LOADING Redis is loading the dataset in memory", "it has started and still loads its data"],
    ["MISCONF", "-MISCONF Errors writing to the AOF file: No space left", "it cannot write to its disk"],
    ["CLUSTERDOWN", "-CLUSTERDOWN Hash slot not served", "the cluster does not serve all keys"],
  ])("says %s, the message tells what to do", async (_code, answer, remedy) => {
    const client = new Redis(under.server.url);
    const text = answer.slice(1);
    client.defineCommand("kiketGenBegin", { lua: "", numberOfKeys: 1 });
    const store = await under.open({ client });
    Object.assign(client, {
      kiketGenBegin: () => client.eval(`return redis.error_reply(${JSON.stringify(text)})`, 0),
    });
    await expect(store.begin("a", claimAt(0))).rejects.toThrow(remedy);
    client.disconnect();
  });

  test("has no memory left, nothing is begun, and what finishes is stored later", async () => {
    const store = await under.open();
    await store.begin("a", claimAt(0));
    await under.redis.config("SET", "maxmemory", "1");
    await expect(store.begin("b", claimAt(0))).rejects.toThrow("its memory is full: raise maxmemory");
    await expect(store.finish("a", reply, 0)).rejects.toThrow("OOM");
    await under.redis.config("SET", "maxmemory", "0");
    await expect.poll(async () => (await under.redis.get((await under.redis.keys("*"))[0] ?? ""))?.[0]).toBe("[");
    expect(await store.begin("b", claimAt(0))).toEqual(fresh);
  });

  test("has become a replica, calls fail with what to do; later it is a primary again", async () => {
    const store = await under.open();
    await store.begin("a", claimAt(0));
    await under.redis.replicaof("127.0.0.1", 1);
    await expect(store.begin("b", claimAt(0))).rejects.toThrow(
      /READONLY.*\(this is a replica: give the address of the primary\)/,
    );
    await under.redis.replicaof("NO", "ONE");
    await expect.poll(() => store.begin("c", claimAt(0, "c")).then(({ state }) => state, String)).toBe("new");
  });

  test("has become a replica under load, each connection is ended once", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): number => warnings.push(warning);
    process.on("warning", onWarning);
    const store = await under.open();
    await store.begin("a", claimAt(0));
    await under.redis.replicaof("127.0.0.1", 1);
    await Promise.allSettled(Array.from({ length: 50 }, (_, index) => store.begin(`${index}`, claimAt(0))));
    await under.redis.replicaof("NO", "ONE");
    await expect.poll(() => store.begin("c", claimAt(0, "c")).then(({ state }) => state, String)).toBe("new");
    process.off("warning", onWarning);
    expect(warnings).toEqual([]);
  });

  test("has lost its scripts, they are sent again", async () => {
    const store = await under.open();
    await store.begin("a", claimAt(0));
    await under.redis.script("FLUSH");
    expect(await store.begin("a", claimAt(1, "two"))).toEqual(running);
    await store.fail("a", "one");
    expect(await store.begin("a", claimAt(1, "two"))).toEqual(fresh);
  });

  test.each([
    ["no JSON", "[}"],
    ["no list", "null"],
    ["no status", '["200","{}","a",9e12]'],
    ["a status that no reply has", '[999,"{}","a",9e12]'],
    ["a status without a body", '[204,"{}","a",9e12]'],
    ["a redirect", '[302,"{}","a",9e12]'],
    ["no end", '[200,"{}","a",null]'],
    ["a second header", '[200,"x","a",9e12,"text/plain\\r\\nset-cookie: a=b"]'],
    ["no content type", '[200,"x","a",9e12,{}]'],
  ])("holds something else, the call fails: %s", async (_what, text) => {
    const store = await under.open();
    await store.begin("a", claimAt(0));
    await under.redis.set((await under.redis.keys("*"))[0] ?? "", text);
    await expect(store.begin("a", claimAt(1, "two"))).rejects.toThrow(
      "The delivery is finished, but its stored reply is damaged",
    );
  });

  test("is away when the store is closed, it says what is lost, and ends", async () => {
    const logger = createTestLogger();
    const store = await under.open({ timeout, logger });
    await store.begin("a", claimAt(0));
    await under.server.stop("SIGKILL");
    await expect(store.finish("a", reply, 0)).rejects.toThrow("no answer");
    await store.close();
    expect(logger.lines.at(-1)).toEqual({
      level: "warn",
      message: "The delivery store was closed while Redis was away: finished deliveries may run again",
      fields: { redis: under.server.url, deliveries: 1 },
    });
    await expect(store.begin("b", claimAt(0))).rejects.toThrow("The delivery store is closed");
    await under.server.start();
  });
});
