import type { Logger } from "../base/logger.js";
import type { Job, RunJob } from "./job.js";

/** What a worker must know. */
export interface WorkOptions {
  /** How many jobs run at the same time. */
  readonly concurrency: number;
  /** The handlers that are deferred, with the limits of their own. */
  readonly handlers: readonly { readonly event: string; readonly version: string; readonly concurrency?: number }[];
  readonly logger: Logger;
}

/** Takes jobs from a queue until it is closed. */
export interface JobWorker {
  /**
   * Takes no more jobs, waits for running ones for at most the given milliseconds, then aborts their signals and gives them back.
   * Never rejects.
   */
  close(withinMilliseconds: number): Promise<void>;
}

/** Where deferred deliveries wait. */
export interface JobQueue {
  /** For messages, such as "BullMQ". */
  readonly name: string;
  /** Whether jobs survive a crash of this process, and another process may run them. */
  readonly isDurable: boolean;
  /**
   * Stores a job. Once it resolves, the job runs until it is done or dead. A job with an id that is known changes nothing, for at least 24
   * hours. Rejects within seconds if it cannot be stored: Kiket is then answered 503, and delivers again.
   */
  add(job: Job): Promise<void>;
  /** Runs jobs in this process. */
  work(run: RunJob, options: WorkOptions): Promise<JobWorker>;
  /** Ends the queue, after the calls that were made before. `close` of the extension calls it. */
  close?(): Promise<void>;
}
