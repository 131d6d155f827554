import { within } from "../base/deadline.js";
import { KiketError } from "../base/errors.js";
import type { JobCounts, JobQueue } from "../jobs/job-queue.js";
import { lookForMeterProvider } from "./open-telemetry.js";
import type { Metrics } from "./sinks.js";

const states = ["waiting", "delayed", "running", "dead"] as const;

/** Who asks for metrics waits only for some seconds himself. */
const patience = 5_000;

/** Has the depth and the age of a queue read whenever somebody asks. Returns what ends that. Does nothing for a queue that does not count. */
export function observeQueue(metrics: Metrics, queue: JobQueue): () => void {
  if (queue.counts === undefined) return () => undefined;
  let asked: Promise<JobCounts> | undefined;
  const count = async (): Promise<JobCounts> => {
    const counted = Promise.resolve(queue.counts?.());
    const counts = (await within(counted, patience)) ? await counted : undefined;
    if (counts === undefined) throw new KiketError("The queue does not answer");
    return counts;
  };
  /** Both gauges are asked for at the same time, and need one answer. */
  const counts = (): Promise<JobCounts> => {
    asked ??= count().finally(() => {
      asked = undefined;
    });
    return asked;
  };
  const ends = [
    metrics.observe("kiket.queue.jobs", async () => {
      const found = await counts();
      return states.map((state) => ({ value: found[state], attributes: { state } }));
    }),
    metrics.observe("kiket.queue.oldest.age", async () => [
      { value: (await counts()).oldestAge / 1000, attributes: {} },
    ]),
  ];
  lookForMeterProvider();
  return () => {
    for (const end of ends) end();
  };
}
