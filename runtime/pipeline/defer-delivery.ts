import { type ActiveDelivery, correlationIdOf } from "../base/active-delivery.js";
import { toBase64Url } from "../base/bytes.js";
import { within } from "../base/deadline.js";
import { sha256 } from "../base/digest.js";
import { KiketError } from "../base/errors.js";
import type { Config } from "../config/config.js";
import type { Deferral } from "../handler/deferral.js";
import type { Handler } from "../handler/define-handler.js";
import type { Job } from "../jobs/job.js";
import { type Failure, tryAgain } from "../receive/failure.js";
import type { Reply } from "../receive/replies.js";
import { traceDeferral } from "../telemetry/tracing.js";
import type { VerifiedDelivery } from "../verify/verify-origin.js";
import { namesOf } from "./event-names.js";
import { replyOfResult } from "./handler-result.js";
import { contentOf } from "./job-content.js";
import { type Attempt, identityOf, type Once } from "./run-once.js";

/** A handler that runs after Kiket has its answer. */
export type DeferredHandler = Handler & { readonly deferral: Deferral };

/** A stub has nothing to run later: Kiket is told at once that it is one, and delivers again. */
export function isDeferred(handler: Handler): handler is DeferredHandler {
  return handler.deferral !== undefined && handler.unfilled !== true;
}

/** What came of storing a delivery. Kiket is answered this. */
export interface Deferred {
  readonly jobId: string;
  readonly ending: Reply | Failure;
}

/** Stores a delivery for a later run, in place of calling its handler. Never rejects. */
export type Defer = (
  verified: VerifiedDelivery,
  handler: DeferredHandler,
  run: ActiveDelivery,
  attempt: Attempt,
) => Promise<Deferred>;

/** Kiket waits 10 s for an answer (fact 188). A queue that has not stored the job by then counts as unavailable. */
const storeWithin = 5_000;

const encoder = new TextEncoder();

/** The id of a delivery's job, the same in each of its attempts: a queue takes it once. */
async function jobIdOf(attempt: Attempt): Promise<string> {
  return `job-${toBase64Url(await sha256(encoder.encode(identityOf(attempt))))}`;
}

export function createDefer(config: Config, once: Once): Defer {
  const { queue: chosen, now, logger, extensionId, extensionVersion } = config;
  let isWarned = chosen === undefined || chosen.isNamed || chosen.queue.isDurable;
  /** Where `serve` cannot refuse it: the program passes `fetch` to a server of its own. */
  const warn = (): void => {
    if (isWarned) return;
    isWarned = true;
    logger.warn(
      'Deferred deliveries wait in the memory of this process: a crash or a restart forgets them. Pass a queue to createExtension, or queue: "memory" to accept that',
    );
  };
  const add = async (job: Job): Promise<void> => {
    if (chosen === undefined) throw new KiketError("The extension has no queue");
    const stored = chosen.queue.add(job);
    if (await within(stored, storeWithin)) {
      await stored;
      warn();
      return;
    }
    // It may still be stored: the next attempt of Kiket then finds the job there.
    stored.catch(() => undefined);
    throw new KiketError(`The queue did not store a job within ${storeWithin / 1000} s`);
  };

  return async (verified, handler, run, attempt) => {
    const { event, version, deferral } = handler;
    const { attempts, backoff, timeout, concurrency } = deferral;
    const jobId = await jobIdOf(attempt);
    const describe = () => ({
      ...namesOf(verified, handler),
      deliveryId: verified.name,
      correlationId: correlationIdOf(run),
      extensionId,
      extensionVersion,
    });
    try {
      await traceDeferral(describe, verified.delivery.headers, (trace) =>
        add({
          id: jobId,
          event,
          version,
          deferral: { attempts, backoff, timeout, concurrency },
          content: contentOf(verified, trace, now(), config),
        }),
      );
    } catch (cause) {
      await once.fail(attempt);
      const detail = "The delivery could not be stored for its deferred handler";
      const refusal = tryAgain("queue-unavailable", "The queue of deferred deliveries is unavailable", {
        detail,
        cause,
      });
      return { jobId, ending: refusal.failure };
    }
    const reply = replyOfResult(deferral.verdict);
    await once.finish(attempt, reply);
    return { jobId, ending: reply };
  };
}
