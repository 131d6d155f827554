/** Waits, or returns as soon as the signal aborts; never throws. */
export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>;

function sleepWith(start: (done: () => void, milliseconds: number) => ReturnType<typeof setTimeout>): Sleep {
  return (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = start(done, milliseconds);
      signal.addEventListener("abort", done);
    });
}

export const sleep: Sleep = sleepWith((done, milliseconds) => setTimeout(done, milliseconds));

/** The same with a timer that keeps no process alive, where the runtime knows such. */
export const sleepInBackground: Sleep = sleepWith((done, milliseconds) => {
  const timer = setTimeout(done, milliseconds);
  (timer as { readonly unref?: () => unknown }).unref?.();
  return timer;
});
