import type { Logger } from "../../base/logger.js";
import { redisReason } from "../../base/redis/redis-failure.js";

/** Tells once that Redis is away, and once that it is back, however many errors there are. */
export interface AwayNotice {
  readonly isAway: () => boolean;
  /** What ioredis said last; undefined while Redis answers. */
  readonly reason: () => string | undefined;
}

interface Client {
  on(event: "ready", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}

/**
 * @param redis Where it is, without a password.
 * @param what What does not work meanwhile, in the words of the warning.
 */
export function watchClient(client: Client, logger: Logger, redis: string, what: string): AwayNotice {
  let reason: string | undefined;
  client.on("error", (error) => {
    const isNew = reason === undefined;
    reason = redisReason(error);
    if (isNew) logger.warn(`Redis is away: ${what}`, { redis, reason });
  });
  client.on("ready", () => {
    if (reason !== undefined) logger.info("Redis is back", { redis });
    reason = undefined;
  });
  return { isAway: () => reason !== undefined, reason: () => reason };
}
