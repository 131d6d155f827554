import { createDeadline } from "../base/deadline.js";
import { ApiConnectionError, KiketError } from "../base/errors.js";
import type { Fetch } from "../base/fetch.js";

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

/** @throws {KiketError} if the body is not JSON. The message contains the call. */
export function parseAnswer(
  text: string,
  request: Pick<OutboundRequest, "method" | "url">,
  { status }: Response,
): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new KiketError(`${nameOf(request)} answered ${status} with a body that is not JSON.`);
  }
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
  timeout: number,
  signal: AbortSignal,
): Promise<Response> {
  const { method, url, headers, body } = request;
  const deadline = createDeadline(timeout, signal);
  try {
    const response = await fetch(new Request(url, { method, headers, ...(body === undefined ? {} : { body }) }), {
      signal: deadline.signal,
      redirect: "manual",
    });
    const bytes = await response.arrayBuffer();
    // Some runtimes hide the status of a redirect and report 0.
    const status = response.status === 0 ? 302 : response.status;
    const { statusText, headers: answered } = response;
    return new Response(bytes.byteLength === 0 ? null : bytes, { status, statusText, headers: answered });
  } catch (cause) {
    if (signal.aborted) throw cancelled(request, cause);
    if (deadline.isOver()) {
      const seconds = timeout / 1000;
      throw new ApiConnectionError(`${nameOf(request)} got no response within ${seconds} s`, "timeout", { cause });
    }
    const message = `${nameOf(request)} could not be sent: Kiket is unreachable`;
    throw new ApiConnectionError(message, "unreachable", { cause });
  } finally {
    deadline.clear();
  }
}
