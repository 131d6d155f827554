/** The verdict of a delivery that finished, as plain JSON. */
export interface StoredReply {
  /** HTTP status. */
  readonly status: number;
  /** JSON text. */
  readonly body: string;
  /** Which delivery it answered, in the runtime's own words. */
  readonly subject: string;
  /** Milliseconds since 1970; from then on it may be forgotten, and must not be answered. */
  readonly keepUntil: number;
}

/** What `begin` found. */
export type Begun =
  /** Nobody runs it or has finished it: it is the caller's now. */
  { readonly state: "new" } | { readonly state: "running" } | { readonly state: "done"; readonly reply: StoredReply };

/** Who takes a delivery on, and for how long. */
export interface Claim {
  /** Different for every run. */
  readonly owner: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** A run that has not ended by then is taken for crashed: the next `begin` is told `new`. Milliseconds since 1970. */
  readonly leaseUntil: number;
}

/**
 * Where deliveries are remembered, so that one that finished is not run again. `begin` must be atomic among all that share the
 * store; whatever throws is answered 503, so that the platform tries again. Keys are any text, of a few kilobytes at most.
 */
export interface DeliveryStore {
  begin(key: string, claim: Claim): Begun | Promise<Begun>;
  /** Once it has returned, or resolved, every later `begin` until the reply's `keepUntil` is told `done`. */
  finish(key: string, reply: StoredReply): void | Promise<void>;
  /** Frees what this owner, and no later one, had begun: the delivery may run again. */
  fail(key: string, owner: string): void | Promise<void>;
}
