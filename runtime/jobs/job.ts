import type { JsonObject } from "../base/json.js";
import type { Deferral } from "../handler/deferral.js";

/** A delivery that is handled later: plain JSON. */
export interface Job {
  /**
   * The same for each attempt of one delivery, and for no other one: `job-` and 43 characters of base64url. So it is no number and has
   * no colon, which BullMQ does not take.
   */
  readonly id: string;
  /** Of the handler. Queues show event and version in listings; nothing else of a job. */
  readonly event: string;
  readonly version: string;
  /** How it runs: from the handler's option `defer`, as it was when the delivery came. */
  readonly deferral: Pick<Deferral, "attempts" | "backoff" | "timeout" | "concurrency">;
  /** What the handler needs: the payload, and with it the token and the secrets. A queue that stores it encrypts it. */
  readonly content: JsonObject;
}

/** One run of a job. */
export interface JobAttempt {
  /** From 1. A run that was given back, or whose worker was killed, does not count. */
  readonly number: number;
  /** Aborted when the worker stops and the run has not ended in time. */
  readonly signal: AbortSignal;
}

/** What came of a run. Reasons are codes, which listings show: no text of an error. */
export type JobOutcome =
  | { readonly state: "done" }
  /** It counts as an attempt; after the last one the job is dead. `after`: milliseconds to wait at least. */
  | { readonly state: "failed"; readonly reason: string; readonly after?: number }
  /** It can never succeed: dead at once, however many attempts are left. */
  | { readonly state: "hopeless"; readonly reason: string }
  /**
   * The worker stops; or, with a reason, its program cannot run the job, and that of another worker may. The job runs again, and no attempt is
   * counted. `after`: milliseconds to wait.
   */
  | { readonly state: "returned"; readonly reason?: string; readonly after?: number };

/** Runs a job once. Never rejects. */
export type RunJob = (job: Job, attempt: JobAttempt) => Promise<JobOutcome>;
