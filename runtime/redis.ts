export type { RedisClient, RedisNode } from "./stores/redis/commands.js";
export { createRedisStore, type RedisStore, type RedisStoreOptions } from "./stores/redis/store.js";
