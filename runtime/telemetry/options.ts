import { requireHttpUrl } from "../base/http-url.js";
import type { Environment } from "../base/process.js";
import { trimmedText } from "../base/text.js";
import type { TelemetryRecord } from "./record.js";

export interface TelemetryOptions {
  /** Default: true where a URL is configured, else false. `KIKET_SDK_TELEMETRY_OPTOUT` overrules it. */
  readonly enabled?: boolean | undefined;
  /** Collector; `/telemetry` is appended unless already there. Default: `KIKET_SDK_TELEMETRY_URL`, else `<baseUrl>/api/v1/ext`. */
  readonly url?: string | undefined;
  /** Sees every record in this process; may be asynchronous, never delays a response, and what it throws is logged. */
  readonly onRecord?: ((record: TelemetryRecord) => unknown) | undefined;
}

export interface TelemetryConfig {
  /** Where records are posted; undefined posts nowhere. */
  readonly endpoint: string | undefined;
  readonly onRecord: ((record: TelemetryRecord) => unknown) | undefined;
}

function isTrue(text: string | undefined): boolean {
  return ["1", "true", "yes", "on"].includes(trimmedText(text)?.toLowerCase() ?? "");
}

function endpointOf(collector: string): string {
  const url = requireHttpUrl("telemetry.url (or KIKET_SDK_TELEMETRY_URL)", collector);
  const path = url.pathname.replace(/\/+$/, "");
  url.pathname = path.toLowerCase().endsWith("/telemetry") ? path : `${path}/telemetry`;
  url.hash = "";
  return url.href;
}

/**
 * Off unless a URL or `enabled: true` is configured; opting out silences everything (wire contract §3.7, A24, A25).
 * @throws {ConfigError} where the collector's URL cannot be used.
 */
export function resolveTelemetry(options: TelemetryOptions, baseUrl: string, env: Environment): TelemetryConfig {
  if (options.enabled === false || isTrue(env.KIKET_SDK_TELEMETRY_OPTOUT)) {
    return { endpoint: undefined, onRecord: undefined };
  }
  const url = trimmedText(options.url) ?? trimmedText(env.KIKET_SDK_TELEMETRY_URL);
  if (url === undefined && options.enabled !== true) return { endpoint: undefined, onRecord: options.onRecord };
  return { endpoint: endpointOf(url ?? `${baseUrl}/api/v1/ext`), onRecord: options.onRecord };
}
