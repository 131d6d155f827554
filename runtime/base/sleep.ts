/** Waits, or returns as soon as the signal is aborted. Never throws. */
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

/** Like `sleep`, but its timer does not keep the process alive, if the runtime has such timers. */
export const sleepInBackground: Sleep = sleepWith((done, milliseconds) => {
  const timer = setTimeout(done, milliseconds);
  (timer as { readonly unref?: () => unknown }).unref?.();
  return timer;
});
