import { onExit } from "../base/process.js";

/** Limits how many lines of a kind are logged. */
export interface LineLimit {
  /** Whether a line of this kind may be logged now. If not, it is counted. */
  readonly take: (kind: string) => boolean;
  /** Tells at once what was left out. */
  readonly flush: () => void;
}

interface Counted {
  logged: number;
  leftOut: number;
}

const interval = 1_000;

/**
 * At most `most` lines of each kind a second, so that a flood of requests does not become a flood of lines. What is left out is told
 * once at the end of the second: nothing is lost in silence. `now` is in milliseconds.
 */
export function createLineLimit(
  most: number,
  tell: (kind: string, leftOut: number) => void,
  now: () => number,
): LineLimit {
  const kinds = new Map<string, Counted>();
  let until = 0;
  let forgetExit: (() => void) | undefined;

  const flush = (): void => {
    forgetExit?.();
    forgetExit = undefined;
    for (const [kind, { leftOut }] of kinds) if (leftOut > 0) tell(kind, leftOut);
    kinds.clear();
  };
  const begin = (time: number): void => {
    flush();
    until = time + interval;
  };

  return {
    take(kind) {
      const time = now();
      // Checked here too, because a worker may drop the timer of a request that has ended.
      if (time >= until) begin(time);
      const counted = kinds.get(kind) ?? { logged: 0, leftOut: 0 };
      kinds.set(kind, counted);
      if (counted.logged < most) {
        counted.logged += 1;
        return true;
      }
      counted.leftOut += 1;
      if (forgetExit === undefined) {
        forgetExit = onExit(flush);
        const timer: unknown = setTimeout(flush, interval);
        // Only Node's timers keep the process alive, and only they can be told not to.
        (timer as { unref?: () => void }).unref?.();
      }
      return false;
    },
    flush,
  };
}
