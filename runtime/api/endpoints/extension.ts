import { KiketError } from "../../base/errors.js";
import { isJsonObject, type JsonObject } from "../../base/json.js";
import type { components } from "../api.gen.js";
import type { ApiClient } from "../client.js";
import type { LogTarget } from "../options.js";
import type { CallsOf } from "./calls.js";
import { requireExtensionId } from "./project-id.js";
import { objectIn } from "./read-answer.js";
import { type FromWire, fromWire } from "./wire-names.js";

type WireRateLimit = components["schemas"]["RateLimit"];

/** Calls left in the current window, and its length and end in seconds (wire contract §2.6). */
export type RateLimit = FromWire<WireRateLimit>;

/** What the extension says of itself to Kiket, and Kiket of it (wire contract §2.6, §2.8). */
export interface ExtensionEndpoint {
  /** Writes a line to the extension's log on Kiket. */
  logEvent(name: string, data?: Readonly<Record<string, unknown>>): Promise<void>;
  /** `unit` defaults to `count`; the value must be finite. */
  emitMetric(name: string, value: number, unit?: string): Promise<void>;
  /** `level` defaults to `info`; `warning` has been seen too. */
  notify(title: string, body: string, level?: string): Promise<void>;
  /** The call itself counts. */
  rateLimit(): Promise<RateLimit>;
  /** What Kiket says of this extension, by wire names; the shape is not recorded. */
  extensionMetadata(): Promise<JsonObject>;
}

const logsPath = "/api/v1/extensions/logs";
const eventsPath = "/api/v1/extensions/{extension_id}/events";
const metricsPath = "/api/v1/extensions/metrics";
const notificationsPath = "/api/v1/extensions/notifications";
const rateLimitPath = "/api/v1/ext/rate_limit";
const extensionPath = "/api/v1/extensions/{extension_id}";

export const extensionCalls: CallsOf<ExtensionEndpoint> = {
  logEvent: [`post ${logsPath}`, `post ${eventsPath}`],
  emitMetric: [`post ${metricsPath}`],
  notify: [`post ${notificationsPath}`],
  rateLimit: [`get ${rateLimitPath}`],
  extensionMetadata: [`get ${extensionPath}`],
};

export interface ExtensionInputs {
  readonly logEventTo: LogTarget;
  readonly extensionId: string | undefined;
  /** Version of the event being handled. */
  readonly eventVersion: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export function createExtensionEndpoint(
  api: ApiClient,
  { logEventTo, extensionId, eventVersion, now }: ExtensionInputs,
): ExtensionEndpoint {
  const extension = (whatNeeds: string) => ({ extension_id: requireExtensionId(extensionId, whatNeeds) });
  return {
    // The known clients disagree on the path, and the option decides (wire contract A13).
    async logEvent(name, data = {}) {
      if (logEventTo === "logs") {
        await api.POST(logsPath, { body: { message: name, metadata: data } });
        return;
      }
      await api.POST(eventsPath, {
        params: { path: extension('logEventTo: "events" needs') },
        body: { event: name, version: eventVersion, data, timestamp: new Date(now()).toISOString() },
      });
    },
    async emitMetric(name, value, unit = "count") {
      // JSON has no NaN and no infinity.
      if (!Number.isFinite(value)) throw new KiketError(`Metric ${name} needs a finite number.`);
      await api.POST(metricsPath, { body: { name, value, unit } });
    },
    async notify(title, body, level = "info") {
      await api.POST(notificationsPath, { body: { title, body, level } });
    },
    async rateLimit() {
      const { data } = await api.GET(rateLimitPath);
      return fromWire(objectIn<WireRateLimit>(data, "rate limit", "limit", "rate_limit"));
    },
    async extensionMetadata() {
      const params = { path: extension("The extension's metadata needs") };
      const { data } = await api.GET(extensionPath, { params });
      if (!isJsonObject(data)) throw new KiketError("Kiket's answer holds no extension.");
      return data;
    },
  };
}
