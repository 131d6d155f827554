import type { Fetch } from "../base/fetch.js";
import { readApiError } from "./error-response.js";
import { cancelled, exchange, type OutboundRequest } from "./exchange.js";
import type { Attempts } from "./options.js";
import { withRetries } from "./retry.js";

/** What all calls of one client have in common. */
export interface Sender extends Attempts {
  readonly fetch: Fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Replaced in every error. */
  readonly secrets: readonly (string | undefined)[];
}

/** The limits of one call. */
interface CallBounds {
  readonly signal: AbortSignal;
  /** Whether the call is idempotent. If not, there is only one attempt. */
  readonly repeatable: boolean;
  /** Milliseconds until the caller times out. Default: no limit. */
  readonly timeLeft?: (() => number) | undefined;
}

/**
 * Sends the request, with retries, and returns the 2xx response.
 * @throws {ApiError} for any other response, {ApiConnectionError} if there is none.
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
