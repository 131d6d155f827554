import type { JobQueue } from "../job-queue.js";
import { createJobAdder, type JobAdder } from "./job-adder.js";
import { type RedisQueueOptions, resolveQueueOptions } from "./options.js";
import { loadPackages, requirePackages } from "./packages.js";
import { startJobWorker } from "./worker.js";

/**
 * A queue on Redis, by BullMQ: deferred deliveries survive crashes and restarts, and every process with the same Redis, prefix and keys
 * adds to it and works on it. What a job contains is encrypted. Connects when it is used first.
 * @throws {ConfigError} if an option is not valid, there is no address or no key, or `bullmq` or `ioredis` is not installed.
 */
export function createQueue(options: RedisQueueOptions = {}): JobQueue {
  requirePackages();
  const resolved = resolveQueueOptions(options);
  const loading = loadPackages().then((packages) => ({ ...resolved, packages }));
  // Who uses the queue gets the failure.
  loading.catch(() => undefined);
  let opened: Promise<JobAdder> | undefined;
  const adder = (): Promise<JobAdder> => {
    opened ??= loading.then(createJobAdder);
    return opened;
  };
  return {
    name: "BullMQ",
    isDurable: true,
    add: async (job) => (await adder()).add(job),
    work: async (run, workOptions) => startJobWorker(await loading, run, workOptions),
    counts: async () => (await adder()).counts(),
    close: async () => (await adder().catch(() => undefined))?.close(),
  };
}
