/** The reply to a finished delivery, as plain JSON. A store must keep every member. */
export interface StoredReply {
  /** The HTTP status. */
  readonly status: number;
  /** The body: text, unless `encoding` says otherwise. */
  readonly body: string;
  /** The content type of the body. Absent if it is `application/json`. */
  readonly contentType?: string;
  /** `base64` if the body was not text. */
  readonly encoding?: "base64";
  /** Identifies the delivery. Only the runtime reads it. */
  readonly subject: string;
  /** Milliseconds since 1970. From this time the reply may be deleted, and must not be returned. */
  readonly keepUntil: number;
}

/** The result of `begin`. */
export type Begun =
  /** `new`: the caller runs the delivery. `running`: another one runs it. `done`: it is finished. */
  { readonly state: "new" } | { readonly state: "running" } | { readonly state: "done"; readonly reply: StoredReply };

/** Who runs a delivery, and until when. */
export interface Claim {
  /** Different for every run. */
  readonly owner: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /**
   * Milliseconds since 1970. A run that has not ended by then counts as crashed: the next `begin` returns `new`. So does a run
   * whose `now` is more than a minute after that of the next `begin`, because the clock was set back since.
   */
  readonly leaseUntil: number;
}

/**
 * Stores which deliveries are running or finished, so that a finished one does not run again. `begin` must be atomic for all
 * processes that share the store. If `begin` throws, the response is 503, so that Kiket retries. A key is any string, a few
 * kilobytes at most.
 */
export interface DeliveryStore {
  /** Atomic: of two calls with one key, one gets the lease. A rejected promise is answered 503. */
  begin(key: string, claim: Claim): Begun | Promise<Begun>;
  /**
   * Stores the reply. After it has returned or resolved, `begin` must return `done` until `keepUntil` of the reply. `now` is the time
   * now by the same clock, in milliseconds since 1970: a store with a clock of its own keeps the reply for the difference.
   */
  finish(key: string, reply: StoredReply, now?: number): void | Promise<void>;
  /** Deletes the claim of this owner, but not that of a later owner, so that the delivery can run again. */
  fail(key: string, owner: string): void | Promise<void>;
  /**
   * Ends the store, after the calls that were made before. `close` of the extension calls it once no delivery is running. To share
   * a store among extensions, pass each one `{ begin, finish, fail }` of it, and close it yourself.
   */
  close?(): void | Promise<void>;
}

/** Whether a store answers later. What answers at once is not awaited, to keep the usual case fast. */
export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { readonly then?: unknown } | undefined)?.then === "function";
}

const minute = 60_000;
const hour = 60 * minute;

/** How long a reply is kept: longer than Kiket tries again. */
export const keepMilliseconds: number = 24 * hour;

/** How long Kiket tries again: 10 h 36 min 30 s (fact 185). */
export const retryMilliseconds: number = 10 * hour + 36.5 * minute;
