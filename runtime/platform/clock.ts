/** The current time in milliseconds since 1970, like `Date.now`. */
export type Clock = () => number;

/** The time in RFC 3339, in UTC, without a fraction if it is zero: `2026-03-02T08:25:04Z`. */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(".000Z", "Z");
}

/** The platform's clock. It follows its source, and can be moved ahead. Both functions work without the object. */
export interface PlatformClock {
  /** Milliseconds since 1970. */
  readonly now: Clock;
  /**
   * Moves the time ahead. Deliveries whose next attempt is due are then sent.
   * @throws {RangeError} if the argument is not a number from 0, or the new time is too late for a `Date`.
   */
  readonly advance: (milliseconds: number) => void;
}

/** The clock with the functions that the platform uses to wait. */
export interface Timeline extends PlatformClock {
  /** Runs work. Until it ends or waits, the clock does not jump ahead. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Waits on this clock; to be called inside `run`. When all work waits, the clock jumps to the time that is due first. So hours
   * pass at once, in the right order.
   */
  sleep(milliseconds: number): Promise<void>;
  /** Waits for something else; to be called inside `run`. Meanwhile the clock can jump ahead. */
  rest(wait: () => Promise<void>): Promise<void>;
}

/** The latest time of a `Date`. */
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

  /** Counts what it wakes as busy at once, before its code continues. */
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
          `clock.advance needs a number of milliseconds from 0, and the new time must fit in a Date; got ${milliseconds}.`,
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
