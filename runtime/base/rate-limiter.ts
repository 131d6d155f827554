import type { AgeClock } from "./age-clock.js";

/** Takes one unit; false if none is left at this time. */
type Take = () => boolean;

/** Limits how often something may be done: a burst, then once more per interval, in milliseconds. */
export function createRateLimiter(burst: number, interval: number, ages: AgeClock): Take {
  let left = burst;
  let countedAt = ages();
  return () => {
    const earned = Math.floor((ages() - countedAt) / interval);
    if (earned > 0) {
      left = Math.min(burst, left + earned);
      countedAt += earned * interval;
    }
    if (left === 0) return false;
    left -= 1;
    return true;
  };
}
