import type { Id } from "../../base/envelope.js";
import type { JsonObject } from "../../base/json.js";
import type { ApiClient } from "../client.js";
import { type AuditEndpoint, createAuditEndpoint } from "./audit.js";
import { type CustomDataEndpoint, createCustomDataEndpoint } from "./custom-data.js";
import { readExtension } from "./extension-metadata.js";
import {
  createInboundEmail,
  type InboundEmail,
  type InboundEmailReceipt,
  readWebhookUrl,
  type WebhookUrl,
} from "./inbound-email.js";
import { createIntakeFormsEndpoint, type IntakeFormsEndpoint } from "./intake-forms.js";
import { type LogInputs, logEvent } from "./log-event.js";
import { emitMetric } from "./metrics.js";
import { notify } from "./notify.js";
import { resolveProject } from "./project-id.js";
import { type RateLimit, readRateLimit } from "./rate-limit.js";
import type { SecretsEndpoint } from "./secrets.js";
import { createSlaEventsEndpoint, type SlaEventsEndpoint } from "./sla-events.js";

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
  /** The delivery's own project when none is given. */
  intakeForms(projectId?: Id): IntakeFormsEndpoint;
  rateLimit(): Promise<RateLimit>;
  /** What Kiket says of this extension; the shape is not recorded. */
  extensionMetadata(): Promise<JsonObject>;
  /** Where a third party reaches an action of this extension. */
  webhookUrl(action: string): Promise<WebhookUrl>;
  /** Hands in an e-mail that the extension received. */
  createInboundEmail(email: InboundEmail): Promise<InboundEmailReceipt>;
  readonly secrets: SecretsEndpoint;
  readonly audit: AuditEndpoint;
}

/** What one delivery's endpoints are made of. */
export interface EndpointInputs extends LogInputs {
  readonly api: ApiClient;
  readonly secrets: SecretsEndpoint;
  readonly project: Id | undefined;
}

export function createEndpoints(inputs: EndpointInputs): Endpoints {
  const { api, secrets, project, extensionId } = inputs;
  return {
    logEvent: (name, data) => logEvent(api, inputs, name, data),
    emitMetric: (name, value, unit) => emitMetric(api, name, value, unit),
    notify: (title, body, level) => notify(api, title, body, level),
    customData: (projectId) => createCustomDataEndpoint(api, resolveProject(projectId, project)),
    slaEvents: (projectId) => createSlaEventsEndpoint(api, resolveProject(projectId, project)),
    intakeForms: (projectId) => createIntakeFormsEndpoint(api, resolveProject(projectId, project)),
    rateLimit: () => readRateLimit(api),
    extensionMetadata: () => readExtension(api, extensionId),
    webhookUrl: (action) => readWebhookUrl(api, action),
    createInboundEmail: (email) => createInboundEmail(api, email),
    secrets,
    audit: createAuditEndpoint(api),
  };
}
