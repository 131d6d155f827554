import type { JsonObject } from "../../base/json.js";
import { type Clock, timestamp } from "../clock.js";
import { type Answer, created, noContent, type StoredBehaviour } from "../http/operation.js";

/** One report of an extension. */
export interface PlatformReport {
  /** RFC 3339, on the platform's clock. */
  readonly at: string;
  /** Who sent it, such as `extension:1`; null for a call without a credential. */
  readonly caller: string | null;
  /** As it was sent. */
  readonly body: JsonObject;
}

/** What extensions reported and cannot read back: of each kind the newest 1,000, in the order of the calls. */
export interface PlatformReports {
  /** Of the operation `logMessage`: `endpoints.logEvent`, unless `logEventTo` is `events`. */
  readonly logs: readonly PlatformReport[];
  /** Of `logEvent`. */
  readonly logEvents: readonly PlatformReport[];
  /** Of `emitMetric`. */
  readonly metrics: readonly PlatformReport[];
  /** Of `notify`. */
  readonly notifications: readonly PlatformReport[];
  /** Records of handler runs. */
  readonly telemetry: readonly PlatformReport[];
  /** Of `createAnalyticsEvent`. */
  readonly analyticsEvents: readonly PlatformReport[];
  /** Of `createInboundEmail`. */
  readonly inboundEmails: readonly PlatformReport[];
}

type Operations =
  | "logMessage"
  | "logEvent"
  | "emitMetric"
  | "notify"
  | "sendTelemetry"
  | "createAnalyticsEvent"
  | "createInboundEmail";

type Reported = Pick<PlatformReport, "caller" | "body">;

const mostReports = 1_000;

/** Operations whose data an extension cannot read back. Tests find it in `platform.reports`, and in the recorded calls. */
export function createReports(
  before: Partial<PlatformReports>,
  lastEmail: number,
  now: Clock,
): StoredBehaviour<Operations, PlatformReports> & { readonly lastEmail: () => number } {
  const kept = new Map<keyof PlatformReports, readonly PlatformReport[]>();
  const of = (kind: keyof PlatformReports) => kept.get(kind) ?? before[kind] ?? [];

  function keep(kind: keyof PlatformReports, { caller, body }: Reported): Answer {
    const report = { at: timestamp(now()), caller, body };
    kept.set(kind, [...of(kind), report].slice(-mostReports));
    return noContent;
  }

  return {
    behaviour: {
      logMessage: (call) => keep("logs", call),
      logEvent: (call) => keep("logEvents", call),
      emitMetric: (call) => keep("metrics", call),
      notify: (call) => keep("notifications", call),
      sendTelemetry: (call) => keep("telemetry", call),
      createAnalyticsEvent: (call) => keep("analyticsEvents", call),
      createInboundEmail(call) {
        keep("inboundEmails", call);
        lastEmail += 1;
        return created({ id: lastEmail, status: "accepted" });
      },
    },
    snapshot: () => ({
      logs: of("logs"),
      logEvents: of("logEvents"),
      metrics: of("metrics"),
      notifications: of("notifications"),
      telemetry: of("telemetry"),
      analyticsEvents: of("analyticsEvents"),
      inboundEmails: of("inboundEmails"),
    }),
    lastEmail: () => lastEmail,
  };
}
