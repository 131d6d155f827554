import type { JsonObject } from "../base/json.js";

/**
 * Why a delivery was refused or failed, as a code for logs and tests. The response has only the text: a caller whose origin is not
 * proved must not learn which part of the proof failed.
 */
export type FailureReason =
  // The request.
  | "not-found"
  | "path-malformed"
  | "method-not-allowed"
  | "request-malformed"
  | "request-too-slow"
  | "headers-too-large"
  | "chunk-extensions-too-large"
  | "content-type"
  | "content-encoding"
  | "transfer-encoding"
  | "host-missing"
  | "expectation"
  | "body-too-large"
  | "body-too-slow"
  | "body-incomplete"
  | "body-already-read"
  | "json-invalid"
  | "json-not-an-object"
  | "json-too-deep"
  // The proof of the origin.
  | "signature-missing"
  | "signature-malformed"
  | "signature-wrong"
  | "timestamp-missing"
  | "timestamp-malformed"
  | "timestamp-out-of-range"
  | "token-missing"
  | "token-malformed"
  | "token-algorithm"
  | "token-issuer"
  | "token-claim"
  | "token-expired"
  | "token-not-valid-yet"
  | "token-of-other-extension"
  | "token-signature-wrong"
  | "signing-key-unknown"
  | "signing-key-unusable"
  | "signing-keys-unavailable"
  | "secrets-unavailable"
  // What is delivered.
  | "event-missing"
  | "event-not-signed"
  | "event-differs"
  | "version-missing"
  | "no-handler"
  | "scopes-missing"
  // When it is delivered.
  | "already-used"
  | "already-running"
  | "store-unavailable"
  | "queue-unavailable"
  | "too-many-deliveries"
  | "too-many-arrivals"
  | "closing"
  // What came of it.
  | "handler-failed"
  | "result-unusable"
  | "handler-too-slow"
  | "not-implemented"
  | "rate-limited"
  // Of a deferred run.
  | "content-unreadable"
  | "other-extension"
  | "internal-error";

/** A delivery that was refused or that failed, as plain data. */
export interface Failure {
  readonly status: number;
  readonly reason: FailureReason;
  /** Why, for logs and tests. It may say more than the response. */
  readonly detail: string;
  /** The body of the response, to which the ids of the delivery are added. */
  readonly body: JsonObject;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The error that caused it. A failure with a cause is one of the handler or the runtime, and is logged as an error. */
  readonly cause?: unknown;
  /** True for a mistake in the program of the extension, which is logged as an error too. */
  readonly isOwn?: boolean;
  /** True if the origin is proved, although the delivery was refused before it counts as verified. */
  readonly isProved?: boolean;
}

/** What a refusal may have besides its status, reason and message. */
export interface RefusalExtras {
  /** For logs and tests, if they may learn more than the caller. Default: the message. */
  readonly detail?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
  readonly isOwn?: boolean;
  readonly isProved?: boolean;
}

/** Thrown by the runtime to refuse a delivery. Handlers never see it. The message is sent to the caller. */
export class Refusal extends Error {
  override readonly name: string = "Refusal";
  readonly failure: Failure;

  constructor(status: number, reason: FailureReason, message: string, extras: RefusalExtras = {}) {
    super(message);
    this.failure = { status, reason, detail: message, body: { error: message }, ...extras };
  }
}

/** A temporary failure, which Kiket retries. */
export function tryAgain(reason: FailureReason, message: string, extras: RefusalExtras = {}): Refusal {
  // Kiket retries 5xx and 429, and no other 4xx (fact 185).
  return new Refusal(503, reason, message, { ...extras, headers: { "retry-after": "30", ...extras.headers } });
}
