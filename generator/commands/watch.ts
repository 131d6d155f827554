/** Editors write a file in several steps; changes this close together are one. In milliseconds. */
const quietTime = 15;

/** The observer drops a second change of a file within 50 ms of the first: what it missed is looked for after this time. */
const blindTime = 80;

export interface WatchOptions {
  /** Files and folders, there or not yet. */
  readonly paths: readonly string[];
  /** Runs after every change, never twice at once; what it throws ends the watch. */
  readonly run: () => Promise<void>;
  /** What the sources hold now, as a text to compare. */
  readonly stamp: () => Promise<string>;
  /** Ends the watch. */
  readonly until: Promise<void>;
}

/** Runs once, then after every change, until told to end. */
export async function watch({ paths, run, stamp, until }: WatchOptions): Promise<void> {
  const { watch: observe } = await import("chokidar");
  let wake: () => void = () => {};
  let changed = false;
  let ended = false;
  let failure: unknown;
  const end = (reason?: unknown) => {
    failure = reason;
    ended = true;
    wake();
  };
  const watcher = observe([...paths], { ignoreInitial: true });
  watcher.on("all", () => {
    changed = true;
    wake();
  });
  watcher.on("error", end);
  void until.then(() => end());

  /** Until something changes or the watch ends, at the longest for a time. */
  const pause = (longest?: number): Promise<void> => {
    if (changed || ended) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = longest === undefined ? undefined : setTimeout(resolve, longest);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };

  try {
    await new Promise<void>((resolve) => watcher.once("ready", () => resolve()));
    while (!ended) {
      changed = false;
      const before = await stamp();
      await run();
      await pause(blindTime);
      if (!changed && (await stamp()) === before) await pause();
      if (changed) await new Promise((resolve) => setTimeout(resolve, quietTime));
    }
    if (failure !== undefined) throw failure;
  } finally {
    await watcher.close();
  }
}
