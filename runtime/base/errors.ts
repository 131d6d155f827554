/** Base of every error that this runtime throws on purpose. */
export class KiketError extends Error {
  override readonly name: string = "KiketError";
}

/** The extension is set up wrongly; thrown by `createExtension`, `serve`, or the first call that needs what is missing. */
export class ConfigError extends KiketError {
  override readonly name: string = "ConfigError";
}

/** A stub that was not filled yet; answered 501. */
export class NotImplementedError extends KiketError {
  override readonly name: string = "NotImplementedError";
}

/** The token lacks scopes that the handler asked for; answered 403 (wire contract §1.5, S). */
export class ScopeError extends KiketError {
  override readonly name: string = "ScopeError";
  readonly requiredScopes: readonly string[];
  readonly missingScopes: readonly string[];

  constructor(requiredScopes: readonly string[], missingScopes: readonly string[]) {
    super(`Insufficient scopes: missing ${missingScopes.join(", ")}`);
    this.requiredScopes = requiredScopes;
    this.missingScopes = missingScopes;
  }
}

/** One thing that Kiket found wrong with a call. */
export interface InvalidField {
  /** What it is about, as Kiket names it; absent where it names nothing. */
  readonly field?: string;
  readonly message: string;
}

interface ApiErrorDetail {
  readonly status: number;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
  readonly retryAfter: number | undefined;
  /** Default: none. */
  readonly details?: readonly InvalidField[];
}

/** Kiket answered a call with something other than 2xx. Holds no token and no header that was sent. */
export class ApiError extends KiketError {
  override readonly name: string = "ApiError";
  /** HTTP status. */
  readonly status: number;
  /** The platform's own error code, where the body has one. */
  readonly code: string | undefined;
  /** The platform's request id, for its support. */
  readonly requestId: string | undefined;
  /** Seconds, from `Retry-After` or the body's `retry_after`. */
  readonly retryAfter: number | undefined;
  /**
   * What is not valid, field by field: 100 at most, each text cut to 500 characters. The message has the first 3. Empty where
   * the answer names none.
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

/** Kiket could not be reached, did not answer in time, or the call was cancelled. */
export class ApiConnectionError extends KiketError {
  override readonly name: string = "ApiConnectionError";
  readonly reason: "unreachable" | "timeout" | "cancelled";

  constructor(message: string, reason: ApiConnectionError["reason"], options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** What to say of anything that was thrown. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  return typeof error === "string" ? error : "not an error";
}

/** All that is told of a handler's error to anybody outside: its own text may hold secrets (wire contract §5, D4). */
export const handlerFailure = "The handler failed";
