import type { Claim } from "./delivery-store.js";

/** The clocks of two processes may differ by this many milliseconds. */
const tolerance = 60_000;

/**
 * Whether a stored claim still keeps others from running the delivery. A claim from the future shows that the clock was set back
 * since, and its end is then as far away as the clock was set back: it counts as crashed.
 * @param now Milliseconds since 1970.
 */
export function isLeased(stored: Pick<Claim, "now" | "leaseUntil">, now: number): boolean {
  return stored.leaseUntil > now && stored.now <= now + tolerance;
}
