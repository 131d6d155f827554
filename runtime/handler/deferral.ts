import type { Verdict } from "./verdicts.js";

/** How long to wait before a run that failed is tried again. */
export interface BackoffOptions {
  /** Milliseconds before the second run. Default 5000. */
  readonly delay?: number | undefined;
  /** Each later wait is this many times as long. Default 2. */
  readonly factor?: number | undefined;
  /** The longest wait, in milliseconds. Default 3600000 (1 h). */
  readonly longest?: number | undefined;
}

/** How a handler runs after Kiket has its answer. */
export interface DeferOptions {
  /** How often it runs at most, the first time included, until it succeeds. Default 5. */
  readonly attempts?: number | undefined;
  /** A number is the `delay` of the defaults. */
  readonly backoff?: number | BackoffOptions | undefined;
  /** Milliseconds for one run. Then its `context.signal` is aborted, and it counts as failed. Default 900000 (15 min). */
  readonly timeout?: number | undefined;
  /** How many runs of this handler one worker has at the same time. Default: as many as the worker has at all. */
  readonly concurrency?: number | undefined;
  /** What Kiket is answered at once. Required where Kiket waits for a verdict. Default: `{"ok":true}`. */
  readonly verdict?: Verdict | undefined;
}

/** The same with every default, as plain data. Times in milliseconds. */
export interface Deferral {
  readonly attempts: number;
  readonly backoff: { readonly delay: number; readonly factor: number; readonly longest: number };
  readonly timeout: number;
  /** Undefined: no limit of its own. */
  readonly concurrency: number | undefined;
  /** Undefined: the answer is `{"ok":true}`. */
  readonly verdict: Verdict | undefined;
}
