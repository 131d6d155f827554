/** Limits one attempt by a timeout and by a signal that lives longer than the attempt. */
interface Deadline {
  /** Aborted with a `TimeoutError` after the timeout, or when the longer signal is aborted, with its reason. */
  readonly signal: AbortSignal;
  /** Whether the timeout came first. */
  readonly isOver: () => boolean;
  /** Must be called when the attempt has succeeded or failed. */
  readonly clear: () => void;
}

interface Following {
  readonly callbacks: Set<() => void>;
  readonly end: () => void;
}

const followed = new WeakMap<AbortSignal, Following>();

/**
 * Adds a callback for the abort of the signal and returns the function that removes it. All callbacks share one listener,
 * since Node warns of a leak above ten.
 */
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
 * Starts the timeout, in milliseconds. `AbortSignal.any` is not used: Node keeps each combined signal with its source
 * signals, so a signal that lives as long as the process would grow with every attempt.
 */
export function createDeadline(milliseconds: number, longer: AbortSignal): Deadline {
  const own = new AbortController();
  let isOver = false;
  const end = (): void => own.abort(longer.reason);
  const timer = setTimeout(() => {
    if (own.signal.aborted) return;
    isOver = true;
    own.abort(new DOMException(`Timed out after ${milliseconds} ms`, "TimeoutError"));
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

/** One signal that is aborted with the first of these, with its reason. `release` must be called at the end, and leaves nothing on them. */
export function joinSignals(signals: readonly AbortSignal[]): {
  readonly signal: AbortSignal;
  readonly release: () => void;
} {
  const own = new AbortController();
  const leaves = signals.map((signal) => {
    const end = (): void => own.abort(signal.reason);
    if (signal.aborted) end();
    return follow(signal, end);
  });
  return {
    signal: own.signal,
    release() {
      for (const leave of leaves) leave();
    },
  };
}

/**
 * Waits for a call that may not look at the signal. Rejects with the reason of the signal once it is aborted; the call is not made if it is
 * aborted already, and else goes on.
 */
export async function untilAborted<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let leave = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    leave = follow(signal, () => reject(signal.reason));
  });
  try {
    return await Promise.race([call(), aborted]);
  } finally {
    leave();
  }
}

/** Waits for a promise until the timeout; false after a timeout. A rejected promise counts as done. */
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
