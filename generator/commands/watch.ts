/** Editors write a file in several steps. Changes within this time count as one. In milliseconds. */
const quietTime = 15;

/** chokidar drops a second change of a file within 50 ms of the first. After this time the inputs are read again. In milliseconds. */
const blindTime = 80;

/** chokidar misses files in folders that did not exist at first, and many changes on network drives. So the inputs are also read this often. In milliseconds. */
const pollTime = 1000;

/** The current inputs of a run. */
export interface Look {
  /** The same for the same inputs. */
  readonly stamp: string;
  /** Files and folders that were looked for, including those that do not exist. */
  readonly paths: Iterable<string>;
  /** Runs on these inputs. An error that it throws ends the watch. */
  readonly run: () => Promise<void>;
}

interface WatchOptions {
  readonly look: () => Promise<Look>;
  /** An input that the runs themselves write. A change of it alone starts a run only if the stamp has changed. */
  readonly written: string;
  /** Ends the watch. */
  readonly until: Promise<void>;
}

/** Runs once, then after every change, never twice at the same time, until `until` resolves. */
export async function watch({ look, written, until }: WatchOptions): Promise<void> {
  const { watch: observe } = await import("chokidar");
  let wake: () => void = () => {};
  /** Whether something changed since the last look, and since the last run. */
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
  /** Waits until something changes or the watch ends, at most `longest` milliseconds. */
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
      // A change was missed. Observe all paths again: some may exist only now.
      if (!since.run) watched.clear();
      else await new Promise((resolve) => setTimeout(resolve, quietTime));
    }
    if (failure !== undefined) throw failure;
  } finally {
    await watcher.close();
  }
}
