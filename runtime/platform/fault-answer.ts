import { rateLimitBody } from "../receive/replies.js";
import type { ErrorFault, FaultBody, RateLimitFault, ResponseFault } from "./fault.js";
import type { Answer } from "./http/operation.js";

type AnsweringFault = ErrorFault | RateLimitFault | ResponseFault;

/**
 * The response that a fault gives, with its body as bytes.
 * @throws {RangeError} if it cannot be sent: a status outside of its range, a body where the status allows none, a body that is not
 *   JSON, or an invalid header.
 */
export function answerOf(fault: AnsweringFault): Answer {
  switch (fault.fault) {
    case "error":
      return errorAnswer(fault);
    case "rate-limit":
      return rateLimitAnswer(fault);
    case "response":
      return answer(statusOf(fault, fault.status, 200), fault.headers, fault.body);
  }
}

function errorAnswer(fault: ErrorFault): Answer {
  const { status = 500, retryAfter, headers, body } = fault;
  const later = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
  const whole = body === undefined ? { error: "Injected fault", retry_after: retryAfter } : body;
  return answer(statusOf(fault, status, 400), { ...later, ...headersOf(headers) }, whole);
}

function rateLimitAnswer({ retryAfter = 1 }: RateLimitFault): Answer {
  return answer(429, { "retry-after": String(retryAfter) }, rateLimitBody(retryAfter));
}

function statusOf({ fault }: AnsweringFault, status: number, lowest: number): number {
  if (Number.isInteger(status) && status >= lowest && status <= 599) return status;
  const wayOut = fault === "error" && status >= 200 ? '; the fault "response" has any status from 200' : "";
  throw new RangeError(`The fault "${fault}" needs a whole status from ${lowest} to 599, not ${status}${wayOut}.`);
}

function answer(status: number, headers: ErrorFault["headers"], body: FaultBody | undefined): Answer {
  const own = headersOf(headers);
  if (body === undefined) return { status, headers: own };
  // A client would read the body as the start of the next response (RFC 9110, section 6.4.1).
  if (status === 204 || status === 205 || status === 304) {
    throw new RangeError(`A response with the status ${status} has no body: leave out the body of the fault.`);
  }
  const { type, bytes } = contentOf(body);
  return { status, headers: { "content-type": type, ...own }, body: bytes };
}

/** Names in lower case, so that a header replaces a default one. */
function headersOf(headers: ErrorFault["headers"]): Readonly<Record<string, string>> {
  try {
    return Object.fromEntries(new Headers(headers));
  } catch (cause) {
    throw new RangeError(`The headers of a fault cannot be sent: ${String(cause)}`, { cause });
  }
}

function contentOf(body: FaultBody): { readonly type: string; readonly bytes: Buffer } {
  if (typeof body === "string") return { type: "text/plain; charset=utf-8", bytes: Buffer.from(body) };
  if (body instanceof Uint8Array) return { type: "application/octet-stream", bytes: Buffer.from(body) };
  return { type: "application/json", bytes: Buffer.from(jsonOf(body)) };
}

function jsonOf(body: FaultBody): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(body);
  } catch (cause) {
    throw new RangeError(`The body of a fault cannot be sent as JSON: ${String(cause)}`, { cause });
  }
  if (text === undefined) throw new RangeError(`The body of a fault cannot be sent as JSON: it is a ${typeof body}.`);
  return text;
}
