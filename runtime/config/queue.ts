import { ConfigError } from "../base/errors.js";
import { isJsonObject } from "../base/json.js";
import type { Environment } from "../base/process.js";
import { passwordIn } from "../base/redis/redis-url.js";
import { trimmedText } from "../base/text.js";
import type { Handler } from "../handler/define-handler.js";
import type { JobQueue } from "../jobs/job-queue.js";
import { createMemoryQueue } from "../jobs/memory-queue.js";

/** The option for deferred handlers. */
export interface QueueChoice {
  /**
   * Where the deliveries of deferred handlers wait: `createQueue()` of `kiket-gen/runtime/bullmq`, or `"memory"` for the memory of this
   * process, which a crash or a restart empties. Default: `KIKET_QUEUE`, which may be `memory`; else the memory of this process too, but
   * `serve` and `toNodeHandler` refuse what nobody has named.
   */
  readonly queue?: JobQueue | "memory" | undefined;
}

/** The queue of an extension. */
export interface ChosenQueue {
  readonly queue: JobQueue;
  /** Whether the program or the environment has chosen it. */
  readonly isNamed: boolean;
}

/** What of the environment opens a queue or a store on Redis: no log line shows it, also where a handler uses that Redis itself. */
export function redisSecretsIn(env: Environment): readonly (string | undefined)[] {
  const keys = (env.KIKET_QUEUE_KEY ?? "").split(",").map(trimmedText);
  return [...keys, passwordIn(trimmedText(env.REDIS_URL))];
}

function isQueue(value: unknown): value is JobQueue {
  return isJsonObject(value) && typeof value.add === "function" && typeof value.work === "function";
}

/** Undefined if no handler is deferred and no queue is given. @throws {ConfigError} if the option or the variable names no queue. */
export function resolveQueue(
  { queue, now }: QueueChoice & { readonly now?: (() => number) | undefined },
  handlers: readonly Handler[],
  env: Environment,
): ChosenQueue | undefined {
  const ways = 'createQueue() of kiket-gen/runtime/bullmq, or "memory"';
  if (isQueue(queue)) return { queue, isNamed: true };
  if (queue !== undefined && queue !== "memory") throw new ConfigError(`queue must be ${ways}.`);
  const variable = trimmedText(env.KIKET_QUEUE);
  if (variable !== undefined && variable !== "memory") {
    throw new ConfigError(`KIKET_QUEUE must be "memory" or not set. A queue on Redis is the option queue: ${ways}.`);
  }
  if (handlers.every(({ deferral }) => deferral === undefined)) return undefined;
  return { queue: createMemoryQueue({ now }), isNamed: (queue ?? variable) !== undefined };
}
