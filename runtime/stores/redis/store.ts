import { ConfigError, KiketError } from "../../base/errors.js";
import type { Logger } from "../../base/logger.js";
import { processEnvironment } from "../../base/process.js";
import { isRefusal, redisReason } from "../../base/redis/redis-failure.js";
import { requireRedisUrl, withoutPassword } from "../../base/redis/redis-url.js";
import { trimmedText } from "../../base/text.js";
import { requireWholeNumber } from "../../base/whole-number.js";
import { consoleLogger } from "../../logging/console-logger.js";
import type { Begun, Claim, DeliveryStore, StoredReply } from "../delivery-store.js";
import { createCalls } from "./calls.js";
import { connect, type OwnClient } from "./client.js";
import { commandsOf, type RedisClient } from "./commands.js";
import { createOutbox } from "./outbox.js";
import { createServerCheck } from "./server-check.js";
import { begunOf, claimText, redisKey, verdictText } from "./stored-value.js";

/** What Redis takes. */
const wholeMilliseconds = (milliseconds: number): number => Math.max(1, Math.ceil(milliseconds));
const isOfAnother = (stored: string | null): boolean => stored !== null;
const hasSucceeded = [() => true, () => false] as const;

/** Options of `createRedisStore`. Without `url` and `client` it takes `REDIS_URL`. */
export interface RedisStoreOptions {
  /**
   * `redis://user:password@host:6379/0`, or `rediss://` for TLS. Default: `REDIS_URL` of the environment. Not together with `client`.
   */
  readonly url?: string | undefined;
  /** A client of ioredis, for Sentinel, Cluster and options of its own. The store does not close it. Default: none. */
  readonly client?: RedisClient | undefined;
  /** What every key starts with. Extensions may share a prefix. Default `kiket-gen`. */
  readonly prefix?: string | undefined;
  /** The longest time of one call in milliseconds. A delivery whose call takes longer is answered 503. Default 2000. */
  readonly timeout?: number | undefined;
  /** For warnings of the store. Default: JSON lines on the console. */
  readonly logger?: Pick<Logger, "info" | "warn"> | undefined;
}

/** A delivery store that several processes and machines share. */
export interface RedisStore extends DeliveryStore {
  begin(key: string, claim: Claim): Promise<Begun>;
  finish(key: string, reply: StoredReply, now?: number): Promise<void>;
  fail(key: string, owner: string): Promise<void>;
  /** Waits for the calls that were made before, and closes the connection that the store made. Later calls are rejected. */
  close(): Promise<void>;
}

function requireNoBraces(name: string, value: string): void {
  if (!/[{}]/.test(value)) return;
  throw new ConfigError(`${name} must not contain braces: they would move all keys to one slot of a Redis Cluster.`);
}

/** @throws {ConfigError} if the store cannot work with this client. */
function requireClient(client: RedisClient): void {
  if (typeof client.defineCommand !== "function" || typeof client.options !== "object") {
    throw new ConfigError("client of the delivery store must be a Redis or Cluster of ioredis.");
  }
  requireNoBraces("keyPrefix of the client", client.options.keyPrefix ?? "");
  // Without it, ioredis forgets calls that have no answer when a connection is lost: they would neither succeed nor fail.
  if (client.options.autoResendUnfulfilledCommands === false) {
    throw new ConfigError("client of the delivery store must not have autoResendUnfulfilledCommands: false.");
  }
}

interface Connection {
  readonly client: RedisClient;
  /** For messages. */
  readonly address: string;
  readonly watch: OwnClient["watch"] | (() => undefined);
  readonly end: () => void;
}

/** The client of the user, or a new one. */
async function connectionOf(
  { url, client, logger = consoleLogger }: RedisStoreOptions,
  timeout: number,
): Promise<Connection> {
  if (client !== undefined) {
    if (url !== undefined) throw new ConfigError("The delivery store on Redis takes url or client, not both.");
    requireClient(client);
    return { client, address: "Redis", watch: () => undefined, end: () => undefined };
  }
  const name = "url of the delivery store";
  const given = requireRedisUrl(
    url === undefined ? `${name}, or REDIS_URL of the environment,` : name,
    url ?? trimmedText(processEnvironment().REDIS_URL),
  );
  const address = withoutPassword(given);
  const own = await connect(
    given,
    timeout,
    (error) =>
      logger.warn("The delivery store has no connection to Redis", { redis: address, reason: redisReason(error) }),
    () => logger.info("The delivery store has a connection to Redis again", { redis: address }),
  );
  return { client: own.client, address, watch: own.watch, end: own.end };
}

/** Above one of them, calls fail at once until Redis answers again. */
const mostUnanswered = 1_000;
const mostUnansweredBytes = 32 * 1024 * 1024;
/** How long a claim that should not be there can last: longer than any lease. */
const longestClaim = 3_600_000;
const checkInterval = 600_000;

const monotonic = (): number => performance.now();

/**
 * A store on Redis 6 or newer, or Valkey, for all processes on all machines that use it. Needs the package `ioredis`. A delivery that
 * has an id takes two keys and four commands, two EVALSHA and two SET: about 910 bytes sent, 16 received, and 650 in Redis for 24 hours.
 * While Redis is away, deliveries are answered 503; verdicts that could not be stored are kept, and stored later.
 * @throws {ConfigError} if an option is wrong, or ioredis is missing. A Redis that is away is no error: it connects later.
 */
export async function createRedisStore(options: RedisStoreOptions = {}): Promise<RedisStore> {
  const { prefix = "kiket-gen", timeout = 2_000, logger = consoleLogger } = options;
  requireNoBraces("prefix of the delivery store", prefix);
  requireWholeNumber("timeout of the delivery store", timeout, 1);
  const { client, address, watch, end } = await connectionOf(options, timeout);
  const commands = commandsOf(client);
  // ioredis puts the arguments on its errors, so they are not passed on.
  const failure = (error: unknown) => new KiketError(`The delivery store on ${address} failed: ${redisReason(error)}`);
  const calls = createCalls({ timeout, mostUnanswered, mostBytes: mostUnansweredBytes }, failure, watch);
  const outbox = createOutbox(monotonic, () =>
    logger.warn("Redis is away for so long that finished deliveries are forgotten, and may run again", {
      redis: address,
    }),
  );
  const check = createServerCheck(() => client.nodes?.("master") ?? [client], logger, address);
  let checkAt = 0;
  const checkSoon = (): void => {
    checkAt = monotonic() + checkInterval;
    // Without an answer, it is made again later.
    check().catch(() => undefined);
  };
  const onReady = (): void => {
    outbox.flush();
    checkSoon();
  };
  client.on("ready", onReady);
  if (client.status === "ready") checkSoon();
  let closing: Promise<void> | undefined;

  const releaseLater = (key: string, claim: string, sent?: Promise<boolean>): void =>
    outbox.keep({ key, until: monotonic() + longestClaim, send: () => commands.release(key, claim) }, sent);
  return {
    async begin(rawKey, { owner, now, leaseUntil }) {
      if (monotonic() >= checkAt && client.status === "ready") checkSoon();
      const key = redisKey(prefix, rawKey);
      const reply = outbox.replyFor(key);
      if (reply !== undefined) return { state: "done", reply };
      const claim = claimText(owner);
      const lease = wholeMilliseconds(leaseUntil - now);
      const stored = await calls.make(
        () => commands.begin(key, claim, lease),
        // The claim may be there, or come to be there.
        (error, sent) => {
          if (sent !== undefined && !isRefusal(error))
            releaseLater(
              key,
              claim,
              sent.then(isOfAnother, () => false),
            );
        },
      );
      return begunOf(stored);
    },
    async finish(rawKey, reply, now = Date.now()) {
      const key = redisKey(prefix, rawKey);
      const verdict = verdictText(reply);
      const until = monotonic() + reply.keepUntil - now;
      const left = (): number => wholeMilliseconds(until - monotonic());
      await calls.make(
        () => commands.finish(key, verdict, wholeMilliseconds(reply.keepUntil - now)),
        (_error, sent) => {
          const send = () => commands.finishLate(key, verdict, left());
          outbox.keep({ key, reply, until, send }, sent?.then(...hasSucceeded));
        },
        2 * verdict.length,
      );
    },
    async fail(rawKey, owner) {
      const key = redisKey(prefix, rawKey);
      const claim = claimText(owner);
      await calls.make(
        () => commands.release(key, claim),
        (_error, sent) => releaseLater(key, claim, sent?.then(...hasSucceeded)),
      );
    },
    close() {
      closing ??= (async () => {
        await calls.end();
        const lost = await outbox.drain(timeout);
        if (lost > 0) {
          const message = "The delivery store was closed while Redis was away: finished deliveries may run again";
          logger.warn(message, { redis: address, deliveries: lost });
        }
        client.off("ready", onReady);
        end();
      })();
      return closing;
    },
  };
}
