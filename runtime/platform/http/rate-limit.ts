import type { Clock } from "../clock.js";

/** A limit of calls in a window of time. */
export interface RateLimitOptions {
  /** Calls allowed per window. */
  readonly limit: number;
  /** Length of a window in seconds. */
  readonly windowSeconds: number;
}

/** As in the response to `GET /api/v1/ext/rate_limit`. */
interface RateLimitWindow {
  readonly limit: number;
  readonly remaining: number;
  readonly window_seconds: number;
  /** Seconds until the window ends. */
  readonly reset_in: number;
}

export interface RateLimitCounter {
  /** Counts one call. `false` if no call is left in the window. */
  take(): boolean;
  window(): RateLimitWindow;
}

/** The default in older documentation: 600 calls per minute and installation (fact 236). */
const documented: RateLimitOptions = { limit: 600, windowSeconds: 60 };

/** Fixed windows, starting with the first call. Without options, calls are counted but never refused. */
export function createRateLimit(options: RateLimitOptions | undefined, now: Clock): RateLimitCounter {
  const { limit, windowSeconds } = options ?? documented;
  let start = Number.NEGATIVE_INFINITY;
  let used = 0;

  function turn(): void {
    // A clock that was set back must not make a window last for longer.
    if (now() >= start && now() - start < windowSeconds * 1000) return;
    start = now();
    used = 0;
  }

  return {
    take() {
      turn();
      if (used >= limit) return options === undefined;
      used += 1;
      return true;
    },
    window() {
      turn();
      return {
        limit,
        remaining: limit - used,
        window_seconds: windowSeconds,
        reset_in: Math.ceil((start + windowSeconds * 1000 - now()) / 1000),
      };
    },
  };
}
