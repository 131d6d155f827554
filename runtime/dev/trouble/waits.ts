/** Waits for times of Kiket's schedule, which come sooner when the clock is moved ahead. */
export interface Waits {
  /** Resolves at this time, in milliseconds since 1970 in real time, or when all waits end. One wait for each id. */
  until(id: string, at: number): Promise<void>;
  /** That much of Kiket's time has passed at once, in milliseconds. */
  pass(milliseconds: number): void;
  /** Ends all waits. */
  close(): void;
}

interface Wait {
  readonly id: string;
  readonly at: number;
  readonly done: () => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

interface WaitInputs {
  /** Divides Kiket's time. */
  readonly compression: number;
  readonly now: () => number;
  /** A wait ends sooner than it was told. */
  readonly moved: (id: string, at: number) => void;
}

export function createWaits({ compression, now, moved }: WaitInputs): Waits {
  const waits = new Set<Wait>();

  function start(id: string, at: number, resolve: () => void): void {
    const done = (): void => {
      clearTimeout(wait.timer);
      waits.delete(wait);
      resolve();
    };
    const wait: Wait = { id, at, done: resolve, timer: setTimeout(done, at - now()) };
    waits.add(wait);
  }

  return {
    until: (id, at) => new Promise((resolve) => start(id, at, resolve)),
    pass(milliseconds) {
      for (const wait of [...waits]) {
        clearTimeout(wait.timer);
        waits.delete(wait);
        const at = Math.max(now(), wait.at - milliseconds / compression);
        moved(wait.id, at);
        start(wait.id, at, wait.done);
      }
    },
    close() {
      for (const { timer, done } of waits) {
        clearTimeout(timer);
        done();
      }
      waits.clear();
    },
  };
}
