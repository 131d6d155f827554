import {
  type ApiError,
  handlerFailure,
  type NotImplementedError,
  type ScopeError,
  type SecretsUnavailableError,
} from "../base/errors.js";
import { defined, type JsonObject } from "../base/json.js";
import { type Failure, Refusal, tryAgain } from "./failure.js";

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

/** The ids with which a delivery can be found in the log. */
export interface DeliveryIds {
  /** Undefined if the delivery has none, or none that is known yet. */
  readonly deliveryId: string | undefined;
  readonly correlationId: string;
}

/** The response to a delivery that was refused or failed. */
export function replyToFailure(
  { status, body, headers }: Failure,
  { deliveryId, correlationId }: DeliveryIds,
): JsonReply {
  return reply(status, defined({ ...body, delivery_id: deliveryId, correlation_id: correlationId }), headers);
}

/** There are more deliveries at the same time than the limit. */
export function tooMany(): Refusal {
  return new Refusal(429, "too-many-deliveries", "Too many deliveries at once", { headers: { "retry-after": "5" } });
}

/** The body of a 403 response, of the extension and of Kiket. */
export function scopesBody(required: readonly string[], missing: readonly string[]): JsonObject {
  // See fact 124.
  return { error: "Insufficient scopes", required_scopes: required, missing_scopes: missing };
}

export function insufficientScopes({ message, requiredScopes, missingScopes }: ScopeError): Failure {
  return { status: 403, reason: "scopes-missing", detail: message, body: scopesBody(requiredScopes, missingScopes) };
}

/** The body of a 429 response, of the extension and of Kiket. */
export function rateLimitBody(seconds: number): JsonObject {
  // See fact 236.
  return { error: "Rate limit exceeded", retry_after: seconds };
}

/** Kiket's rate limit was exceeded by a call. It is passed on, so that Kiket retries the delivery later. */
export function rateLimited({ message, retryAfter = 60 }: ApiError): Failure {
  return {
    status: 429,
    reason: "rate-limited",
    detail: message,
    body: rateLimitBody(retryAfter),
    headers: { "retry-after": String(retryAfter) },
  };
}

/** A secret cannot be had now. The handler may have begun its work; Kiket sends the delivery again. The caller does not get the cause. */
export function secretsUnavailable(cause: SecretsUnavailableError): Failure {
  return tryAgain("secrets-unavailable", "Secrets are unavailable", { detail: cause.message, cause }).failure;
}

/** The handler is a stub. The text of the error may come from the handler, so the caller does not get it. */
export function notImplementedYet({ message }: NotImplementedError, event: string, version: string): Failure {
  const body = { error: `Handler not implemented: ${event}.${version}` };
  return { status: 501, reason: "not-implemented", detail: message, body };
}

/** A handler failed. The response does not contain the cause, which is in the log with the same id. */
export function handlerFailed(cause: unknown): Failure {
  return { status: 500, reason: "handler-failed", detail: "A handler failed", body: { error: handlerFailure }, cause };
}

/** The same for a result that cannot be sent. */
export function resultUnusable(cause: unknown): Failure {
  return { ...handlerFailed(cause), reason: "result-unusable", detail: "A handler's result cannot be sent" };
}

/** The same for a defect in the runtime. */
export function internalError(cause: unknown, what: "delivery" | "request"): Failure {
  const detail = `A ${what} failed in the runtime`;
  return { status: 500, reason: "internal-error", detail, body: { error: "Internal error" }, cause };
}
