import type { Fetch } from "../base/fetch.js";
import { readApiError } from "./error-response.js";
import { cancelled, exchange, type OutboundRequest } from "./exchange.js";
import type { Attempts } from "./options.js";
import { withRetries } from "./retry.js";

/** What all calls of one client share. */
export interface Sender extends Attempts {
  readonly fetch: Fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Kept out of every error. */
  readonly secrets: readonly (string | undefined)[];
}

/** One call's own bounds. */
interface CallBounds {
  readonly signal: AbortSignal;
  /** Whether the call does the same when it is made twice; else there is one attempt. */
  readonly repeatable: boolean;
  /** Milliseconds left to whoever waits for the call; default: no limit. */
  readonly timeLeft?: (() => number) | undefined;
}

/**
 * Sends until there is an answer of 2xx, and returns it.
 * @throws {ApiError} for any other answer, {ApiConnectionError} where there is none.
 */
export function send(request: OutboundRequest, sender: Sender, bounds: CallBounds): Promise<Response> {
  const { fetch, now, secrets, timeout, retries, sleep, random } = sender;
  const { signal, repeatable, timeLeft } = bounds;
  const attempt = async (): Promise<Response> => {
    const response = await exchange(request, fetch, timeout, signal);
    if (response.ok) return response;
    throw await readApiError(request, response, secrets, now());
  };
  return withRetries(attempt, {
    retries: repeatable ? retries : 0,
    sleep,
    random,
    signal,
    timeLeft,
    onCancel: () => cancelled(request, signal.reason),
  });
}
