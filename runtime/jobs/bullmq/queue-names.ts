import { ConfigError } from "../../base/errors.js";
import { shownText } from "../../logging/visible-text.js";
import type { Job } from "../job.js";

/** The queue of all handlers without a limit of their own. */
export const commonQueue = "jobs";

/** The name that a job has in listings. */
export function jobName({ event, version }: Pick<Job, "event" | "version">): string {
  return `${event}@${version}`;
}

/** The parts of a name that `jobName` has made. */
export function eventAndVersion(name: string): { readonly event: string; readonly version: string } {
  const at = name.lastIndexOf("@");
  return at < 0 ? { event: name, version: "" } : { event: name.slice(0, at), version: name.slice(at + 1) };
}

/** What a log line has of an id or a name from Redis, which may be any text of any length. An id of ours has 47 characters. */
export function shownName(text: string | undefined): string {
  return shownText(text ?? "", 200);
}

/** The queue of one handler. BullMQ takes no colon in a name. */
export function ownQueue(handler: Pick<Job, "event" | "version">): string {
  return `${commonQueue}.${encodeURIComponent(jobName(handler))}`;
}

/** Whether `ownQueue` may have made a name. Names are read from Redis, and BullMQ throws for some others. */
export function isOwnQueue(name: string): boolean {
  return /^jobs\.[\w.!~*'()%-]{1,1000}$/.test(name);
}

/**
 * Before every key. A Redis Cluster keeps all keys with the same text in braces in one place, which BullMQ needs.
 * @throws {ConfigError} if the prefix is empty or has characters that mean something in a key.
 */
export function keyPrefix(prefix = "kiket-gen"): string {
  if (/^[\w.-]{1,100}$/.test(prefix)) return `{${prefix}}`;
  throw new ConfigError("prefix must have 1 to 100 characters, each a letter, a digit, '_', '-' or '.'");
}

/** The set of the queues of handlers that had a limit of their own at any time. */
export function ownQueuesKey(prefix: string): string {
  return `${prefix}:own-queues`;
}
