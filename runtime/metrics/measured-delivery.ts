import type { ActiveDelivery } from "../base/active-delivery.js";
import type { Handler } from "../handler/define-handler.js";
import { verdictIn } from "../handler/verdicts.js";
import type { Failure } from "../receive/failure.js";
import type { Reply } from "../receive/replies.js";
import type { Metrics } from "./sinks.js";

/** What came of a delivery. A handler that ends after its timeout changes nothing of it. */
export type MeasuredOutcome =
  /** Its handler has returned. */
  | "handled"
  /** Its handler has returned the verdict `deny`. */
  | "denied"
  /** It is stored, and its handler runs later. */
  | "deferred"
  /** The answer is the verdict of an earlier attempt. */
  | "repeated"
  /** It was answered 4xx, and Kiket does not deliver it again. */
  | "refused"
  /** It was answered 429 or 503, and Kiket delivers it again: the process is full or closing, or the store, the queue or Kiket was not there. */
  | "postponed"
  /** Its handler took too long. */
  | "timeout"
  /** Its handler or the runtime has failed, or the handler answers an error itself. */
  | "failed";

/** What is known of a delivery when it ends. The handler is undefined until the origin is proved. */
export interface EndedDelivery {
  readonly run: Pick<ActiveDelivery, "startedAt">;
  readonly handler: Pick<Handler, "event" | "version"> | undefined;
  readonly isRepeated: boolean;
  readonly jobId: string | undefined;
}

/** In place of names that no handler declares: anybody may have chosen them, and each would be a time series of its own. */
const other = { event: "other", version: "other" } as const;

/** Event and version as attributes: those that a handler declares. */
export function declaredNames(handler: Pick<Handler, "event" | "version"> | undefined): {
  readonly event: string;
  readonly version: string;
} {
  return handler === undefined ? other : { event: handler.event, version: handler.version };
}

/** Seconds since a time of `performance.now`. */
export function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}

function outcomeOfFailure({ status, reason }: Failure): MeasuredOutcome {
  if (reason === "handler-too-slow") return "timeout";
  if (status === 429 || status === 503) return "postponed";
  return status >= 500 ? "failed" : "refused";
}

function outcomeOf({ isRepeated, jobId }: EndedDelivery, ending: Reply | Failure): MeasuredOutcome {
  if ("reason" in ending) return outcomeOfFailure(ending);
  if (isRepeated) return "repeated";
  if (jobId !== undefined) return "deferred";
  if (ending.status >= 400) return "failed";
  return verdictIn(ending.body) === "deny" ? "denied" : "handled";
}

/** Counts a request that was refused, or a delivery that failed. */
export function countRefusal(metrics: Metrics, { reason, status }: Failure): void {
  if (metrics.isOn()) metrics.add("kiket.delivery.refusals", 1, { reason, status: String(status) });
}

/** Counts a delivery that has ended, and measures how long it took. */
export function countDelivery(metrics: Metrics, delivery: EndedDelivery, ending: Reply | Failure): void {
  if (!metrics.isOn()) return;
  const attributes = { ...declaredNames(delivery.handler), outcome: outcomeOf(delivery, ending) };
  metrics.add("kiket.deliveries", 1, attributes);
  metrics.record("kiket.delivery.duration", secondsSince(delivery.run.startedAt), attributes);
  if ("reason" in ending) countRefusal(metrics, ending);
}
