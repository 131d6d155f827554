/**
 * What can be wrong with the local Kiket. `slow`: answers are delayed. `keys-down`: the signing keys cannot be read. `empty-keys`: there
 * are none in the key set. `rate-limit`: 429. `error`: 5xx or 4xx. `cut`: the connection is closed without an answer.
 */
export type FaultKind = "slow" | "keys-down" | "empty-keys" | "rate-limit" | "error" | "cut";

/** A fault to inject: the body of `POST /api/faults`. */
export interface FaultRequest {
  readonly kind: FaultKind;
  /** Ids of operations of Kiket's API. Default: every request. `keys-down` and `empty-keys` affect the key set alone, and take none. */
  readonly operations?: readonly string[];
  /** How many requests are affected, from 1. Default: all until the fault is cleared. */
  readonly times?: number;
  /** Of `slow`: the delay, from 1 to 600,000. Default: until the fault is cleared. */
  readonly milliseconds?: number;
  /** Of `error`, from 400 to 599. Default 500. */
  readonly status?: number;
  /** Of `rate-limit` and `error`: seconds, sent as `Retry-After`. Default: 1 for `rate-limit`, not sent for `error`. */
  readonly retryAfter?: number;
  /** Of `error` and `cut`. True: the operation is performed, and only its answer is lost. Default false. */
  readonly performed?: boolean;
}

/** A fault that can still affect requests. */
export interface FaultRecord extends FaultRequest {
  /** Counted by one command, from 1. */
  readonly id: number;
  /** Requests that were affected so far. */
  readonly hits: number;
}

/**
 * What is wrong with a delivery, on purpose. `expired-token`: the token or the signature is an hour too old. `future-token`: it is an hour
 * ahead. `wrong-signature`: the signature was changed. `foreign-key`: it was made with a key or secret that is not Kiket's. `duplicate`:
 * once delivered, the delivery is sent a second time.
 */
export type Flaw = "expired-token" | "future-token" | "wrong-signature" | "foreign-key" | "duplicate";

const byName: Readonly<Record<Flaw, true>> = {
  "expired-token": true,
  "future-token": true,
  "wrong-signature": true,
  "foreign-key": true,
  duplicate: true,
};

/** Every flaw. The compiler compares them with the type. */
export const everyFlaw = Object.keys(byName) as readonly Flaw[];

/** What is not as usual now. */
export interface TroubleState {
  /** In the order in which they were injected. */
  readonly faults: readonly FaultRecord[];
  /** How far the clock of Kiket and the extension is ahead of that of the machine, in milliseconds. */
  readonly clockAhead: number;
}

/** How to move the clock: the body of `POST /api/clock`. Exactly one is there. */
export interface ClockRequest {
  /** Milliseconds ahead, from 1. */
  readonly advance?: number;
  /** True: back to the time of the machine. */
  readonly reset?: true;
}

/** What makes trouble, for the inspector. Its functions throw a `RequestProblem` for a request that cannot be done. */
export interface TroubleMaker {
  state(): TroubleState;
  /** The ids of the operations that a fault can affect. */
  readonly operations: readonly string[];
  inject(fault: FaultRequest): TroubleState;
  /** Ends one fault, or all. */
  clear(id?: number): TroubleState;
  /** Signs with a new key from now on. `keepOld`: the older keys stay in the key set. */
  rotateKeys(keepOld: boolean): Promise<TroubleState>;
  /**
   * Moves the clock of Kiket, and of the extension, which is started again. Deliveries that wait for their next attempt have waited for that
   * long.
   */
  moveClock(request: ClockRequest): Promise<TroubleState>;
}
