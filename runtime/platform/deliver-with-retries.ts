import type { Timeline } from "./clock.js";
import { DeliveryError, type DeliveryInput, type DeliveryOutcome } from "./deliver.js";

const minute = 60_000;
const hour = 60 * minute;

/** Milliseconds between one attempt and the next: 30 s, 1 min, 5 min, 30 min, 2 h, 8 h (wire contract §1.10). */
export const retrySchedule: readonly number[] = Object.freeze([
  minute / 2,
  minute,
  5 * minute,
  30 * minute,
  2 * hour,
  8 * hour,
]);

export interface RetryOptions {
  /** Milliseconds before each further attempt. Default `retrySchedule`. */
  readonly schedule?: readonly number[];
  /**
   * How to wait, for an extension whose clock is not the platform's, such as one in another process. Default: on the
   * platform's clock, which runs ahead once every delivery under way waits.
   */
  readonly wait?: (milliseconds: number) => Promise<void>;
}

/** One attempt of a delivery: an outcome, or the error of one that got no reply. */
export interface DeliveryAttempt {
  /** Counts from 1. */
  readonly attempt: number;
  /** The platform's clock when it was sent, in milliseconds since 1970. */
  readonly at: number;
  readonly outcome: DeliveryOutcome | undefined;
  readonly error: DeliveryError | undefined;
}

export interface RetriedDelivery {
  /** The same for every attempt. */
  readonly deliveryId: string;
  /** `delivered`: answered 2xx; `refused`: answered otherwise and not tried again; `failed`: the schedule is used up. */
  readonly result: "delivered" | "refused" | "failed";
  /** In order; the last one decided. */
  readonly attempts: readonly DeliveryAttempt[];
}

/** Whether the platform tries again: 5xx, 429, and no reply at all; nothing else. */
function isTransient({ outcome }: DeliveryAttempt): boolean {
  return outcome === undefined || outcome.status >= 500 || outcome.status === 429;
}

/**
 * Delivers as the platform does, until it is done with (wire contract §1.10): 5xx, 429 and timeouts are tried again on
 * schedule, everything else is final. Each attempt is signed anew.
 */
export function deliverWithRetries(
  send: (input: DeliveryInput) => Promise<DeliveryOutcome>,
  input: DeliveryInput,
  timeline: Timeline,
  { schedule = retrySchedule, wait }: RetryOptions = {},
): Promise<RetriedDelivery> {
  const deliveryId = input.deliveryId ?? `dlv_${crypto.randomUUID()}`;
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
      if (!isTransient(latest)) {
        const status = latest.outcome?.status ?? 0;
        return { deliveryId, result: status >= 200 && status < 300 ? "delivered" : "refused", attempts };
      }
      const delay = schedule[attempts.length - 1];
      if (delay === undefined) return { deliveryId, result: "failed", attempts };
      await pause(delay);
    }
  });
}
