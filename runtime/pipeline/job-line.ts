import { type ActiveDelivery, correlationIdOf, timeSpent } from "../base/active-delivery.js";
import { KiketError } from "../base/errors.js";
import { defined } from "../base/json.js";
import type { Logger } from "../base/logger.js";
import type { Config } from "../config/config.js";
import type { Handler } from "../handler/define-handler.js";
import type { Job, JobAttempt } from "../jobs/job.js";
import { shownText } from "../logging/visible-text.js";
import type { Failure } from "../receive/failure.js";
import type { VerifiedDelivery } from "../verify/verify-origin.js";
import { createDeliveryLogger, hiddenFrom } from "./create-context.js";
import { namesOf } from "./event-names.js";
import { tellFailure } from "./watched-requests.js";

/** What is known of one run of a job, for the log. */
export interface JobRun {
  readonly job: Job;
  readonly attempt: JobAttempt;
  readonly run: ActiveDelivery;
  /** Undefined until the content of the job is read. */
  verified: VerifiedDelivery | undefined;
  handler: Handler | undefined;
  /** Milliseconds from Kiket's answer to this run. */
  waited: number | undefined;
}

/** Logs one line for each run of a job, when it ends. */
export interface JobLines {
  done(of: JobRun): void;
  /** `isDead`: it does not run again. */
  failed(of: JobRun, failure: Failure, isDead: boolean): void;
  /** The worker stops before the handler has ended; or, with a failure, this program cannot run the job. */
  returned(of: JobRun, failure?: Failure): void;
  /** The handler has ended after its timeout, or after the worker had to stop. With a failure: it had no effect on the job. */
  ended(of: JobRun, failure: Failure | undefined): void;
}

const longestDetail = 500;

export function createJobLines(config: Config): JobLines {
  const fieldsOf = ({ job, attempt, run, verified, handler, waited }: JobRun): Record<string, unknown> => {
    const names =
      verified === undefined || handler === undefined
        ? { event: job.event, version: job.version }
        : namesOf(verified, handler);
    return defined({
      ...names,
      deliveryId: verified?.name,
      correlationId: correlationIdOf(run),
      jobId: job.id,
      attempt: attempt.number,
      attempts: job.deferral.attempts,
      ms: timeSpent(run),
      waited,
      stages: run.stages?.stages(),
    });
  };
  const loggerFor = ({ verified }: JobRun): Logger =>
    verified === undefined ? config.logger : createDeliveryLogger(config, verified, {});
  const logFailure = (
    of: JobRun,
    text: string,
    failure: Failure,
    more: { outcome?: "failed" | "dead" | "returned"; late?: true },
  ): void => {
    const { reason, detail } = failure;
    const fields = { ...fieldsOf(of), ...more, reason };
    const isError = "cause" in failure || more.outcome === "dead";
    const shown = `${text}: ${shownText(detail, longestDetail)}`;
    const cause = "cause" in failure ? { cause: failure.cause } : {};
    loggerFor(of)[isError ? "error" : "warn"](shown, { ...fields, ...cause });
  };

  return {
    done: (of) => config.logger.info("A deferred delivery was handled", { ...fieldsOf(of), outcome: "done" }),
    failed(of, failure, isDead) {
      const { verified } = of;
      const ids = { deliveryId: verified?.name, correlationId: correlationIdOf(of.run) };
      tellFailure(of.attempt, failure, ids, () => hiddenFrom(config, verified));
      if (isDead) logFailure(of, "A deferred delivery failed, and does not run again", failure, { outcome: "dead" });
      else logFailure(of, "A deferred delivery failed, and runs again", failure, { outcome: "failed" });
    },
    returned(of, failure) {
      const text = "A deferred delivery was given back";
      if (failure !== undefined) return logFailure(of, text, failure, { outcome: "returned" });
      const { reason } = of.attempt.signal;
      const why = reason instanceof KiketError ? reason.message : "The worker is closing";
      config.logger.warn(`${text}: ${why}`, { ...fieldsOf(of), outcome: "returned" });
    },
    ended(of, failure) {
      if (failure !== undefined) return logFailure(of, "A handler has failed late", failure, { late: true });
      config.logger.warn("A handler has finished late", { ...fieldsOf(of), late: true });
    },
  };
}
