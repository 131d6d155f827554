/** Bounds one attempt: by a time of its own, and by a signal that outlives it. */
interface Deadline {
  /** Aborted with a `TimeoutError` when the time is over, or with the longer signal and its reason. */
  readonly signal: AbortSignal;
  /** Whether the time ran out first. */
  readonly isOver: () => boolean;
  /** To be called when the attempt has settled, however it did. */
  readonly clear: () => void;
}

interface Following {
  readonly callbacks: Set<() => void>;
  readonly end: () => void;
}

const followed = new WeakMap<AbortSignal, Following>();

/** Listens once for all that follow the signal at a time: past ten listeners Node warns of a leak. Returns how to leave. */
function follow(signal: AbortSignal, callback: () => void): () => void {
  const start = (): Following => {
    const callbacks = new Set<() => void>();
    const onAbort = (): void => {
      for (const each of callbacks) each();
    };
    const end = (): void => {
      signal.removeEventListener("abort", onAbort);
      followed.delete(signal);
    };
    signal.addEventListener("abort", onAbort);
    return { callbacks, end };
  };
  const following = followed.get(signal) ?? start();
  followed.set(signal, following);
  following.callbacks.add(callback);
  return () => {
    if (following.callbacks.delete(callback) && following.callbacks.size === 0) following.end();
  };
}

/**
 * Starts the time, in milliseconds. Not `AbortSignal.any`: Node keeps what that makes with the signals that it is made of,
 * and one that lives as long as the process would grow with every attempt.
 */
export function createDeadline(milliseconds: number, longer: AbortSignal): Deadline {
  const own = new AbortController();
  let isOver = false;
  const end = (): void => own.abort(longer.reason);
  const timer = setTimeout(() => {
    if (own.signal.aborted) return;
    isOver = true;
    own.abort(new DOMException(`Nothing happened within ${milliseconds} ms`, "TimeoutError"));
  }, milliseconds);
  const leave = follow(longer, end);
  if (longer.aborted) end();
  return {
    signal: own.signal,
    isOver: () => isOver,
    clear() {
      clearTimeout(timer);
      leave();
    },
  };
}

/** Waits for a promise, but not longer than the time given; false when the time ran out. A rejection counts as done. */
export function within(task: Promise<unknown>, milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), milliseconds);
    const done = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    task.then(done, done);
  });
}
