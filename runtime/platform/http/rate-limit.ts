import type { Clock } from "../clock.js";

export interface RateLimitOptions {
  /** Calls allowed a window. */
  readonly limit: number;
  /** Seconds. */
  readonly windowSeconds: number;
}

/** As `GET /api/v1/ext/rate_limit` answers it (wire contract §2.6). */
interface RateLimitWindow {
  readonly limit: number;
  readonly remaining: number;
  readonly window_seconds: number;
  /** Seconds. */
  readonly reset_in: number;
}

export interface RateLimit {
  /** Counts one call; `false` where the window is used up. */
  take(): boolean;
  window(): RateLimitWindow;
}

/** Archived documentation's default: 600 calls a minute for an installation. */
const documented: RateLimitOptions = { limit: 600, windowSeconds: 60 };

/** Fixed windows, the first from the first call. Without options calls are counted but never refused. */
export function createRateLimit(options: RateLimitOptions | undefined, now: Clock): RateLimit {
  const { limit, windowSeconds } = options ?? documented;
  let start = Number.NEGATIVE_INFINITY;
  let used = 0;

  function turn(): void {
    if (now() - start < windowSeconds * 1000) return;
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
