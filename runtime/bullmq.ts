export type { QueueOptions } from "./jobs/bullmq/options.js";
export { createQueue } from "./jobs/bullmq/queue.js";
export type { RedisConnection, RedisPlaceOptions } from "./jobs/bullmq/redis-place.js";
export type { LeftOutPart } from "./jobs/leave-out.js";
