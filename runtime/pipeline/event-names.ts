import type { Handler } from "../handler/define-handler.js";
import type { VerifiedDelivery } from "../verify/verify-origin.js";

/** What is said of the event of a delivery, in log lines, telemetry and traces. */
export interface EventNames {
  /** As it was sent. */
  readonly event: string;
  /** That of the handler. */
  readonly version: string;
  /** The event of the handler, if that is the other one of `issue.*` and `case.*`. */
  readonly handledAs?: string;
}

export function namesOf({ delivery: { event } }: VerifiedDelivery, handler: Handler): EventNames {
  const { version } = handler;
  return event === handler.event ? { event, version } : { event, version, handledAs: handler.event };
}
