import type { JsonObject } from "../../base/json.js";
import type { PlatformReport, PlatformReports } from "../../platform/operations/reports.js";
import type { Collection, CollectionInputs } from "./collection.js";
import { listCollection } from "./list-collection.js";

const kinds: readonly (readonly [kind: keyof PlatformReports, id: string, title: string, operation: string])[] = [
  ["notifications", "notifications", "Notifications", "notify"],
  ["logs", "logs", "Logs", "logMessage"],
  ["logEvents", "log-events", "Log events", "logEvent"],
  ["metrics", "metrics", "Metrics", "emitMetric"],
  ["telemetry", "telemetry", "Telemetry", "sendTelemetry"],
  ["analyticsEvents", "analytics-events", "Analytics events", "createAnalyticsEvent"],
  ["inboundEmails", "inbound-emails", "Inbound e-mails", "createInboundEmail"],
];

/** A body can have members of these names, and is the extension's own: so it stays one value. */
function rowOf({ at, caller, body }: PlatformReport, index: number): JsonObject {
  return { number: index + 1, at, caller, body };
}

/** What extensions have reported. Nobody changes it. */
export function reportCollections(inputs: CollectionInputs): readonly Collection[] {
  return kinds.map(([kind, id, title, operation]) =>
    listCollection(
      {
        about: {
          id,
          title,
          group: "Reported",
          note: `What the extension has reported with \`${operation}\`: the last 1,000. It cannot be changed.`,
          columns: [
            { name: "number", type: "integer" },
            { name: "at", type: "timestamp" },
            { name: "body", type: "json" },
            { name: "caller", type: "string" },
          ],
        },
        key: "number",
        list: (inputs.seed.reports?.[kind] ?? []).map(rowOf),
      },
      inputs,
    ),
  );
}
