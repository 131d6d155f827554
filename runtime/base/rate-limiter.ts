/** Takes one unit; false if none is left at this time. */
type Take = () => boolean;

/** Limits how often something may be done: a burst, then once more per interval, in milliseconds of the clock `now`. */
export function createRateLimiter(burst: number, interval: number, now: () => number): Take {
  let left = burst;
  let countedAt = now();
  return () => {
    const earned = Math.floor((now() - countedAt) / interval);
    if (earned > 0) {
      left = Math.min(burst, left + earned);
      countedAt = now();
    }
    if (left === 0) return false;
    left -= 1;
    return true;
  };
}
