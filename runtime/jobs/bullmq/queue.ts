import type { JobQueue } from "../job-queue.js";
import { createJobAdder } from "./job-adder.js";
import { type RedisQueueOptions, resolveQueueOptions } from "./options.js";
import { startJobWorker } from "./worker.js";

/**
 * A queue on Redis, by BullMQ: deferred deliveries survive crashes and restarts, and every process with the same Redis, prefix and keys
 * adds to it and works on it. What a job contains is encrypted. Connects when it is used first.
 * @throws {ConfigError} if an option is not valid, there is no address or no key, or `bullmq` or `ioredis` is not installed.
 */
export function createQueue(options: RedisQueueOptions = {}): JobQueue {
  const config = resolveQueueOptions(options);
  const adder = createJobAdder(config);
  return {
    name: "BullMQ",
    isDurable: true,
    add: (job) => adder.add(job),
    work: async (run, workOptions) => startJobWorker(config, run, workOptions),
    close: () => adder.close(),
  };
}
