import type { ActiveDelivery } from "../base/active-delivery.js";
import type { Handler } from "../handler/define-handler.js";
import { declaredNames, secondsSince } from "./measured-delivery.js";
import type { Metrics } from "./sinks.js";

/** What came of a run of a deferred delivery, in the words of its log line. */
export type RunOutcome =
  /** Its handler has returned. */
  | "done"
  /** It runs again. */
  | "failed"
  /** It has failed, and does not run again. */
  | "dead"
  /** The worker stops, or its program cannot run it: it runs again, and this run does not count. */
  | "returned";

/** What is known of a run. The handler is undefined if this program has none for it. */
export interface EndedRun {
  readonly run: Pick<ActiveDelivery, "startedAt">;
  readonly handler: Pick<Handler, "event" | "version"> | undefined;
}

/** Counts a run that has ended, and measures how long it took. */
export function countRun(metrics: Metrics, { run, handler }: EndedRun, outcome: RunOutcome): void {
  if (!metrics.isOn()) return;
  const attributes = { ...declaredNames(handler), outcome };
  metrics.add("kiket.jobs", 1, attributes);
  metrics.record("kiket.job.duration", secondsSince(run.startedAt), attributes);
}
