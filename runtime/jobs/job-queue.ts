import type { Logger } from "../base/logger.js";
import type { Job, RunJob } from "./job.js";

/** What a worker must know. */
export interface WorkOptions {
  /** How many jobs run at the same time. */
  readonly concurrency: number;
  /** The handlers that are deferred, with the limits of their own. */
  readonly handlers: readonly { readonly event: string; readonly version: string; readonly concurrency?: number }[];
  /** Gets the lines of the queue and of its jobs. */
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

/** How many jobs there are, in the words of `JobState`. */
export interface JobCounts {
  /** They run as soon as there is room. */
  readonly waiting: number;
  /** Jobs that a worker has now. */
  readonly running: number;
  /** They have failed, and wait before they run again. */
  readonly delayed: number;
  /** They have failed, and do not run again, as far as the queue still knows them. */
  readonly dead: number;
  /** Milliseconds since the job was added that is the first of those that wait; 0 if none waits. */
  readonly oldestAge: number;
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
  /** For metrics. Rejects within seconds if nobody can tell. A queue without it is not measured. */
  counts?(): JobCounts | Promise<JobCounts>;
  /** Ends the queue, after the calls that were made before. `close` of the extension calls it. */
  close?(): Promise<void>;
}
