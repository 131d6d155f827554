/** Takes one of what is allowed; false where none is left for now. */
type Take = () => boolean;

/** How often something may be done: a burst, then one more each interval, in milliseconds by the clock given. */
export function createAllowance(burst: number, interval: number, now: () => number): Take {
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
