import { lstat, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

/** A folder of recordings, which it keeps within its limits. */
export interface RecordingFolder {
  /** Absolute. */
  readonly path: string;
  /** Makes the folder, for this user only. An existing one stays as it is. */
  open(): Promise<void>;
  /** Writes a file, for this user only, atomically. Deletes the oldest recordings of the folder if there are too many. */
  write(name: string, text: string): Promise<void>;
}

/** Limits of a folder of recordings. */
export interface RecordingLimits {
  readonly files: number;
  readonly bytes: number;
}

/** What the name of a recording is made of. */
export interface NamedRecording {
  /** When it arrived, in milliseconds since 1970. */
  readonly at: number;
  readonly event: string;
  readonly deliveryId: string;
}

export const recordingLimits: RecordingLimits = { files: 500, bytes: 64 * 1024 * 1024 };

/** Only letters in lower case, digits, dots and hyphens. */
function plainPart(text: string, start: number, end?: number): string {
  const plain = text.toLowerCase().replace(/[^a-z0-9.-]+/g, "-");
  return plain.slice(start, end).replace(/^[.-]+|[.-]+$/g, "") || "0";
}

/** `20260102-140211.123-issue.created-1a2b3c4d.json`: the time in UTC, the event, and the end of the delivery's id. */
export function recordingName({ at, event, deliveryId }: NamedRecording): string {
  const [date = "", time = ""] = new Date(at).toISOString().split("T");
  const when = `${date.replaceAll("-", "")}-${time.replaceAll(":", "").replace("Z", "")}`;
  return `${when}-${plainPart(event, 0, 80)}-${plainPart(deliveryId, -8)}.json`;
}

/** The names that `recordingName` makes. No other file is ever deleted. */
const ownName = /^\d{8}-\d{6}\.\d{3}-[a-z0-9.-]+\.json$/;

/** A file that is being written, or that was when its process ended. */
const partName = /^\.\d{8}-\d{6}\.\d{3}-[a-z0-9.-]+\.json\.part$/;
/** After this, nobody writes it any more. In milliseconds. */
const oldestPart = 60_000;

export function openRecordingFolder(
  folder: string,
  { files, bytes }: RecordingLimits = recordingLimits,
  now: () => number = Date.now,
): RecordingFolder {
  const path = resolve(folder);
  const open = async (): Promise<void> => void (await mkdir(path, { recursive: true, mode: 0o700 }));

  const statsOf = async (name: string) => {
    const stats = await lstat(join(path, name)).catch(() => undefined);
    return stats?.isFile() === true ? [{ name, size: stats.size, changed: stats.mtimeMs }] : [];
  };

  /** Another process may write into the same folder, so it is read each time. */
  const makeRoom = async (size: number): Promise<void> => {
    const names = await readdir(path);
    const parts = (await Promise.all(names.filter((name) => partName.test(name)).map(statsOf))).flat();
    const left = parts.filter(({ changed }) => now() - changed > oldestPart);
    // Names begin with the time, so the first is the oldest.
    const own = names.filter((name) => ownName.test(name)).sort();
    const recordings = (await Promise.all(own.map(statsOf))).flat();
    let count = recordings.length;
    let total = recordings.reduce((sum, recording) => sum + recording.size, 0);
    const surplus = recordings.filter((recording) => {
      if (count < files && total + size <= bytes) return false;
      count -= 1;
      total -= recording.size;
      return true;
    });
    for (const { name } of [...left, ...surplus]) await rm(join(path, name), { force: true });
  };

  return {
    path,
    open,
    async write(name, text) {
      const size = Buffer.byteLength(text);
      if (size > bytes)
        throw new Error(`a recording of ${size} bytes is larger than all may be together, ${bytes} bytes`);
      await open();
      await makeRoom(size);
      const part = join(path, `.${name}.part`);
      try {
        // Never through a link that somebody has put there.
        await writeFile(part, text, { flag: "wx", mode: 0o600 });
        await rename(part, join(path, name));
      } catch (error) {
        await rm(part, { force: true });
        throw error;
      }
    },
  };
}
