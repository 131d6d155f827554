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
