import { within } from "../base/deadline.js";
import { parseJsonObject } from "../base/json.js";
import type { Logger } from "../base/logger.js";
import type { Config } from "../config/config.js";
import type { DeliveryObserver } from "../pipeline/delivery-observer.js";
import type { VerifiedDelivery } from "../verify/verify-origin.js";
import { type Recording, redactedRecording } from "./recording.js";
import { openRecordingFolder, type RecordingFolder, recordingLimits, recordingName } from "./recording-folder.js";

interface Waiting {
  readonly verified: VerifiedDelivery;
  readonly version: string;
  readonly config: Config;
  readonly at: number;
}

/** Deliveries that wait to be written, so that a slow disk does not fill the memory. */
const mostWaiting = 100;
const mostWaitingBytes = 16 * 1024 * 1024;
/** Ids of deliveries that are remembered: another attempt is not recorded again. */
const mostRemembered = 1_000;
/** How long closing waits for what is left to write. */
const closeMilliseconds = 2_000;

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const decoder = new TextDecoder();

function recordOf({ verified, version, config }: Waiting): Recording {
  const { event, headers, body } = verified.delivery;
  const isSetting = (key: string): boolean => Object.hasOwn(config.settingDefinitions, key);
  const known = [verified.auth.runtimeToken ?? "", ...config.concealment.secrets()];
  return redactedRecording(
    { event, version, headers: Object.fromEntries(headers), body: parseJsonObject(decoder.decode(body)) ?? {} },
    { isSetting, known },
  );
}

/**
 * Writes the deliveries that it is told of into a folder, each of them once, without tokens and secrets, after they were answered
 * or meanwhile. What cannot be written is one warning. `turn` lets other work of the process go first.
 */
export function createRecorder(
  folder: RecordingFolder,
  log: Logger,
  turn: () => Promise<void> = nextTurn,
): DeliveryObserver {
  const waiting: Waiting[] = [];
  const seen = new Set<string>();
  let bytes = 0;
  let working: Promise<void> | undefined;
  let hasFailed = false;
  let hasLeftOut = false;

  const failed = (cause: unknown): void => {
    if (hasFailed) return;
    hasFailed = true;
    const reason = cause instanceof Error ? cause.message : String(cause);
    log.warn(`Deliveries are answered, but cannot be recorded: ${reason}. Check the folder of KIKET_RECORD.`, {
      folder: folder.path,
    });
  };
  const opened = folder
    .open()
    .then(() =>
      // A warning, because a log that leaves out the rest must not hide it.
      log.warn(
        `Recording deliveries to ${folder.path}: without tokens and secrets, with personal data; the newest ${recordingLimits.files} files, at most ${recordingLimits.bytes / 1024 / 1024} MiB`,
      ),
    )
    .catch(failed);

  const work = async (): Promise<void> => {
    await opened;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      bytes -= next.verified.delivery.body.length;
      await turn();
      const { at, verified } = next;
      try {
        const name = recordingName({ at, event: verified.delivery.event, deliveryId: verified.name });
        await folder.write(name, `${JSON.stringify(recordOf(next), null, 2)}\n`);
      } catch (cause) {
        failed(cause);
      }
    }
    working = undefined;
  };

  /** Whether another attempt of the delivery was seen before. */
  const isSeen = ({ name, delivery }: VerifiedDelivery): boolean => {
    const key = `${delivery.event}\n${name}`;
    if (seen.has(key)) return true;
    seen.add(key);
    const [oldest] = seen;
    if (seen.size > mostRemembered && oldest !== undefined) seen.delete(oldest);
    return false;
  };

  return {
    verified(verified, version, config) {
      if (isSeen(verified)) return;
      const size = verified.delivery.body.length;
      if (waiting.length >= mostWaiting || bytes + size > mostWaitingBytes) {
        if (!hasLeftOut) log.warn("Deliveries arrive faster than they can be recorded: some are not recorded");
        hasLeftOut = true;
        return;
      }
      waiting.push({ verified, version, config, at: config.now() });
      bytes += size;
      working ??= work();
    },
    async close() {
      if (working !== undefined) await within(working, closeMilliseconds);
      await opened;
    },
  };
}

/** A recorder for a folder on the disk. */
export function recordInto(folder: string, log: Logger): DeliveryObserver {
  return createRecorder(openRecordingFolder(folder), log);
}
