import type { Deferral } from "../handler/deferral.js";

/** What decides a wait, besides the options of the handler. */
export interface WaitInputs {
  /** How many runs have failed, from 1. */
  readonly failed: number;
  /** Milliseconds that Kiket asked to wait at least, as in `JobOutcome`. */
  readonly after?: number | undefined;
  /** From 0 to 1. */
  readonly random: number;
}

/** The longest wait that Kiket can ask for, unless the handler's own limit is longer. */
const longestAsked = 24 * 3_600_000;

/** How long a job waits for a program that can run it. A rollout takes less. */
const mostElsewhere = 24 * 3_600_000;
const leastPause = 60_000;
const longestPause = 3_600_000;

/**
 * Milliseconds to wait before a job that failed runs again. Up to half of the wait is left to chance: jobs that fail together, because Kiket is
 * away, must not come back together.
 */
export function waitBeforeNextRun(
  { delay, factor, longest }: Deferral["backoff"],
  { failed, after = 0, random }: WaitInputs,
): number {
  // A product with infinity would be no number where the delay is 0.
  const whole = Math.min(delay * Math.min(factor ** (failed - 1), Number.MAX_SAFE_INTEGER), longest);
  const asked = Math.min(after, Math.max(longest, longestAsked));
  return Math.round(Math.max(whole / 2, asked) + (random * whole) / 2);
}

/**
 * Milliseconds until a job is looked at again that this program cannot run, because it has not its handler or its key: another version is
 * being installed, or was taken back. Undefined when the job has waited for 24 h: then it is dead.
 * @param waited Milliseconds since the job was added. The older it is, the longer is the pause.
 */
export function waitForOtherProgram(waited: number): number | undefined {
  return waited < mostElsewhere ? Math.min(Math.max(waited, leastPause), longestPause) : undefined;
}
