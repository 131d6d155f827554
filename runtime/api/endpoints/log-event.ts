import type { ApiClient } from "../client.js";
import type { LogTarget } from "../options.js";
import { requireExtensionId } from "./project-id.js";

/** What logging depends on beside the client. */
export interface LogInputs {
  readonly logEventTo: LogTarget;
  readonly extensionId: string | undefined;
  /** Version of the event being handled. */
  readonly eventVersion: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Wire contract §2.8: the known clients disagree on the path, and the option decides (A13). */
export async function logEvent(
  api: ApiClient,
  { logEventTo, extensionId, eventVersion, now }: LogInputs,
  name: string,
  data: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  if (logEventTo === "logs") {
    await api.POST("/api/v1/extensions/logs", { body: { message: name, metadata: data } });
    return;
  }
  await api.POST("/api/v1/extensions/{extension_id}/events", {
    params: { path: { extension_id: requireExtensionId(extensionId, 'logEventTo: "events" needs') } },
    body: { event: name, version: eventVersion, data, timestamp: new Date(now()).toISOString() },
  });
}
