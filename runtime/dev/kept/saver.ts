/** Writes one file soon after something has changed, and not more often than needed. */
export interface Saver {
  /** Something has changed. */
  mark(): void;
  /** Writes what is not written yet, and no more afterwards. */
  close(): Promise<void>;
}

/** Milliseconds between a change and its writing: within them a killed process loses what it was told. */
const shortestDelay = 250;
const longestDelay = 900;
/** A long text is written less often, so that most of the time is left for the deliveries. */
const share = 5;

/** `write` makes the text and stores it. An error is told once until it succeeds again. */
export function createSaver(write: () => Promise<void>, warn: (error: unknown) => void): Saver {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let delay = shortestDelay;
  let isChanged = false;
  let isClosed = false;
  let hasFailed = false;
  let running: Promise<void> = Promise.resolve();

  async function save(): Promise<void> {
    isChanged = false;
    const start = performance.now();
    try {
      await write();
      hasFailed = false;
    } catch (error) {
      if (!hasFailed) warn(error);
      hasFailed = true;
    }
    delay = Math.min(longestDelay, Math.max(shortestDelay, share * (performance.now() - start)));
  }

  function schedule(): void {
    if (timer !== undefined || isClosed) return;
    timer = setTimeout(() => {
      running = save().then(() => {
        timer = undefined;
        if (isChanged) schedule();
      });
    }, delay);
    timer.unref();
  }

  return {
    mark() {
      isChanged = true;
      schedule();
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await running;
      if (isChanged) await save();
    },
  };
}
