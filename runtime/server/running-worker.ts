import { ConfigError } from "../base/errors.js";
import { type Environment, onHangup, onStopSignal, processEnvironment } from "../base/process.js";
import { trimmedText } from "../base/text.js";
import { requireWholeNumber } from "../base/whole-number.js";
import type { JobQueue } from "../jobs/job-queue.js";
import { defaultConcurrency } from "../pipeline/job-workers.js";
import { type Extension, graceMilliseconds } from "./extension.js";
import { factsOf } from "./extension-facts.js";
import { beginMetrics } from "./metrics/begin-metrics.js";
import type { MetricsOptions } from "./metrics/metrics-options.js";
import { endOnSignals } from "./program.js";

/** Options of a worker. Every member is optional. */
export interface WorkerOptions {
  /** How many deferred deliveries are handled at the same time, from 1 to 1000. Default: `KIKET_WORKER_CONCURRENCY`, else 10. */
  readonly concurrency?: number | undefined;
  /**
   * True: SIGTERM and SIGINT close the worker, then the process ends with exit code 0. A second signal ends it at once. False: the program
   * handles signals itself. Default true.
   */
  readonly signals?: boolean | undefined;
  /** Milliseconds for runs to finish when the worker closes. Then they are aborted, and their jobs run again elsewhere. Default 10000. */
  readonly closeWithin?: number | undefined;
  /** Where Prometheus reads the metrics of this worker, as for `serve`. Default: nowhere, unless `KIKET_METRICS_PORT` is set. */
  readonly metrics?: MetricsOptions | false | undefined;
  /** The variables of the environment. Default: `process.env`. */
  readonly env?: Environment | undefined;
}

/** Also SIGHUP, which replaces the processes of a server: a worker it would end in the middle of its jobs. 129 is 128 and its number. */
function onSignal(listener: (exitCode: number) => void): () => void {
  const forgets = [onStopSignal(listener), onHangup(() => listener(129))];
  return () => {
    for (const forget of forgets) forget();
  };
}

/** A worker that takes deferred deliveries. */
export interface RunningWorker {
  /** Takes no more jobs, waits for those that run, gives back what is left, and closes the extension. Never rejects. */
  close(): Promise<void>;
}

/**
 * Takes deferred deliveries from a queue, until it is closed or the process gets a signal to stop.
 * @param given A queue instead of that of the extension. It is closed with the worker.
 * @throws {ConfigError} if the extension has no deferred handler, its queue is in the memory of another process, or an option is not valid.
 */
export async function runWorker(
  extension: Extension,
  options: WorkerOptions = {},
  given?: JobQueue,
): Promise<RunningWorker> {
  const facts = factsOf(extension);
  if (facts === undefined) throw new ConfigError("A worker needs an extension that createExtension has made");
  if (facts.deferred.length === 0) {
    throw new ConfigError(
      "The extension has no deferred handler: give one the option defer, as in defineHandler({ defer: true }, …)",
    );
  }
  const queue = given ?? facts.queue;
  if (queue === undefined || !queue.isDurable) {
    throw new ConfigError(
      "A worker needs a queue that other processes add to: pass queue: createQueue() of kiket-gen/runtime/bullmq to createExtension. What waits in the memory of a process runs only there",
    );
  }
  const fromEnvironment = trimmedText((options.env ?? processEnvironment()).KIKET_WORKER_CONCURRENCY);
  const asked = options.concurrency ?? (fromEnvironment === undefined ? defaultConcurrency : Number(fromEnvironment));
  const concurrency = requireWholeNumber("concurrency (or KIKET_WORKER_CONCURRENCY)", asked, 1, 1000);
  const closeWithin = requireWholeNumber("closeWithin", options.closeWithin ?? graceMilliseconds, 0);
  await facts.started();
  const closeMetrics = await beginMetrics(extension, options);
  try {
    await facts.work({ concurrency, queue: given });
  } catch (error) {
    await closeMetrics();
    throw error;
  }

  let closing: Promise<boolean> | undefined;
  const closeAll = async (): Promise<boolean> => {
    // With its workers.
    await extension.close({ within: closeWithin });
    await given?.close?.();
    await closeMetrics();
    // What has not ended is given back, so nothing is lost.
    return true;
  };
  const close = (): Promise<boolean> => {
    closing ??= closeAll();
    return closing;
  };
  const forgetSignals = options.signals === false ? () => undefined : endOnSignals(close, undefined, onSignal);
  extension.log.info("working", { queue: queue.name, handlers: facts.deferred, concurrency });
  return {
    async close() {
      await close();
      forgetSignals();
    },
  };
}
