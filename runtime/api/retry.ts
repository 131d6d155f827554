import retry from "p-retry";
import { ApiConnectionError, ApiError } from "../base/errors.js";
import type { Attempts } from "./options.js";

/** What bounds the attempts of one call. */
interface RetryBounds extends Omit<Attempts, "timeout"> {
  readonly signal: AbortSignal;
  /** Milliseconds left to the handler. A wait that would outlast it is not begun; default none. */
  readonly timeLeft?: (() => number) | undefined;
  /** The error for a call that is cancelled while it waits. */
  readonly onCancel: () => Error;
}

const firstDelay = 500;
/** Longest wait between two attempts: past it the caller is better served with the error, which says when to come back. */
const longestDelay = 10_000;

/** Whether the same call may succeed later: the connection failed, or the platform said so with 429 or 503. */
function isPassing(error: unknown): boolean {
  if (error instanceof ApiConnectionError) return error.reason !== "cancelled";
  return error instanceof ApiError && (error.status === 429 || error.status === 503);
}

/**
 * Milliseconds until the next attempt: what `Retry-After` asks for and up to half a second more, else 0.5 s, 1 s, 2 s …,
 * each shortened by up to a half, so that many extensions do not come back at once. Undefined where it is too long.
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
 * Makes attempts until one succeeds, fails for good, or the bounds are reached; then the last failure is thrown. Only for
 * calls that do the same when they are made twice.
 */
export function withRetries<T>(attempt: () => Promise<T>, bounds: RetryBounds): Promise<T> {
  const { retries, sleep, random, signal, timeLeft, onCancel } = bounds;
  return retry(attempt, {
    retries,
    // The waiting is done below: by Retry-After, by a clock that can be replaced, and cut short by the signal.
    minTimeout: 0,
    shouldRetry: async ({ error, attemptNumber }) => {
      if (!isPassing(error)) return false;
      const delay = delayBefore(error, attemptNumber, random);
      if (delay === undefined || delay >= (timeLeft?.() ?? Number.POSITIVE_INFINITY)) return false;
      await sleep(delay, signal);
      if (signal.aborted) throw onCancel();
      return true;
    },
  });
}
