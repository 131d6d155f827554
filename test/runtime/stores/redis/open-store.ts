import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll } from "vitest";
import { createRedisStore, type RedisStore, type RedisStoreOptions } from "../../../../runtime/redis.js";
import { type RedisServer, type RedisSettings, startRedis } from "../../../support/redis-server.js";

export const hour = 3_600_000;

export const reply = {
  status: 200,
  body: '{"ü":[1,null]}',
  subject: "issue.created\ndlv_1",
  keepUntil: hour,
};

export const claimAt = (now: number, owner = "one") => ({ owner, now, leaseUntil: now + 60_000 });

export interface RedisUnderTest {
  readonly server: RedisServer;
  /** A client of the test's own. */
  readonly redis: Redis;
  /** Opens a store, which is closed after the test. Its lines are discarded unless the test has a logger. */
  open(options?: RedisStoreOptions): Promise<RedisStore>;
  /** Sets the clock of Redis forward, for all that it keeps. */
  pass(milliseconds: number): Promise<void>;
}

export const quiet = { info() {}, warn() {} };

/** A script that sets the clock of a Redis forward, for all that it keeps. */
export const passing = `
for _, key in ipairs(redis.call("keys", "*")) do
  local left = redis.call("pttl", key) - ARGV[1]
  if left > 0 then redis.call("pexpire", key, left) else redis.call("del", key) end
end`;

/** A Redis for the tests of a file, empty at the start of each. */
export function useRedis(settings?: RedisSettings): RedisUnderTest {
  const opened: RedisStore[] = [];
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis(settings);
    redis = new Redis(server.url, {
      password: settings?.settings?.requirepass ?? "",
      retryStrategy: () => 50,
      maxRetriesPerRequest: null,
    });
    redis.on("error", () => undefined);
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    await redis.flushall();
  });
  afterAll(async () => {
    redis.disconnect();
    await server.close();
  });
  return {
    get server() {
      return server;
    },
    get redis() {
      return redis;
    },
    async open(options = {}) {
      const url = options.client === undefined ? { url: server.url } : {};
      const store = await createRedisStore({ ...url, logger: quiet, ...options });
      opened.push(store);
      return store;
    },
    async pass(milliseconds) {
      await redis.eval(passing, 0, milliseconds);
    },
  };
}
