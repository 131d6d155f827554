import type { RedisQueueOptions } from "./jobs/bullmq/options.js";
import { createQueue } from "./jobs/bullmq/queue.js";
import type { Extension } from "./server/extension.js";
import { type RunningWorker, runWorker, type WorkerOptions } from "./server/running-worker.js";

export { type JobsOptions, openJobs } from "./jobs/bullmq/jobs.js";
export type { RedisConnection, RedisPlaceOptions } from "./jobs/bullmq/redis-place.js";
export type { JobFilter, JobListing, JobState, ListedJob } from "./jobs/job-listing.js";
export type { LeftOutPart } from "./jobs/leave-out.js";
export { createQueue, type RedisQueueOptions, type RunningWorker, type WorkerOptions };

/** The options of `startWorker`: those of the worker, and those of its queue. */
export interface StartWorkerOptions extends WorkerOptions, RedisQueueOptions {}

/** The options of a queue that decide which one it is. */
const ofQueue = ["url", "connection", "encryptionKey", "prefix", "leaveOut", "lease"] as const;

/**
 * Takes deferred deliveries from the queue of the extension; or, with an option that says where it is, from that one. Runs until it is closed
 * or the process gets a signal to stop.
 * @throws {ConfigError} if the extension has no deferred handler or no queue that other processes add to, or an option is not valid.
 */
export async function startWorker(extension: Extension, options: StartWorkerOptions = {}): Promise<RunningWorker> {
  const isGiven = ofQueue.some((name) => options[name] !== undefined);
  const queue = isGiven ? createQueue({ logger: extension.log, ...options }) : undefined;
  try {
    return await runWorker(extension, options, queue);
  } catch (error) {
    await queue?.close?.();
    throw error;
  }
}
