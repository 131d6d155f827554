const first = 100;
const longest = 30_000;

/** A process that ends sooner after its start has crashed early: the next one may do the same. In milliseconds. */
export const earlyMilliseconds = 60_000;

/** Milliseconds until a process that has crashed is started again: 100, 200, 400 and so on to 30 s. `early`: how many have crashed early in a row. */
export function restartWait(early: number): number {
  return Math.min(first * 2 ** early, longest);
}
