import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createRedisStore } from "../../../../runtime/redis.js";
import { createTestLogger } from "../../../support/deliveries.js";
import { describeWithRedis } from "../../../support/redis-server.js";
import { claimAt, quiet, reply, useRedis } from "./open-store.js";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server of the test's own. Returns its address. */
async function listen(onConnection: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    onConnection(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `redis://127.0.0.1:${(server.address() as { port: number }).port}`;
}

test("a server that closes each connection without a word, as one with TLS does, is told once", async () => {
  const logger = createTestLogger();
  let connections = 0;
  const url = await listen((socket) => {
    connections += 1;
    socket.on("data", () => socket.end());
  });
  const store = await createRedisStore({ url, timeout: 500, logger });
  await expect(store.begin("a", claimAt(0))).rejects.toThrow("no answer");
  await expect.poll(() => connections).toBeGreaterThan(2);
  await store.close();
  expect(logger.lines).toEqual([
    {
      level: "warn",
      message: "The delivery store has no connection to Redis",
      fields: {
        redis: url,
        reason: "it closes each connection. If it wants TLS, the address starts with rediss://",
      },
    },
  ]);
});

test("two reasons in turn are two lines, not one for each try", async () => {
  const logger = createTestLogger();
  let connections = 0;
  const url = await listen((socket) => {
    connections += 1;
    socket.end(connections % 2 === 0 ? "one\r\n" : "two\r\n");
  });
  const store = await createRedisStore({ url, timeout: 1_000, logger });
  await expect.poll(() => connections, { timeout: 10_000 }).toBeGreaterThan(5);
  await store.close();
  expect(logger.lines).toHaveLength(2);
});

test("a store that is closed while it connects says nothing", async () => {
  const logger = createTestLogger();
  const url = await listen(() => undefined);
  const store = await createRedisStore({ url, timeout: 200, logger });
  await expect(store.begin("a", claimAt(0))).rejects.toThrow("no answer");
  await store.close();
  expect(logger.lines.filter(({ message }) => message.includes("no connection"))).toEqual([]);
});

describeWithRedis("a line to Redis that is slow", () => {
  const under = useRedis();

  test("is kept while it answers, so that what was sent is not sent again", async () => {
    let connections = 0;
    const url = await listen((socket) => {
      connections += 1;
      const redis = connect(under.server.port, "127.0.0.1");
      redis.on("error", () => undefined);
      redis.on("data", (data) => socket.write(data));
      socket.on("data", (data) => {
        socket.pause();
        // 64 KiB every 40 ms.
        setTimeout(() => {
          redis.write(data);
          socket.resume();
        }, 40);
      });
      socket.on("close", () => redis.destroy());
    });
    const store = await createRedisStore({ url, timeout: 1_000, logger: quiet });
    await store.begin("warm", claimAt(0));
    const long = { ...reply, body: "x".repeat(60_000) };
    const finished = await Promise.allSettled(
      Array.from({ length: 60 }, (_, index) => store.finish(`${index}`, long, 0)),
    );
    expect(finished.filter(({ status }) => status === "rejected").length).toBeGreaterThan(0);
    await expect.poll(() => under.redis.dbsize(), { timeout: 20_000 }).toBe(61);
    expect(connections).toBe(1);
    await store.close();
  }, 40_000);
});
