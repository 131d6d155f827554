/** A clock for ages, in milliseconds. Its start means nothing, and it never runs back. */
export type AgeClock = () => number;

/** Up to this difference, in milliseconds, two clocks agree. */
const tolerance = 1_000;

/**
 * A clock for ages that a change of the system's time cannot stop or turn back. It follows the monotonic clock, which does not
 * know of such changes, and adds what the system's time says beyond that: the monotonic clock stands still while a machine
 * sleeps. So an age may be too high after the time was set forward, but it is never too low.
 * @param wall Milliseconds since 1970, which somebody may set back or forward.
 * @param monotonic Without it, `wall` is the only clock. Steps back count as no time.
 */
export function createAgeClock(wall: () => number, monotonic?: () => number): AgeClock {
  if (monotonic === undefined) {
    let last = wall();
    let age = 0;
    return () => {
      const time = wall();
      age += Math.max(0, time - last);
      last = time;
      return age;
    };
  }
  let difference = wall() - monotonic();
  let asleep = 0;
  return () => {
    const time = monotonic();
    const change = wall() - time - difference;
    if (Math.abs(change) > tolerance) {
      difference += change;
      asleep += Math.max(0, change);
    }
    return time + asleep;
  };
}
