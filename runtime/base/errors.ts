/** Base class of every error that the runtime throws on purpose. */
export class KiketError extends Error {
  override readonly name: string = "KiketError";
}

/**
 * The extension is not configured correctly. Thrown by `createExtension`, by `serve`, or by the first call that needs a missing
 * option.
 */
export class ConfigError extends KiketError {
  override readonly name: string = "ConfigError";
}

/**
 * A secret of `secretSource` cannot be had now: the source could not be asked for too long. If a handler does not catch it, the response
 * is 503, so that Kiket sends the delivery again.
 */
export class SecretsUnavailableError extends KiketError {
  override readonly name: string = "SecretsUnavailableError";
}

/** The handler is still a generated stub. The response is 501. */
export class NotImplementedError extends KiketError {
  override readonly name: string = "NotImplementedError";
}

/** The token lacks scopes that the handler requires. The response is 403. */
export class ScopeError extends KiketError {
  override readonly name: string = "ScopeError";
  /** All that the handler requires. */
  readonly requiredScopes: readonly string[];
  /** Those that the token does not have. */
  readonly missingScopes: readonly string[];

  constructor(requiredScopes: readonly string[], missingScopes: readonly string[]) {
    // The text of the SDKs (fact 124).
    super(`Insufficient scopes: missing ${missingScopes.join(", ")}`);
    this.requiredScopes = requiredScopes;
    this.missingScopes = missingScopes;
  }
}

/** One reason why Kiket refused a call: a validation error, or what blocks a change. */
export interface InvalidField {
  /** The field, as Kiket names it. Absent if Kiket names none. */
  readonly field?: string;
  /** The kind of a blocker (409), as Kiket names it. */
  readonly type?: string;
  readonly message: string;
}

/** What an `ApiError` is made of. */
export interface ApiErrorDetail {
  /** HTTP status. */
  readonly status: number;
  /** Kiket's own code of the error, if the response has one. */
  readonly code: string | undefined;
  /** Kiket's id of the request, if the response has one. */
  readonly requestId: string | undefined;
  /** Seconds, from `Retry-After`. */
  readonly retryAfter: number | undefined;
  /** Default: none. */
  readonly details?: readonly InvalidField[];
}

/**
 * Kiket answered a call with a status other than 2xx; or with 2xx and a body that is too large or not JSON, where the call may
 * have been carried out. Contains no token and no header of the request.
 */
export class ApiError extends KiketError {
  override readonly name: string = "ApiError";
  /** HTTP status. */
  readonly status: number;
  /** Kiket's error code, if the body has one. */
  readonly code: string | undefined;
  /** Kiket's request id, for questions to its support. */
  readonly requestId: string | undefined;
  /** Seconds to wait, from `Retry-After` or `retry_after` in the body. */
  readonly retryAfter: number | undefined;
  /**
   * Validation errors and blockers: at most 100, each text cut to 500 characters. The message contains the first 3. Empty if the response
   * has none.
   */
  readonly details: readonly InvalidField[];

  constructor(message: string, detail: ApiErrorDetail) {
    super(message);
    this.status = detail.status;
    this.code = detail.code;
    this.requestId = detail.requestId;
    this.retryAfter = detail.retryAfter;
    this.details = detail.details ?? [];
  }
}

/** What blocks the transition of a case. */
export interface Blocker {
  /** The kind, as Kiket names it. Absent if Kiket names none. */
  readonly type?: string;
  readonly message: string;
}

/** The process of a case blocks the transition (409): for example a document or an approval is missing. The case has not changed. */
export class TransitionBlockedError extends ApiError {
  override readonly name: string = "TransitionBlockedError";
  /** What blocks it. Empty if Kiket says only that it is blocked. */
  readonly blockers: readonly Blocker[];

  constructor(message: string, detail: ApiErrorDetail) {
    super(message, detail);
    this.blockers = this.details.map(({ type, message: text }) => ({
      ...(type === undefined ? {} : { type }),
      message: text,
    }));
  }
}

/** There is no complete response to a call. */
export class ApiConnectionError extends KiketError {
  override readonly name: string = "ApiConnectionError";
  /**
   * `unreachable`: no connection. `interrupted`: the connection broke, and Kiket may have carried the call out. `timeout`: no
   * complete response in time, the same applies. `cancelled`: by the delivery's or the caller's signal.
   */
  readonly reason: "unreachable" | "interrupted" | "timeout" | "cancelled";

  constructor(message: string, reason: ApiConnectionError["reason"], options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** The message of a thrown value, which may be anything. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  return typeof error === "string" ? error : "the thrown value is not an Error";
}

// See fact 1004.
/** The text about a handler's error in responses, telemetry and traces. The error's own text may contain secrets. */
export const handlerFailure = "The handler failed";
