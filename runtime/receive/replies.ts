import { type ApiError, handlerFailure, type ScopeError } from "../base/errors.js";
import type { JsonObject } from "../base/json.js";

/** An HTTP response as plain data. */
export interface Reply {
  readonly status: number;
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

/** A reply whose body is JSON. */
export interface JsonReply extends Reply {
  readonly body: string;
}

const jsonHeaders = Object.freeze({ "content-type": "application/json" });

export function reply(status: number, body: JsonObject, headers?: Readonly<Record<string, string>>): JsonReply {
  return replyWithText(status, JSON.stringify(body), headers);
}

/** A reply whose body is the text of a JSON value. */
export function replyWithText(status: number, body: string, headers?: Readonly<Record<string, string>>): JsonReply {
  return { status, body, headers: headers === undefined ? jsonHeaders : { ...jsonHeaders, ...headers } };
}

/** A reply of another content type, which must be valid in a header. */
export function replyWithContent(status: number, body: Reply["body"], contentType: string): Reply {
  return { status, body, headers: { "content-type": contentType, "x-content-type-options": "nosniff" } };
}

/** Thrown by the runtime to refuse a delivery, with the response to send. Handlers never see it. */
export class Refusal extends Error {
  override readonly name: string = "Refusal";
  readonly reply: JsonReply;

  constructor(status: number, message: string, headers?: Readonly<Record<string, string>>) {
    super(message);
    this.reply = reply(status, { error: message }, headers);
  }
}

/** A temporary failure, which Kiket retries. */
export function tryAgain(message: string, headers?: Readonly<Record<string, string>>): Refusal {
  // Kiket retries 5xx and 429, and no other 4xx (fact 185).
  return new Refusal(503, message, { "retry-after": "30", ...headers });
}

/** There are more deliveries at the same time than the limit. */
export function tooMany(): Reply {
  return reply(429, { error: "Too many deliveries at once" }, { "retry-after": "5" });
}

/** The body of a 403 response, of the extension and of Kiket. */
export function scopesBody(required: readonly string[], missing: readonly string[]): JsonObject {
  // See fact 124.
  return { error: "Insufficient scopes", required_scopes: required, missing_scopes: missing };
}

export function insufficientScopes({ requiredScopes, missingScopes }: ScopeError): Reply {
  return reply(403, scopesBody(requiredScopes, missingScopes));
}

/** The body of a 429 response, of the extension and of Kiket. */
export function rateLimitBody(seconds: number): JsonObject {
  // See fact 236.
  return { error: "Rate limit exceeded", retry_after: seconds };
}

/** Kiket's rate limit was exceeded by a call. It is passed on, so that Kiket retries the delivery later. */
export function rateLimited({ retryAfter = 60 }: ApiError): Reply {
  return reply(429, rateLimitBody(retryAfter), { "retry-after": String(retryAfter) });
}

/** A handler failed. The response does not contain the cause, which is in the log with the same id. */
export function handlerFailed(correlationId: string): Reply {
  return reply(500, { error: handlerFailure, correlation_id: correlationId });
}

/** The same for a defect in the runtime. */
export function internalError(correlationId: string): Reply {
  return reply(500, { error: "Internal error", correlation_id: correlationId });
}
