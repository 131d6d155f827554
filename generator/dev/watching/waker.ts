import { existsSync, type FSWatcher, watch } from "node:fs";

/** Tells that something may have changed, so that the files are looked at sooner. What it misses is seen at the next look. */
export interface Waker {
  /** Watches these folders, and no others any more. */
  follow(folders: ReadonlySet<string>): void;
  /** Resolves after this time, or as soon as something may have changed. In milliseconds. */
  pause(milliseconds: number): Promise<void>;
  /** Ends a pause. */
  wake(): void;
}

/** Systems limit how many folders can be watched. */
const mostFolders = 500;

const isUnwatched = (path: string) => /[\\/](?:node_modules|\.kiket-gen|\.git)(?:[\\/]|$)/.test(path);

/** Folders that a process writes to all the time. Their own names are not looked at. */
const noise = /^(?:\.kiket-gen|\.git|node_modules|dist)(?:[\\/]|$)/;

export function createWaker(): Waker {
  const watchers = new Map<string, FSWatcher>();
  let isAwake = false;
  let rouse: (() => void) | undefined;

  const wake = () => {
    isAwake = true;
    rouse?.();
  };
  const unwatch = (folder: string) => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  const watchFolder = (folder: string) => {
    if (watchers.has(folder) || watchers.size >= mostFolders || isUnwatched(folder)) return;
    try {
      const watcher = watch(folder, { persistent: false }, (event, name) => {
        if (name === null || !noise.test(String(name))) wake();
        // A folder that comes back is another one.
        if (event === "rename" && !existsSync(folder)) unwatch(folder);
      });
      watcher.on("error", () => unwatch(folder));
      watchers.set(folder, watcher);
    } catch {
      // It does not exist, or the system can watch no more.
    }
  };

  return {
    follow(folders) {
      for (const folder of watchers.keys()) if (!folders.has(folder)) unwatch(folder);
      for (const folder of folders) watchFolder(folder);
    },
    async pause(milliseconds) {
      if (!isAwake) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds);
          rouse = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      rouse = undefined;
      isAwake = false;
    },
    wake,
  };
}
