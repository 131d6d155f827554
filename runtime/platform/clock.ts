/** Milliseconds since 1970, as `Date.now`. */
export type Clock = () => number;

/** RFC 3339 in UTC, without a fraction where there is none: `2026-03-02T08:25:04Z`. */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(".000Z", "Z");
}

/** The platform's time: it runs as its source does, and can be moved ahead. Both functions may be passed on their own. */
export interface PlatformClock {
  /** Milliseconds since 1970. */
  readonly now: Clock;
  /**
   * Moves the time ahead; deliveries that wait for their next attempt are woken when it is reached.
   * @throws {RangeError} for a number below 0, none, or one past the end of all dates.
   */
  readonly advance: (milliseconds: number) => void;
}

/** The clock as the platform's own waiting uses it. */
export interface Timeline extends PlatformClock {
  /** Counts the work as under way: meanwhile the clock does not run ahead by itself. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Waits on this clock, from within `run`. As soon as everything under way waits, the clock jumps to the first that is due:
   * hours pass at once, and in order.
   */
  sleep(milliseconds: number): Promise<void>;
  /** Waits elsewhere, from within `run`, without holding the clock back. */
  rest(wait: () => Promise<void>): Promise<void>;
}

/** The latest time that a Date can hold. */
const latest = 8.64e15;

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

export function createTimeline(source: Clock): Timeline {
  let ahead = 0;
  let busy = 0;
  let sleepers: Sleeper[] = [];
  const now = (): number => source() + ahead;

  /** Whoever is woken counts as busy at once, before its own code runs again. */
  function wake(time: number): void {
    const due = sleepers.filter((sleeper) => sleeper.due <= time);
    sleepers = sleepers.filter((sleeper) => sleeper.due > time);
    busy += due.length;
    for (const sleeper of due) sleeper.wake();
  }

  function release(): void {
    busy -= 1;
    if (busy > 0 || sleepers.length === 0) return;
    const first = Math.min(...sleepers.map(({ due }) => due));
    ahead += Math.max(0, first - now());
    wake(first);
  }

  return {
    now,
    advance(milliseconds) {
      if (!(milliseconds >= 0 && now() + milliseconds <= latest)) {
        throw new RangeError(
          `clock.advance takes milliseconds from 0 on, not ${milliseconds}: time neither runs back nor past all dates.`,
        );
      }
      ahead += milliseconds;
      wake(now());
    },
    async run(work) {
      busy += 1;
      try {
        return await work();
      } finally {
        release();
      }
    },
    sleep(milliseconds) {
      const woken = new Promise<void>((wake) => sleepers.push({ due: now() + milliseconds, wake }));
      release();
      return woken;
    },
    async rest(wait) {
      release();
      try {
        await wait();
      } finally {
        busy += 1;
      }
    },
  };
}
