import type { Job as StoredJob } from "bullmq";
import { KiketError, reasonOf } from "../../base/errors.js";
import type { Logger } from "../../base/logger.js";
import { sleep } from "../../base/sleep.js";
import { waitBeforeNextRun, waitForOtherProgram } from "../backoff.js";
import type { JobOutcome, RunJob } from "../job.js";
import type { RedisQueueConfig } from "./options.js";
import type { OutcomeKeeper, Settled } from "./outcome-keeper.js";
import { jobName, shownName } from "./queue-names.js";
import type { RunPlaces } from "./run-places.js";
import { openJob } from "./stored-job.js";

/** The runs of one worker. */
export interface JobRuns {
  /** Runs a job once and stores what came of it. Rejects with what tells BullMQ that the job has been moved. */
  process(job: StoredJob, token: string): Promise<never>;
  /** The lock of these jobs is lost: another worker may have them. */
  lose(ids: readonly string[]): void;
  /** Gives new jobs back at once. */
  stop(): void;
  /** Aborts the signals of all runs. */
  abort(): void;
  /** Gives up what is still to be stored. */
  end(): void;
}

export interface JobRunsOptions {
  readonly config: RedisQueueConfig;
  readonly keeper: OutcomeKeeper;
  readonly places: RunPlaces;
  readonly logger: Logger;
  readonly random: () => number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface Run {
  readonly stop: AbortController;
  isLost: boolean;
}

/** Time for a run to end after its signal was aborted. */
const abortMilliseconds = 1_000;
/** How long a job that was given back waits for its turn. */
const turnMilliseconds = 2_000;
/** How long a run that may crash the process waits, so that jobs which were taken together with it are given back before. */
const quietMilliseconds = 500;

/** Resolves when the signal was aborted and a run has had time to end. */
function abandoned(signal: AbortSignal): Promise<JobOutcome> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => setTimeout(() => resolve({ state: "returned" }), abortMilliseconds));
  });
}

export function createJobRuns(run: RunJob, { config, keeper, places, logger, random, now }: JobRunsOptions): JobRuns {
  const { packages, sealer } = config;
  const runs = new Map<string, Run>();
  const ended = new AbortController();
  let isStopped = false;
  /**
   * Whether a job runs that ran when its worker crashed: it may be the reason, as may those that ran beside it. Only one such job runs at a
   * time, so that the next crash tells which one it was. The others wait in Redis: if they waited here, it would count against them.
   */
  let hasSuspect = false;
  /** Jobs on their way back to Redis. A crash would still count against them. */
  const givenBack = new Set<Promise<void>>();

  const quiet = async (signal: AbortSignal): Promise<void> => {
    await sleep(quietMilliseconds, signal);
    await Promise.allSettled(givenBack);
  };

  const runOnce = async (stored: StoredJob, { signal }: AbortController): Promise<Settled> => {
    const id = stored.id ?? "";
    const number = stored.attemptsMade + 1;
    const opened = openJob(id, stored.data, sealer);
    if ("reason" in opened) {
      logger.error("A deferred delivery cannot be read", {
        jobId: shownName(id),
        reason: opened.reason,
        detail: opened.message,
      });
      // Another worker may have the key.
      const wait = opened.reason === "key-unknown" ? waitForOtherProgram(now() - stored.timestamp) : undefined;
      return wait === undefined
        ? { state: "hopeless", reason: opened.reason }
        : { state: "returned", reason: opened.reason, wait };
    }
    const { job } = opened;
    const leave = await places.take(jobName(job), signal);
    if (leave === undefined) return { state: "returned" };
    try {
      const outcome = await Promise.race([run(job, { number, signal }), abandoned(signal)]);
      if (outcome.state === "done" || outcome.state === "hopeless") return outcome;
      const { after } = outcome;
      if (outcome.state === "returned") return after === undefined ? outcome : { ...outcome, wait: after };
      return { ...outcome, wait: waitBeforeNextRun(job.deferral.backoff, { failed: number, after, random: random() }) };
    } catch {
      return { state: "failed", reason: "internal-error" };
    } finally {
      leave();
    }
  };

  const settle = async (job: StoredJob): Promise<Settled & { readonly isLost?: boolean }> => {
    const id = job.id ?? "";
    if (isStopped) return { state: "returned" };
    const known = keeper.remembered(id);
    if (known !== undefined) return known;
    // It still runs here, and has lost its lock meanwhile.
    if (runs.has(id)) return { state: "returned", wait: turnMilliseconds };
    const isSuspect = job.stalledCounter > 0;
    if (isSuspect && hasSuspect) return { state: "returned", wait: turnMilliseconds };
    const own: Run = { stop: new AbortController(), isLost: false };
    runs.set(id, own);
    if (isSuspect) hasSuspect = true;
    try {
      if (isSuspect) await quiet(own.stop.signal);
      const outcome = await runOnce(job, own.stop);
      return { ...outcome, isLost: own.isLost };
    } finally {
      runs.delete(id);
      if (isSuspect) hasSuspect = false;
    }
  };

  const handle = async (job: StoredJob, token: string): Promise<void> => {
    const { isLost, ...outcome } = await settle(job);
    // Who has the job now runs it.
    if (isLost && outcome.state === "returned") return;
    const stored = keeper.store(job, token, outcome, ended.signal);
    if (outcome.state !== "returned") return stored;
    givenBack.add(stored);
    return stored.finally(() => givenBack.delete(stored));
  };

  return {
    async process(job, token) {
      // Whatever went wrong here must not count as an attempt.
      await handle(job, token).catch((error: unknown) => {
        logger.error("A job was left to other workers", { jobId: shownName(job.id), reason: reasonOf(error) });
      });
      throw new packages.bullmq.WaitingError();
    },
    lose(ids) {
      for (const id of ids) {
        const lost = runs.get(id);
        if (lost === undefined) continue;
        lost.isLost = true;
        lost.stop.abort(new KiketError("Another worker may run the job: this one has not reached Redis for too long"));
      }
    },
    stop() {
      isStopped = true;
    },
    abort() {
      for (const { stop } of runs.values()) stop.abort(new KiketError("The worker is closing"));
    },
    end: () => ended.abort(),
  };
}
