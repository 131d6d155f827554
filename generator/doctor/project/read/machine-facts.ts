import { accessSync, constants, mkdtempSync, readFileSync, rmSync, statfsSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findStateFolder } from "../../../dev/state-folder.js";
import { findCacheFolder } from "../../../project/cache-folder.js";
import { describeSystemError } from "../../../project/host.js";
import type { WatchFacts, WatchTrial, WritableFolder } from "../rules/machine.js";

/** How long the system may take to tell. In milliseconds. */
const longestWait = 1000;
/** The file is changed again and again: some systems begin to watch a little later than they say. */
const changeTime = 50;

/** Changes a file in a folder of its own below `parent`, and waits to be told. The folder is deleted again. */
async function tryIn(parent: string, where: "project" | "elsewhere"): Promise<WatchTrial> {
  const scratch = mkdtempSync(join(parent, "watch-"));
  try {
    return await new Promise<WatchTrial>((resolve) => {
      let rounds = 0;
      const watcher = watch(scratch, () => end({ told: true, where }));
      const timer = setInterval(() => {
        rounds += 1;
        if (rounds * changeTime > longestWait) end({ told: false, where });
        else writeFileSync(join(scratch, "file"), String(rounds));
      }, changeTime);
      const end = (trial: WatchTrial) => {
        clearInterval(timer);
        watcher.close();
        resolve(trial);
      };
      watcher.on("error", (error: NodeJS.ErrnoException) => end({ code: error.code ?? error.message }));
    });
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code ?? String(error) };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Types of file systems of Linux, as the system numbers them, that often do not tell of changes. */
const remoteTypes: ReadonlyMap<number, string> = new Map([
  [0x01021997, "9p, as WSL mounts disks of Windows"],
  [0x6969, "NFS"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB"],
  [0x517b, "SMB"],
  [0x65735546, "FUSE, as Docker Desktop mounts folders"],
  [0x786f4256, "VirtualBox folders"],
]);

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Tries it in what kiket-gen itself keeps in the project, else in the folder of temporary files: nothing else of the project is touched. */
export async function readWatching(folder: string): Promise<WatchFacts> {
  const own = orUndefined(() => findStateFolder(folder)?.path) ?? findCacheFolder(folder, false)?.path;
  const limit = orUndefined(() => Number(readFileSync("/proc/sys/fs/inotify/max_user_watches", "utf8")));
  const trialInOwn = own === undefined ? undefined : await orRejected(tryIn(own, "project"));
  return {
    trial: trialInOwn ?? (await tryIn(tmpdir(), "elsewhere")),
    remote: remoteTypes.get(orUndefined(() => statfsSync(folder).type) ?? 0),
    watches: limit,
  };
}

/** Undefined where nothing may be written, which another check tells. */
async function orRejected(trial: Promise<WatchTrial>): Promise<WatchTrial | undefined> {
  return trial.catch(() => undefined);
}

/** Which of the folders can be written to. Those that do not exist are left out. `paths`: relative to the project. */
export function readWritable(folder: string, paths: readonly string[]): readonly WritableFolder[] {
  return paths.flatMap((path): WritableFolder[] => {
    try {
      accessSync(join(folder, path), constants.W_OK | constants.X_OK);
      return [{ path, objection: undefined }];
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") return [];
      const reason = describeSystemError(error) ?? String(error);
      return [{ path, objection: reason.slice(reason.indexOf(": ") + 2) }];
    }
  });
}

/** How many bytes of the disk of a folder are free for this user. */
export function readFreeSpace(folder: string): number | undefined {
  return orUndefined(() => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  });
}
