import { createActiveDelivery } from "../base/active-delivery.js";
import { ApiError } from "../base/errors.js";
import type { Config } from "../config/config.js";
import type { Handler } from "../handler/define-handler.js";
import { waitForOtherProgram } from "../jobs/backoff.js";
import type { JobOutcome, RunJob } from "../jobs/job.js";
import { createRecentIds } from "../jobs/recent-ids.js";
import { countRun } from "../metrics/measured-job.js";
import type { Metrics } from "../metrics/sinks.js";
import { type Failure, type FailureReason, tryAgain } from "../receive/failure.js";
import { internalError } from "../receive/replies.js";
import type { VerifiedDelivery } from "../verify/verify-origin.js";
import { type CallHandler, handlerFailureOf } from "./call-handler.js";
import { fittedTo } from "./fitted-payload.js";
import { deferredIn } from "./job-content.js";
import { createJobLines, type JobRun } from "./job-line.js";
import { handlerFor, type Routes } from "./routes.js";
import { authorise } from "./scopes.js";

/** What came of a run. A failure has how long its job waits at least, in milliseconds, or says that the program of another worker may run it. */
type Ending =
  | "done"
  | "returned"
  | { readonly failure: Failure; readonly after?: number | undefined }
  | { readonly failure: Failure; readonly isForOthers: true };

/** Failures that no further run can change. */
const hopeless: ReadonlySet<FailureReason> = new Set(["scopes-missing", "not-implemented", "content-unreadable"]);

/** Time for a handler to end after its timeout, before the job runs again. */
const overlapMilliseconds = 30_000;
const day = 24 * 3_600_000;
const mostLate = 10_000;

/** Milliseconds that Kiket asks to wait, if it does. Also for what cannot be looked at. */
function askedBy(error: unknown): number | undefined {
  try {
    const isAsking = error instanceof ApiError && (error.status === 429 || error.status === 503);
    return isAsking && error.retryAfter !== undefined ? error.retryAfter * 1000 : undefined;
  } catch {
    return undefined;
  }
}

function failureOf(reason: FailureReason, detail: string): Failure {
  return { status: 500, reason, detail, body: {}, isOwn: true };
}

/**
 * Makes the function that runs jobs: from the content of a job to its handler, with one log line for each run, telemetry and a span. The
 * result of the handler goes nowhere.
 */
export function createRunJob(config: Config, routes: Routes, call: CallHandler, metrics: Metrics): RunJob {
  const lines = createJobLines(config);
  /** Jobs whose handler finished after its timeout: they are done, although their run counted as failed. */
  const finishedLate = createRecentIds(day, mostLate, config.now);

  const callFor = (
    of: JobRun,
    verified: VerifiedDelivery,
    handler: Handler,
    traceHeaders: Headers,
  ): Promise<Ending> => {
    const { job, attempt, run } = of;
    return call<void, Ending>({
      verified,
      handler,
      run,
      timeout: job.deferral.timeout,
      traceHeaders,
      read: () => undefined,
      succeeded: () => "done",
      failed: (error) =>
        attempt.signal.aborted ? "returned" : { failure: handlerFailureOf(error, handler), after: askedBy(error) },
      tooSlow: ({ message }) => ({
        failure: tryAgain("handler-too-slow", message).failure,
        after: overlapMilliseconds,
      }),
      onLate(ending) {
        if (ending === "done") finishedLate.add(job.id);
        if (ending !== "returned") lines.ended(of, ending === "done" ? undefined : ending.failure);
      },
      deferred: { jobId: job.id, attempt: attempt.number },
      stop: { signal: attempt.signal, ending: "returned" },
    });
  };

  const take = async (of: JobRun): Promise<Ending> => {
    const { job, attempt } = of;
    const handler = handlerFor(routes, job.event, job.version);
    of.handler = handler;
    if (attempt.signal.aborted) return "returned";
    const stored = deferredIn(job.content, config);
    if (stored === undefined) {
      return {
        failure: failureOf("content-unreadable", "This version of the program cannot read the stored delivery"),
      };
    }
    of.verified = stored.verified;
    of.waited = Math.max(0, config.now() - stored.receivedAt);
    if (finishedLate.has(job.id)) return "done";
    if (stored.stranger !== undefined) {
      // The token is for another Kiket, or it and the secrets are those of another extension.
      const detail = `The delivery was stored by ${stored.stranger}: give each its own prefix or key in Redis`;
      return { failure: failureOf("other-extension", detail), isForOthers: true };
    }
    if (handler === undefined) {
      const detail = `This program has no handler of ${job.event} ${job.version}: another version of it had stored the delivery`;
      return { failure: failureOf("no-handler", detail), isForOthers: true };
    }
    const verified = fittedTo(handler, stored.verified);
    of.verified = verified;
    try {
      authorise(handler.requiredScopes, verified.auth.scopes);
    } catch (error) {
      return { failure: handlerFailureOf(error, handler) };
    }
    return callFor(of, verified, handler, stored.trace);
  };

  const end = (of: JobRun, ending: Ending): JobOutcome => {
    if (ending === "returned") {
      lines.returned(of);
      countRun(metrics, of, "returned");
      return { state: "returned" };
    }
    if (ending === "done") {
      lines.done(of);
      countRun(metrics, of, "done");
      return { state: "done" };
    }
    const { failure } = ending;
    const { reason } = failure;
    const pause = "isForOthers" in ending ? waitForOtherProgram(of.waited ?? 0) : undefined;
    if (pause !== undefined) {
      lines.returned(of, failure);
      countRun(metrics, of, "returned");
      return { state: "returned", reason, after: pause };
    }
    const after = "after" in ending ? ending.after : undefined;
    const isHopeless = "isForOthers" in ending || hopeless.has(reason);
    const isDead = isHopeless || of.attempt.number >= of.job.deferral.attempts;
    lines.failed(of, failure, isDead);
    countRun(metrics, of, isDead ? "dead" : "failed");
    if (isHopeless) return { state: "hopeless", reason };
    return after === undefined ? { state: "failed", reason } : { state: "failed", reason, after };
  };

  return async (job, attempt) => {
    const run = createActiveDelivery(undefined, config.stageClock());
    const of: JobRun = { job, attempt, run, verified: undefined, handler: undefined, waited: undefined };
    try {
      return end(of, await take(of));
    } catch (error) {
      return end(of, { failure: internalError(error, "delivery") });
    }
  };
}
