import type { Logger } from "../../base/logger.js";
import { type Environment, processEnvironment } from "../../base/process.js";
import { requireWholeNumber } from "../../base/whole-number.js";
import { consoleLogger } from "../../logging/console-logger.js";
import { type LeftOutPart, requireParts } from "../leave-out.js";
import { createSealer, resolveQueueKeys, type Sealer } from "../sealed-content.js";
import type { QueuePackages } from "./packages.js";
import { keyPrefix } from "./queue-names.js";
import { type RedisPlace, type RedisPlaceOptions, resolveRedisPlace } from "./redis-place.js";

/** The options of `createQueue`. */
export interface RedisQueueOptions extends RedisPlaceOptions {
  /**
   * Keys of 32 random bytes each, as base64 or hex. The first encrypts what jobs contain, all decrypt it: to replace a key, put the new one
   * before it. Default: `KIKET_QUEUE_KEY`, with commas between keys.
   */
  readonly encryptionKey?: string | readonly string[] | undefined;
  /**
   * What of a delivery is not stored, not even encrypted. Without `token`, calls of deferred handlers need a workspace token; without `secrets`,
   * secrets and settings come from the process. Default: nothing.
   */
  readonly leaveOut?: readonly LeftOutPart[] | undefined;
  /** Before the name of every key in Redis. Different programs need different ones. Default `kiket-gen`. */
  readonly prefix?: string | undefined;
  /**
   * How long a job stays with a worker that no longer says that it lives, in milliseconds: if a worker is killed, its jobs run again after
   * this time or a little later. Default 30000.
   */
  readonly lease?: number | undefined;
  /** Gets the lines of the queue and of its jobs. Default: writes one JSON object per line to the console. */
  readonly logger?: Logger | undefined;
  /** The variables of the environment. Default: `process.env`. */
  readonly env?: Environment | undefined;
}

/** The same with every default. */
export interface ResolvedQueueOptions {
  readonly place: RedisPlace;
  readonly sealer: Sealer;
  readonly leftOut: readonly LeftOutPart[];
  /** In braces. */
  readonly prefix: string;
  readonly lease: number;
  readonly logger: Logger;
}

/** All that a queue is made with. */
export interface RedisQueueConfig extends ResolvedQueueOptions {
  readonly packages: QueuePackages;
}

/** @throws {ConfigError} if an option is not valid. The message contains no password and no key. */
export function resolveQueueOptions(options: RedisQueueOptions): ResolvedQueueOptions {
  const env = options.env ?? processEnvironment();
  return {
    place: resolveRedisPlace(options, env),
    sealer: createSealer(resolveQueueKeys(options.encryptionKey, env)),
    leftOut: requireParts(options.leaveOut),
    prefix: keyPrefix(options.prefix),
    lease: requireWholeNumber("lease", options.lease ?? 30_000, 1_000, 3_600_000),
    logger: options.logger ?? consoleLogger,
  };
}
