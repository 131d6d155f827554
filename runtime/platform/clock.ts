/** The current time in milliseconds since 1970, like `Date.now`. */
export type Clock = () => number;

/** The time in RFC 3339, in UTC, without a fraction if it is zero: `2026-03-02T08:25:04Z`. */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(".000Z", "Z");
}

/** The platform's clock. It follows its source, and can be moved ahead. Its functions work without the object. */
export interface PlatformClock {
  /** Milliseconds since 1970. */
  readonly now: Clock;
  /**
   * Moves the time ahead. Deliveries whose next attempt is due are then sent.
   * @throws {RangeError} if the argument is not a number from 0, or the new time is too late for a `Date`.
   */
  readonly advance: (milliseconds: number) => void;
  /** Calls back once when the clock was moved ahead by that much. Returns a function that undoes this. Real time does not count. */
  readonly startTimer: (milliseconds: number, onTime: () => void) => () => void;
  /** Moves the time ahead to the timer that is due first. False if there is none. */
  readonly skip: () => boolean;
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

interface Timer {
  readonly due: number;
  readonly onTime: () => void;
}

export function createTimeline(source: Clock): Timeline {
  let ahead = 0;
  let busy = 0;
  let sleepers: Sleeper[] = [];
  const timers = new Set<Timer>();
  const now = (): number => source() + ahead;

  /** Counts what it wakes as busy at once, before its code continues. */
  function wake(time: number): void {
    const due = sleepers.filter((sleeper) => sleeper.due <= time);
    sleepers = sleepers.filter((sleeper) => sleeper.due > time);
    busy += due.length;
    for (const sleeper of due) sleeper.wake();
    for (const timer of [...timers].sort((a, b) => a.due - b.due)) {
      if (timer.due <= time && timers.delete(timer)) timer.onTime();
    }
  }

  function jumpTo(time: number): void {
    ahead += Math.max(0, time - now());
    wake(time);
  }

  function release(): void {
    busy -= 1;
    if (busy > 0 || sleepers.length === 0) return;
    jumpTo(Math.min(...sleepers.map(({ due }) => due)));
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
    startTimer(milliseconds, onTime) {
      const timer = { due: now() + milliseconds, onTime };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    skip() {
      if (timers.size === 0) return false;
      jumpTo(Math.min(...[...timers].map(({ due }) => due)));
      return true;
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
