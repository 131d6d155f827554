import type { ApiClient } from "../api-client.js";
import type { Id } from "../handler.js";
import { type CustomDataEndpoint, createCustomDataEndpoint } from "./custom-data.js";
import { logEvent } from "./logs.js";
import { emitMetric } from "./metrics.js";
import { notify } from "./notifications.js";
import { resolveProject } from "./project.js";
import { type RateLimit, readRateLimit } from "./rate-limit.js";
import type { SecretsEndpoint } from "./secrets.js";
import { createSlaEventsEndpoint, type SlaEventsEndpoint } from "./sla.js";

/** Kiket's endpoints for extensions. Every call throws `ApiError` or `ApiConnectionError` where it fails. */
export interface Endpoints {
  /** Writes a line to the extension's log on Kiket. */
  logEvent(name: string, data?: Readonly<Record<string, unknown>>): Promise<void>;
  /** `unit` defaults to `count`; the value must be finite. */
  emitMetric(name: string, value: number, unit?: string): Promise<void>;
  /** `level` defaults to `info`; `warning` has been seen too. */
  notify(title: string, body: string, level?: string): Promise<void>;
  /** Custom data by wire names; the delivery's own project when none is given. */
  customData(projectId?: Id): CustomDataEndpoint;
  /** The delivery's own project when none is given. */
  slaEvents(projectId?: Id): SlaEventsEndpoint;
  rateLimit(): Promise<RateLimit>;
  readonly secrets: SecretsEndpoint;
}

export function createEndpoints(api: ApiClient, secrets: SecretsEndpoint, deliveryProject: Id | undefined): Endpoints {
  return {
    logEvent: (name, data) => logEvent(api, name, data),
    emitMetric: (name, value, unit) => emitMetric(api, name, value, unit),
    notify: (title, body, level) => notify(api, title, body, level),
    customData: (projectId) => createCustomDataEndpoint(api, resolveProject(projectId, deliveryProject)),
    slaEvents: (projectId) => createSlaEventsEndpoint(api, resolveProject(projectId, deliveryProject)),
    rateLimit: () => readRateLimit(api),
    secrets,
  };
}
