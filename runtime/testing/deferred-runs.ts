import type { JobOutcome } from "../jobs/job.js";
import type { JobQueue } from "../jobs/job-queue.js";
import { createMemoryQueue } from "../jobs/memory-queue.js";
import { nameIn } from "../pipeline/job-content.js";
import { type DeliveryFailure, failureOf, watchRequest } from "../pipeline/watched-requests.js";
import type { PlatformClock } from "../platform/clock.js";
import type { ApiCall } from "../platform/http/recorded-calls.js";

/** What came of a deferred delivery. */
export interface DeferredOutcome {
  /** Those of the handler. */
  readonly event: string;
  readonly version: string;
  readonly deliveryId: string;
  /** The id of the job: the same in all its runs. */
  readonly jobId: string;
  /** `done`: the handler has finished. `dead`: it has failed, and does not run again. */
  readonly state: "done" | "dead";
  /** How often it has run. */
  readonly attempts: number;
  /** Why the last run failed: a code, a text, and what was thrown, without secrets. Undefined if it is done. */
  readonly failure: DeliveryFailure | undefined;
  /** API calls of all its runs, in order. */
  readonly calls: readonly ApiCall[];
}

/** The queue of a test extension. */
export interface DeferredRuns {
  readonly queue: JobQueue;
  /** Waits until every deferred delivery is done or dead. Waits before further runs pass at once. Returns what ended since the last time. */
  drained(): Promise<readonly DeferredOutcome[]>;
  /** Forgets what has ended. */
  reset(): void;
}

/** A queue in memory whose waits are those of the platform's clock, and that tells what came of its jobs. */
export function createDeferredRuns(clock: PlatformClock, calls: readonly ApiCall[]): DeferredRuns {
  // The whole wait each time: a test gets the same times in every run.
  const memory = createMemoryQueue({ now: clock.now, startTimer: clock.startTimer, random: () => 1 });
  let ended: DeferredOutcome[] = [];
  let draining = 0;

  /** When nothing runs any more, time passes to the run that is due first. */
  const skip = (): void => {
    const { waiting, running, delayed } = memory.counts();
    if (draining > 0 && waiting + running === 0 && delayed > 0) clock.skip();
  };
  const isDead = (outcome: JobOutcome, attempt: number, attempts: number): boolean =>
    outcome.state === "hopeless" || (outcome.state === "failed" && attempt >= attempts);

  const queue: JobQueue = {
    ...memory,
    work: (run, options) =>
      memory.work(async (job, attempt) => {
        watchRequest(attempt);
        const outcome = await run(job, attempt);
        const dead = isDead(outcome, attempt.number, job.deferral.attempts);
        if (dead || outcome.state === "done") {
          const { id, event, version } = job;
          const deliveryId = nameIn(job.content);
          ended.push({
            event,
            version,
            deliveryId,
            jobId: id,
            state: dead ? "dead" : "done",
            attempts: attempt.number,
            failure: failureOf(attempt),
            calls: calls.filter((call) => call.deliveryId === deliveryId),
          });
        }
        setTimeout(skip, 0);
        return outcome;
      }, options),
  };

  return {
    queue,
    async drained() {
      draining += 1;
      skip();
      await memory.drained();
      draining -= 1;
      const all = ended;
      ended = [];
      return all;
    },
    reset() {
      ended = [];
    },
  };
}
