import { ApiConnectionError, ApiError } from "../base/errors.js";
import type { Attempts } from "./options.js";

/** The limits for the attempts of one call. */
interface RetryBounds extends Pick<Attempts, "retries" | "sleep" | "random"> {
  readonly signal: AbortSignal;
  /** Milliseconds until the handler times out. There is no retry if the wait would be longer. Default: no limit. */
  readonly timeLeft?: (() => number) | undefined;
  /** Makes the error for a call that is cancelled during a wait. */
  readonly onCancel: () => Error;
}

const firstDelay = 500;
/** The longest wait between two attempts. Instead of a longer one the caller gets the error, which says when to try again. */
const longestDelay = 10_000;

/** Whether the same call may succeed later: the connection failed, or Kiket answered 429 or 503. */
function isTemporary(error: unknown): boolean {
  if (error instanceof ApiConnectionError) return error.reason !== "cancelled";
  return error instanceof ApiError && (error.status === 429 || error.status === 503);
}

/**
 * Milliseconds until the next attempt: `Retry-After` plus up to half a second; without it 0.5 s, 1 s, 2 s … minus up to a half.
 * The random part keeps many extensions from retrying at the same time. Undefined if the wait is too long.
 */
export function delayBefore(error: unknown, attempt: number, random: () => number): number | undefined {
  const asked = error instanceof ApiError ? error.retryAfter : undefined;
  if (asked !== undefined) {
    return asked * 1000 > longestDelay ? undefined : Math.round(asked * 1000 + random() * firstDelay);
  }
  const backoff = Math.min(firstDelay * 2 ** (attempt - 1), longestDelay);
  return Math.round(backoff * (1 - random() / 2));
}

/**
 * Makes attempts until one succeeds, one fails permanently, or a limit is reached. Then the last error is thrown. Only for
 * idempotent calls.
 */
export async function withRetries<T>(attempt: () => Promise<T>, bounds: RetryBounds): Promise<T> {
  const { retries, sleep, random, signal, timeLeft, onCancel } = bounds;
  for (let number = 1; ; number += 1) {
    try {
      return await attempt();
    } catch (error) {
      const delay = number <= retries && isTemporary(error) ? delayBefore(error, number, random) : undefined;
      if (delay === undefined || delay >= (timeLeft?.() ?? Number.POSITIVE_INFINITY)) throw error;
      await sleep(delay, signal);
      if (signal.aborted) throw onCancel();
    }
  }
}
