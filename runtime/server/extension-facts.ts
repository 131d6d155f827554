import { ConfigError } from "../base/errors.js";
import { stopsBetweenRequests } from "../base/process.js";
import type { Config, ExtensionOptions } from "../config/config.js";
import type { Handler } from "../handler/define-handler.js";
import type { JobQueue, JobWorker } from "../jobs/job-queue.js";
import { countRefusal } from "../metrics/measured-delivery.js";
import type { MetricsSink } from "../metrics/metric.js";
import type { Metrics } from "../metrics/sinks.js";
import type { JobWorkers } from "../pipeline/job-workers.js";
import type { Failure } from "../receive/failure.js";
import { isMemoryStore } from "../stores/memory.js";

/** What a server or a worker must know of an extension, beyond what everybody may. */
export interface ExtensionFacts {
  /** The handlers that are deferred, as `event version`, in order. */
  readonly deferred: readonly string[];
  /** Where their deliveries wait. Undefined if no handler is deferred and no queue is given. `isNamed`: somebody has chosen it. */
  readonly queue: { readonly name: string; readonly isDurable: boolean; readonly isNamed: boolean } | undefined;
  /** Where verdicts are kept. `isShared`: not only in the memory of this process. */
  readonly store: { readonly isShared: boolean; readonly isNamed: boolean };
  /**
   * Takes jobs from a queue, by default that of the extension, until the worker or the extension is closed.
   * @param concurrency How many jobs run at the same time.
   */
  work(options: { readonly concurrency: number; readonly queue?: JobQueue | undefined }): Promise<JobWorker>;
  /** Tells a sink what is measured from now on, in every environment of the extension. Returns what takes it away. */
  attachMetrics(sink: MetricsSink): () => void;
  /**
   * Resolves when secrets of sources outside of the program are loaded.
   * @throws {ConfigError} if they cannot be, or if required values are missing.
   */
  started(): Promise<void>;
  /** Counts a request that was refused before the extension got it. */
  countRefusal(failure: Failure): void;
}

/** By `fetch` and by `close` of the extension: a copy with another `fetch` has the same `close`. */
const known = new WeakMap<object, () => ExtensionFacts>();

/** Lets servers know the facts. `read` is called by each who asks. */
export function noteFacts(
  { fetch, close }: { readonly fetch: object; readonly close: object },
  read: () => ExtensionFacts,
): void {
  known.set(fetch, read);
  known.set(close, read);
}

/** Undefined if `createExtension` did not make the extension. */
export function factsOf({
  fetch,
  close,
}: {
  readonly fetch: object;
  readonly close?: object;
}): ExtensionFacts | undefined {
  return (known.get(fetch) ?? known.get(close ?? fetch))?.();
}

/**
 * A crash forgets what waits in memory, although Kiket counts it as handled. So somebody must have chosen that.
 * @throws {ConfigError} if handlers are deferred, and nobody has named a queue.
 */
export function requireNamedQueue(extension: { readonly fetch: object; readonly close?: object }): void {
  const { queue, deferred = [] } = factsOf(extension) ?? {};
  if (queue === undefined || queue.isDurable || queue.isNamed) return;
  throw new ConfigError(
    `Deferred handlers need a queue (${deferred.join(", ")}): without one, a crash or a restart forgets deliveries that Kiket counts as handled. Pass queue: createQueue() of kiket-gen/runtime/bullmq to createExtension, which keeps them in Redis. Or accept the memory of this process by its name: queue: "memory", or KIKET_QUEUE=memory.`,
  );
}

/**
 * Nothing runs there after the response, or only until the process is stopped.
 * @throws {ConfigError} if deferred handlers would wait in the memory of such a process, and nobody has chosen that.
 */
export function checkPlace({ queue: chosen, env, logger }: Config): void {
  if (chosen === undefined || chosen.queue.isDurable || !stopsBetweenRequests(env)) return;
  const why =
    "Deferred handlers run in this process after the response, but its host may stop it then (a worker, a Lambda function)";
  if (!chosen.isNamed) {
    throw new ConfigError(
      `${why}: pass a queue outside of it to createExtension, such as createQueue() of kiket-gen/runtime/bullmq, or answer without defer.`,
    );
  }
  logger.warn(`${why}: the option queue, or KIKET_QUEUE, has chosen that. Runs may be lost.`);
}

/** What servers must know of an extension with this configuration. */
export function factsIn(
  { queue: chosen, inbound }: Config,
  handlers: readonly Handler[],
  { deliveryStore }: Pick<ExtensionOptions, "deliveryStore">,
  {
    work,
    started,
    metrics,
  }: Pick<JobWorkers, "work"> & Pick<ExtensionFacts, "started"> & { readonly metrics: Metrics },
): ExtensionFacts {
  const deferred = handlers.filter(({ deferral }) => deferral !== undefined);
  return {
    deferred: deferred.map(({ event, version }) => `${event} ${version}`).sort(),
    queue: chosen && { name: chosen.queue.name, isDurable: chosen.queue.isDurable, isNamed: chosen.isNamed },
    store: { isShared: !isMemoryStore(inbound.store), isNamed: deliveryStore !== undefined },
    work: ({ concurrency, queue: given }) => work(concurrency, given),
    started,
    attachMetrics: metrics.attach,
    countRefusal: (failure) => countRefusal(metrics, failure),
  };
}
