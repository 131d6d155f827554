import { redisErrorCode } from "./redis-failure.js";

/** The longest pause before the next try to connect, in milliseconds. Most of an outage is short, and deliveries wait. */
export const longestPause = 500;

/** The options of ioredis for a connection that is made again whenever it is lost. */
export const reconnection = {
  retryStrategy: (times: number): number => Math.min(50 * times, longestPause),
  // A primary that has become a replica: its name may lead to the new primary by now.
  reconnectOnError: ({ message }: Error): boolean => redisErrorCode(message) === "READONLY",
} as const;
