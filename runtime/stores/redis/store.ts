import { ConfigError, KiketError } from "../../base/errors.js";
import type { Logger } from "../../base/logger.js";
import { processEnvironment } from "../../base/process.js";
import { requireRedisUrl, withoutPassword } from "../../base/redis/redis-url.js";
import { trimmedText } from "../../base/text.js";
import { requireWholeNumber } from "../../base/whole-number.js";
import { consoleLogger } from "../../logging/console-logger.js";
import type { Begun, Claim, DeliveryStore, StoredReply } from "../delivery-store.js";
import { inTime } from "./call.js";
import { connect } from "./client.js";
import { commandsOf, type RedisClient } from "./commands.js";
import { redisReason, storeFailure } from "./failure.js";
import { begunOf, claimText, redisKey, verdictText } from "./stored-value.js";

export interface RedisStoreOptions {
  /**
   * `redis://user:password@host:6379/0`, or `rediss://` for TLS. Default: `REDIS_URL` of the environment. Not together with `client`.
   */
  readonly url?: string | undefined;
  /** A client of ioredis, for Sentinel, Cluster and options of its own. The store does not close it. */
  readonly client?: RedisClient | undefined;
  /** What every key starts with. Extensions may share a prefix. Default `kiket-gen`. */
  readonly prefix?: string | undefined;
  /** The longest time of one call in milliseconds. A delivery whose call takes longer is answered 503. Default 2000. */
  readonly timeout?: number | undefined;
  /** For warnings of the store. Default: JSON lines on the console. */
  readonly logger?: Pick<Logger, "info" | "warn"> | undefined;
}

export interface RedisStore extends DeliveryStore {
  begin(key: string, claim: Claim): Promise<Begun>;
  finish(key: string, reply: StoredReply, now?: number): Promise<void>;
  fail(key: string, owner: string): Promise<void>;
  /** Waits for the calls that were made before, and closes the connection that the store made. Later calls are rejected. */
  close(): Promise<void>;
}

function checkedPrefix(prefix: string): string {
  if (/^[\w.:/-]+$/.test(prefix)) return prefix;
  throw new ConfigError(
    "prefix of the delivery store may have letters, digits and . : / _ - only. Braces would move all keys to one slot.",
  );
}

/** The client of the user, or a new one. */
async function clientOf({ url, client, logger = consoleLogger }: RedisStoreOptions, timeout: number) {
  if (client !== undefined && url !== undefined) {
    throw new ConfigError("The delivery store on Redis takes url or client, not both.");
  }
  if (client !== undefined) return { client, address: "Redis", end: () => undefined };
  const given = requireRedisUrl(
    url === undefined ? "url of the delivery store (default: REDIS_URL)" : "url of the delivery store",
    url ?? trimmedText(processEnvironment().REDIS_URL),
  );
  const address = withoutPassword(given);
  const own = await connect(given, timeout, (error) =>
    logger.warn("The delivery store has no connection to Redis", { redis: address, reason: redisReason(error) }),
  );
  return { client: own, address, end: () => own.disconnect() };
}

/**
 * A store on Redis 6.2 or newer, for all processes on all machines that use it. Needs the package `ioredis`.
 * @throws {ConfigError} if an option is wrong, or ioredis is missing. A Redis that is away is no error: it connects later.
 */
export async function createRedisStore(options: RedisStoreOptions = {}): Promise<RedisStore> {
  const { prefix = "kiket-gen", timeout = 2_000 } = options;
  checkedPrefix(prefix);
  requireWholeNumber("timeout of the delivery store", timeout, 1);
  const { client, address, end } = await clientOf(options, timeout);
  const commands = commandsOf(client);
  let isClosed = false;

  const call = async <T>(send: () => Promise<T>): Promise<T> => {
    if (isClosed) throw new KiketError("The delivery store is closed");
    try {
      return await inTime(send(), timeout, () => undefined);
    } catch (error) {
      throw storeFailure(address, error);
    }
  };
  return {
    async begin(key, { owner, now, leaseUntil }) {
      const lease = Math.max(1, Math.ceil(leaseUntil - now));
      return begunOf(await call(() => commands.begin(redisKey(prefix, key), claimText(owner), lease)));
    },
    async finish(key, reply, now = Date.now()) {
      const kept = Math.max(1, Math.ceil(reply.keepUntil - now));
      await call(() => commands.finish(redisKey(prefix, key), verdictText(reply), kept));
    },
    async fail(key, owner) {
      await call(() => commands.release(redisKey(prefix, key), claimText(owner)));
    },
    async close() {
      isClosed = true;
      end();
    },
  };
}
