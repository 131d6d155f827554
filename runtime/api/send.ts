import type { Fetch } from "../base/fetch.js";
import { readApiError, unusableResponse } from "./error-response.js";
import { cancelled, exchange, type OutboundRequest, type RawResponse } from "./exchange.js";
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
export interface CallBounds {
  readonly signal: AbortSignal;
  /** Whether the call is idempotent. If not, there is only one attempt. */
  readonly repeatable: boolean;
  /** Milliseconds until the caller times out. Default: no limit. */
  readonly timeLeft?: (() => number) | undefined;
  /** The headers to send instead, once, after 401 to these: with another credential. Default: none. */
  readonly unauthorized?: ((headers: Headers) => Promise<Headers | undefined>) | undefined;
}

/** A response within the limit. */
type CompleteResponse = RawResponse & { readonly bytes: Uint8Array<ArrayBuffer> };

/**
 * Sends the request, with retries, and returns the 2xx response.
 * @throws {ApiError} for any other response, and if it is too large, {ApiConnectionError} if there is none.
 */
export function send(request: OutboundRequest, sender: Sender, bounds: CallBounds): Promise<CompleteResponse> {
  const { fetch, now, secrets, responseBytes, retries, sleep, random } = sender;
  const { signal, repeatable, timeLeft, unauthorized } = bounds;
  let sent = request;
  // One function: each further one would take the place of a handler's line in the stack of an error.
  const attempt = async (): Promise<CompleteResponse> => {
    let answer = await exchange(sent, fetch, sender, signal);
    if (answer.status === 401 && sent === request) {
      // Who is asked has done nothing, so that the call may be sent again, whatever it is.
      const others = await unauthorized?.(request.headers);
      if (others !== undefined) {
        sent = { ...request, headers: others };
        answer = await exchange(sent, fetch, sender, signal);
      }
    }
    const { status, headers, bytes } = answer;
    if (status < 200 || status > 299) throw readApiError(request, { status, headers, bytes }, secrets, now());
    if (bytes !== undefined) return { status, headers, bytes };
    const problem = `more than ${responseBytes} bytes, the limit in the option responseBytes`;
    throw unusableResponse(request, { status, headers }, problem, secrets);
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
