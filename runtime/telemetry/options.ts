import { requireHttpUrl } from "../base/http-url.js";
import { type Environment, isSwitchedOn } from "../base/process.js";
import { trimmedText } from "../base/text.js";
import type { TelemetryRecord } from "./record.js";

/** Options of telemetry. Without them, and without variables in the environment, nothing is sent. */
export interface TelemetryOptions {
  /** Default: true if a URL is configured, else false. `KIKET_SDK_TELEMETRY_OPTOUT` overrides this option. */
  readonly enabled?: boolean | undefined;
  /**
   * URL of the collector. `/telemetry` is appended unless it is already there. Default: `KIKET_SDK_TELEMETRY_URL`, else
   * `<baseUrl>/api/v1/ext`.
   */
  readonly url?: string | undefined;
  /** Called with every record. It may be asynchronous and never delays a response. If it throws, the error is logged. Default: nothing is called. */
  readonly onRecord?: ((record: TelemetryRecord) => unknown) | undefined;
}

export interface TelemetryConfig {
  /** URL that records are posted to. If it is undefined, no record is posted. */
  readonly endpoint: string | undefined;
  readonly onRecord: ((record: TelemetryRecord) => unknown) | undefined;
}

function endpointOf(collector: string): string {
  const url = requireHttpUrl("telemetry.url (or KIKET_SDK_TELEMETRY_URL)", collector);
  const path = url.pathname.replace(/\/+$/, "");
  url.pathname = path.toLowerCase().endsWith("/telemetry") ? path : `${path}/telemetry`;
  url.hash = "";
  return url.href;
}

/**
 * Records are sent only if a URL or `enabled: true` is configured. Opting out also turns off `onRecord`.
 * @throws {ConfigError} if the collector's URL is invalid.
 */
export function resolveTelemetry(options: TelemetryOptions, baseUrl: string, env: Environment): TelemetryConfig {
  // The SDKs turn telemetry on by default (fact 351). The opt-out values are those of the Python SDK (fact 352).
  if (options.enabled === false || isSwitchedOn(env, "KIKET_SDK_TELEMETRY_OPTOUT")) {
    return { endpoint: undefined, onRecord: undefined };
  }
  const url = trimmedText(options.url) ?? trimmedText(env.KIKET_SDK_TELEMETRY_URL);
  if (url === undefined && options.enabled !== true) return { endpoint: undefined, onRecord: options.onRecord };
  return { endpoint: endpointOf(url ?? `${baseUrl}/api/v1/ext`), onRecord: options.onRecord };
}
