import { createDeadline } from "../base/deadline.js";
import { ApiConnectionError } from "../base/errors.js";
import type { Fetch } from "../base/fetch.js";
import { readResponseBytes } from "../base/http/response-bytes.js";
import type { Attempts } from "./options.js";

/** One HTTP request as plain data, so that it can be sent again. */
export interface OutboundRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: ArrayBuffer | undefined;
}

/** The name of a call in messages, without the query, which may contain personal data. */
export function nameOf({ method, url }: Pick<OutboundRequest, "method" | "url">): string {
  return `${method} ${new URL(url).pathname}`;
}

/** One response, read to its end. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Decoded. Undefined if there are more than the limit. */
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
}

const readingMethods: ReadonlySet<string> = new Set(["GET", "HEAD"]);

export function isWrite({ method }: Pick<OutboundRequest, "method">): boolean {
  return !readingMethods.has(method);
}

/** Ends the message about a call that was sent, but whose response is missing or cannot be used. */
export function perhapsDone(request: Pick<OutboundRequest, "method">): string {
  return isWrite(request) ? "; Kiket may have carried it out" : "";
}

/** Errors of a connection that existed, by code or name. The request may have been sent before it broke. */
const brokenConnection = /^(?:ECONNRESET|EPIPE|ConnectionClosed|HPE_.*|HTTPParserError|UND_ERR_(?!CONNECT_TIMEOUT).*)$/;

function isBroken(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 3) return false;
  const { code, name } = error as { readonly code?: unknown; readonly name: string };
  return brokenConnection.test(String(code ?? name)) || isBroken(error.cause, depth + 1);
}

export function cancelled(request: OutboundRequest, cause: unknown): ApiConnectionError {
  return new ApiConnectionError(`${nameOf(request)} was cancelled`, "cancelled", { cause });
}

/**
 * Sends the request once and reads the whole body, so that every failure of the connection becomes the same kind of error.
 * Redirects are not followed: they would send the tokens to another host.
 * @throws {ApiConnectionError}
 */
export async function exchange(
  request: OutboundRequest,
  fetch: Fetch,
  { timeout, responseBytes }: Pick<Attempts, "timeout" | "responseBytes">,
  signal: AbortSignal,
): Promise<RawResponse> {
  const { method, url, headers, body } = request;
  const deadline = createDeadline(timeout, signal);
  let response: Response | undefined;
  try {
    response = await fetch(new Request(url, { method, headers, ...(body === undefined ? {} : { body }) }), {
      signal: deadline.signal,
      redirect: "manual",
    });
    const bytes = await readResponseBytes(response, responseBytes, deadline.signal);
    // Some runtimes hide the status of a redirect and report 0.
    return { status: response.status === 0 ? 302 : response.status, headers: response.headers, bytes };
  } catch (cause) {
    if (signal.aborted) throw cancelled(request, cause);
    const name = nameOf(request);
    const hint = perhapsDone(request);
    if (deadline.isOver()) {
      const what = response === undefined ? "no response" : "no complete response";
      const message = `${name} got ${what} within ${timeout / 1000} s${hint}`;
      throw new ApiConnectionError(message, "timeout", { cause });
    }
    if (response !== undefined) {
      const message = `${name} answered ${response.status}, but the connection broke before the end of the response${hint}`;
      throw new ApiConnectionError(message, "interrupted", { cause });
    }
    if (isBroken(cause)) {
      const message = `${name} was sent, but the connection broke before the response${hint}`;
      throw new ApiConnectionError(message, "interrupted", { cause });
    }
    throw new ApiConnectionError(`${name} could not be sent: Kiket is unreachable`, "unreachable", { cause });
  } finally {
    deadline.clear();
  }
}
