import type { Cluster, Redis } from "ioredis";
import { ConfigError } from "../../base/errors.js";
import type { Environment } from "../../base/process.js";
import { reconnection } from "../../base/redis/reconnection.js";
import { requireRedisUrl, withoutPassword } from "../../base/redis/redis-url.js";
import { trimmedText } from "../../base/text.js";
import type { QueuePackages } from "./packages.js";

/** A client of ioredis. */
export interface RedisConnection {
  readonly isCluster: boolean;
  readonly options: object;
  duplicate(): unknown;
}

/** Where Redis is. Give the address or a client, not both. */
export interface RedisPlaceOptions {
  /** `redis://` or, with TLS, `rediss://`, with name and password if needed. Default: `REDIS_URL`. */
  readonly url?: string | undefined;
  /**
   * A client of ioredis for all that an address cannot say, such as Sentinel, Cluster or certificates. Connections of the queue's own are
   * made with its options; it is never used itself. Default: none.
   */
  readonly connection?: RedisConnection | undefined;
}

/** The options of ioredis that differ between the connections. */
export interface ClientOptions {
  readonly connectionName: string;
  readonly enableOfflineQueue: boolean;
  readonly maxRetriesPerRequest: number | null;
  readonly socketTimeout: number;
  readonly connectTimeout: number;
}

/** Where Redis is. */
export interface RedisPlace {
  /** For messages: without a password. */
  readonly name: string;
  /** A new client that is not connected yet. */
  open(options: ClientOptions, packages: QueuePackages): Redis | Cluster;
}

/**
 * @throws {ConfigError} if there is no address, it is none of Redis, there are both an address and a client, or the client has a
 *   `keyPrefix`. The message contains no password.
 */
export function resolveRedisPlace({ url: given, connection }: RedisPlaceOptions, env: Environment): RedisPlace {
  const common = { lazyConnect: true, ...reconnection };
  if (connection !== undefined) {
    if (trimmedText(given) !== undefined) throw new ConfigError("Give either url or connection, not both");
    const { keyPrefix } = connection.options as { readonly keyPrefix?: string };
    if (keyPrefix !== undefined && keyPrefix !== "") {
      throw new ConfigError(
        "BullMQ cannot use a client of ioredis that has a keyPrefix: use the option prefix instead",
      );
    }
    if (connection.isCluster) {
      const cluster = connection as unknown as Cluster;
      return {
        name: "the Redis Cluster that was handed in",
        open({ enableOfflineQueue, ...ofNodes }) {
          const redisOptions = { ...cluster.options.redisOptions, ...ofNodes };
          return cluster.duplicate([], { lazyConnect: true, enableOfflineQueue, redisOptions } as Parameters<
            Cluster["duplicate"]
          >[1]);
        },
      };
    }
    const single = connection as unknown as Redis;
    return { name: "the Redis that was handed in", open: (options) => single.duplicate({ ...common, ...options }) };
  }
  const url = requireRedisUrl("url (or REDIS_URL)", trimmedText(given) ?? trimmedText(env.REDIS_URL));
  return {
    name: withoutPassword(url),
    open: (options, { Redis: Client }) => new Client(url, { ...common, ...options }),
  };
}
