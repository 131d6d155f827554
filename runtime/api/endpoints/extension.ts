import { KiketError } from "../../base/errors.js";
import { isJsonObject, type JsonObject } from "../../base/json.js";
import type { components } from "../api.gen.js";
import type { ApiClient } from "../client.js";
import type { LogTarget } from "../options.js";
import type { CallsOf } from "./calls.js";
import { requireExtensionId } from "./project-id.js";
import { objectIn } from "./read-answer.js";
import { type FromWire, fromWire } from "./wire-names.js";

// As in the API (fact 235).
type WireRateLimit = components["schemas"]["RateLimit"];

/** The calls left in the current window, the length of the window, and the time until it ends, in seconds. */
export type RateLimit = FromWire<WireRateLimit>;

// See facts 235, 236 and 250 to 253.
/** Logs, metrics, notifications and metadata of the extension itself. */
export interface ExtensionEndpoint {
  /** Writes a line to the extension's log on Kiket. */
  logEvent(name: string, data?: Readonly<Record<string, unknown>>): Promise<void>;
  /** The value must be finite. The default of `unit` is `count`. */
  emitMetric(name: string, value: number, unit?: string): Promise<void>;
  /** The default of `level` is `info`. The only other known level is `warning`. */
  notify(title: string, body: string, level?: string): Promise<void>;
  /** This call counts too. */
  rateLimit(): Promise<RateLimit>;
  /** Kiket's metadata of this extension, with names as in the API. The shape is not known. */
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
    // Sources disagree on the path, so an option decides (fact 250).
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
      // JSON cannot express NaN and infinity.
      if (!Number.isFinite(value)) throw new KiketError(`The value of metric ${name} must be a finite number.`);
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
      if (!isJsonObject(data)) throw new KiketError("Unexpected response from Kiket: missing extension.");
      return data;
    },
  };
}
