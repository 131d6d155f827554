import { type Behaviour, created, noContent } from "../http/operation.js";

type Operations =
  | "logMessage"
  | "logEvent"
  | "emitMetric"
  | "notify"
  | "sendTelemetry"
  | "createAnalyticsEvent"
  | "createInboundEmail";

/** Operations whose data an extension cannot read back. Tests find it in the platform's recorded calls. */
export function createReports(): Behaviour<Operations> {
  let lastEmail = 0;
  const accept = () => noContent;
  return {
    logMessage: accept,
    logEvent: accept,
    emitMetric: accept,
    notify: accept,
    sendTelemetry: accept,
    createAnalyticsEvent: accept,
    createInboundEmail: () => created({ id: ++lastEmail, status: "accepted" }),
  };
}
