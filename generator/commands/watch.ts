/** Editors write a file in several steps; changes this close together are one. In milliseconds. */
const quietTime = 15;

/** The observer drops a second change of a file within 50 ms of the first: what it missed is looked for after this time. */
const blindTime = 80;

/** What is in a folder that was not there at first is not observed, nor much of what happens on a network drive. */
const pollTime = 1000;

/** The inputs of a run as they stand now. */
export interface Look {
  /** The same for the same inputs. */
  readonly stamp: string;
  /** Files and folders that were asked for, there or not. */
  readonly paths: Iterable<string>;
  /** A run on these inputs; what it throws ends the watch. */
  readonly run: () => Promise<void>;
}

interface WatchOptions {
  readonly look: () => Promise<Look>;
  /** An input that runs write themselves: its change alone is no reason for a run, unless the stamp says so. */
  readonly written: string;
  /** Ends the watch. */
  readonly until: Promise<void>;
}

/** Runs once, then after every change, never twice at once, until told to end. */
export async function watch({ look, written, until }: WatchOptions): Promise<void> {
  const { watch: observe } = await import("chokidar");
  let wake: () => void = () => {};
  /** Since the last look, and since the last run. */
  const since = { look: false, run: false };
  let ended = false;
  let failure: unknown;
  const end = (reason?: unknown) => {
    failure = reason;
    ended = true;
    wake();
  };
  const watched = new Set((await look()).paths);
  const watcher = observe([...watched], { ignoreInitial: true });
  watcher.on("all", (_event, path) => {
    since.look = true;
    since.run ||= path !== written;
    wake();
  });
  watcher.on("error", end);
  void until.then(() => end());

  const lookAgain = (): Promise<Look> => {
    since.look = false;
    return look();
  };
  const follow = ({ paths }: Look): void => {
    const fresh = [...paths].filter((path) => !watched.has(path));
    for (const path of fresh) watched.add(path);
    watcher.add(fresh);
  };
  /** Until something changes or the watch ends, at the longest for a time. */
  const pause = (longest?: number): Promise<void> => {
    if (since.look || ended) return Promise.resolve();
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
      since.run = false;
      const seen = await lookAgain();
      follow(seen);
      await seen.run();
      await pause(blindTime);
      while (!ended && !since.run && (await lookAgain()).stamp === seen.stamp) await pause(pollTime);
      // Something was missed: from now on it may be there to be observed.
      if (!since.run) watched.clear();
      else await new Promise((resolve) => setTimeout(resolve, quietTime));
    }
    if (failure !== undefined) throw failure;
  } finally {
    await watcher.close();
  }
}
