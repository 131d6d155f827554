import { parseJsonObject } from "../base/json.js";
import type { DeliveryOutcome } from "../platform/deliver.js";
import { type Recording, redactedRecording } from "../recordings/recording.js";

/** Options of `recordingOf`. */
export interface RecordOptions {
  /** Keys in `secrets` whose values are not secret, such as settings. Their values are recorded. */
  readonly keep?: readonly string[];
}

/**
 * The delivery in a form that can be committed: tokens, signatures, passwords, keys and secrets are replaced by `[redacted]` everywhere
 * in headers and payload, recognised by the names of members or by their own form. Personal data in the payload is kept.
 * @throws {TypeError} if the body of the delivery is not a JSON object.
 */
export function recordingOf({ event, version, sent }: DeliveryOutcome, options: RecordOptions = {}): Recording {
  const body = parseJsonObject(sent.body);
  if (body === undefined)
    throw new TypeError(`Cannot record the delivery of ${event} ${version}: its body is not a JSON object.`);
  const kept = new Set(options.keep ?? []);
  return redactedRecording({ event, version, headers: sent.headers, body }, { isSetting: (key) => kept.has(key) });
}
