import { type ApiError, handlerFailure, type ScopeError } from "../base/errors.js";
import type { JsonObject } from "../base/json.js";

/** An HTTP response as plain data; the body is JSON text. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const jsonHeaders = Object.freeze({ "content-type": "application/json" });

export function reply(status: number, body: JsonObject, headers?: Readonly<Record<string, string>>): Reply {
  return replyWithText(status, JSON.stringify(body), headers);
}

export function replyWithText(status: number, body: string, headers?: Readonly<Record<string, string>>): Reply {
  return { status, body, headers: headers === undefined ? jsonHeaders : { ...jsonHeaders, ...headers } };
}

/** A delivery that is turned away, with the answer to give; the runtime's own steps throw it, handlers never see it. */
export class Refusal extends Error {
  override readonly name: string = "Refusal";
  readonly reply: Reply;

  constructor(status: number, message: string, headers?: Readonly<Record<string, string>>) {
    super(message);
    this.reply = reply(status, { error: message }, headers);
  }
}

/** May succeed in 30 s: the platform tries 5xx again, never 4xx but 429 (wire contract §1.10). */
export function tryAgain(message: string, headers?: Readonly<Record<string, string>>): Refusal {
  return new Refusal(503, message, { "retry-after": "30", ...headers });
}

/** More than this extension takes at once. */
export function tooMany(): Reply {
  return reply(429, { error: "Too many deliveries at once" }, { "retry-after": "5" });
}

/** The body of 403, in the extension's answers as in Kiket's (wire contract §1.5, S). */
export function scopesBody(required: readonly string[], missing: readonly string[]): JsonObject {
  return { error: "Insufficient scopes", required_scopes: required, missing_scopes: missing };
}

export function insufficientScopes({ requiredScopes, missingScopes }: ScopeError): Reply {
  return reply(403, scopesBody(requiredScopes, missingScopes));
}

/** The body of 429, in the extension's answers as in Kiket's (wire contract §2.6). */
export function rateLimitBody(seconds: number): JsonObject {
  return { error: "Rate limit exceeded", retry_after: seconds };
}

/** The platform's own limit, passed on so that it tries again later. */
export function rateLimited({ retryAfter = 60 }: ApiError): Reply {
  return reply(429, rateLimitBody(retryAfter), { "retry-after": String(retryAfter) });
}

/** Says nothing of the cause; the log has it beside the same id. */
export function handlerFailed(correlationId: string): Reply {
  return reply(500, { error: handlerFailure, correlation_id: correlationId });
}

/** The same for a defect of the runtime. */
export function internalError(correlationId: string): Reply {
  return reply(500, { error: "Internal error", correlation_id: correlationId });
}
