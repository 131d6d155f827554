import type { Timeline } from "./clock.js";
import { DeliveryError, type DeliveryInput, type DeliveryOutcome, newDeliveryId } from "./deliver.js";

const minute = 60_000;
const hour = 60 * minute;

// See fact 185.
/** Milliseconds between attempts: 30 s, 1 min, 5 min, 30 min, 2 h, 8 h. Seen only in documentation. */
export const retrySchedule: readonly number[] = Object.freeze([
  minute / 2,
  minute,
  5 * minute,
  30 * minute,
  2 * hour,
  8 * hour,
]);

/** Options of `deliverWithRetries`. */
export interface RetryOptions {
  /** Milliseconds before each attempt after the first. Default: `retrySchedule`. */
  readonly schedule?: readonly number[];
  /**
   * How to wait, for an extension that does not use the platform's clock, such as one in another process. Default: on the
   * platform's clock, which jumps ahead when all running deliveries wait.
   */
  readonly wait?: (milliseconds: number) => Promise<void>;
}

/** One attempt of a delivery: an outcome, or an error if there was no reply. */
export interface DeliveryAttempt {
  /** The number of the attempt, from 1. */
  readonly attempt: number;
  /** When it was sent by the platform's clock, in milliseconds since 1970. */
  readonly at: number;
  /** Undefined if there was no reply. */
  readonly outcome: DeliveryOutcome | undefined;
  /** Undefined if there was a reply. */
  readonly error: DeliveryError | undefined;
}

/** What became of a delivery after its last attempt. */
export interface RetriedDelivery {
  /** The same for every attempt. */
  readonly deliveryId: string;
  /** `delivered`: answered 2xx. `refused`: answered with a status that is not retried. `failed`: the last attempt failed too. */
  readonly result: "delivered" | "refused" | "failed";
  /** In order. The last one determines the result. */
  readonly attempts: readonly DeliveryAttempt[];
}

/** Whether Kiket sends a delivery again after this status: after 5xx, 429, or no reply, which is undefined, and after nothing else. */
export function isRetried(status: number | undefined): boolean {
  return status === undefined || status >= 500 || status === 429;
}

/**
 * Delivers as Kiket does: 5xx, 429 and timeouts are retried on schedule, everything else is final. Each attempt has a new token or
 * signature.
 */
export function deliverWithRetries(
  send: (input: DeliveryInput) => Promise<DeliveryOutcome>,
  input: DeliveryInput,
  timeline: Timeline,
  { schedule = retrySchedule, wait }: RetryOptions = {},
): Promise<RetriedDelivery> {
  // The documentation and the archive disagree on the number of attempts (facts 185, 186).
  const deliveryId = input.deliveryId ?? newDeliveryId(input);
  const pause = (milliseconds: number): Promise<void> =>
    wait === undefined ? timeline.sleep(milliseconds) : timeline.rest(() => wait(milliseconds));

  async function tryOnce(attempt: number): Promise<DeliveryAttempt> {
    const at = timeline.now();
    try {
      return { attempt, at, outcome: await send({ ...input, deliveryId }), error: undefined };
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      return { attempt, at, outcome: undefined, error };
    }
  }

  return timeline.run(async () => {
    const attempts: DeliveryAttempt[] = [];
    for (;;) {
      const latest = await tryOnce(attempts.length + 1);
      attempts.push(latest);
      const status = latest.outcome?.status;
      if (status !== undefined && !isRetried(status)) {
        return { deliveryId, result: status >= 200 && status < 300 ? "delivered" : "refused", attempts };
      }
      const delay = schedule[attempts.length - 1];
      if (delay === undefined) return { deliveryId, result: "failed", attempts };
      await pause(delay);
    }
  });
}
