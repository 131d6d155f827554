import { KiketError } from "../base/errors.js";
import type { Config } from "../config/config.js";
import type { RunJob } from "../jobs/job.js";
import type { JobQueue, JobWorker } from "../jobs/job-queue.js";
import { isDeferred } from "./defer-delivery.js";
import type { Routes } from "./routes.js";

/** The workers of one extension. */
export interface JobWorkers {
  /**
   * Takes jobs from a queue, by default that of the extension, until the worker or the extension is closed.
   * @param concurrency How many jobs run at the same time.
   */
  work(concurrency: number, queue?: JobQueue): Promise<JobWorker>;
  /** Closes all workers. Never rejects. */
  close(withinMilliseconds: number): Promise<void>;
}

/** How many jobs run at the same time, unless the program says something else. */
export const defaultConcurrency = 10;

/** Makes the workers. A queue in the memory of this process has one at once, because no other process can work on it. */
export function createJobWorkers({ queue: chosen, logger }: Config, routes: Routes, run: RunJob): JobWorkers {
  const workers = new Set<JobWorker>();
  const handlers = [...routes.values()]
    .flatMap((versions) => [...versions.values()])
    .filter(isDeferred)
    .map(({ event, version, deferral: { concurrency } }) => ({
      event,
      version,
      ...(concurrency === undefined ? {} : { concurrency }),
    }));

  const work = async (concurrency: number, queue = chosen?.queue): Promise<JobWorker> => {
    if (queue === undefined) throw new KiketError("The extension has no queue");
    const worker = await queue.work(run, { concurrency, handlers, logger });
    workers.add(worker);
    return worker;
  };
  const started =
    chosen === undefined || chosen.queue.isDurable || handlers.length === 0
      ? undefined
      : work(defaultConcurrency).catch((cause: unknown) =>
          logger.error("Deferred deliveries do not run: the queue cannot be worked on", {
            queue: chosen.queue.name,
            cause,
          }),
        );

  return {
    work,
    async close(withinMilliseconds) {
      await started;
      await Promise.all([...workers].map((worker) => worker.close(withinMilliseconds)));
    },
  };
}
