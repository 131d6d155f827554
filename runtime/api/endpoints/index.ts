import type { Id } from "../../base/envelope.js";
import type { ApiClient } from "../client.js";
import { type AuditEndpoint, auditCalls, createAuditEndpoint } from "./audit.js";
import type { CallsOf } from "./calls.js";
import { type CustomDataEndpoint, createCustomDataEndpoint, customDataCalls } from "./custom-data.js";
import { createExtensionEndpoint, type ExtensionEndpoint, type ExtensionInputs, extensionCalls } from "./extension.js";
import { createInboundEmailEndpoint, type InboundEmailEndpoint, inboundEmailCalls } from "./inbound-email.js";
import { createIntakeFormsEndpoint, type IntakeFormsEndpoint, intakeFormsCalls } from "./intake-forms.js";
import { resolveProject } from "./project-id.js";
import { type SecretsEndpoint, secretsCalls } from "./secrets.js";
import { createSlaEventsEndpoint, type SlaEventsEndpoint, slaEventsCalls } from "./sla-events.js";

/** Kiket's endpoints for extensions. Every call throws `ApiError` or `ApiConnectionError` where it fails. */
export interface Endpoints extends ExtensionEndpoint, InboundEmailEndpoint {
  /** Custom data by wire names; the delivery's own project when none is given. */
  customData(projectId?: Id): CustomDataEndpoint;
  /** The delivery's own project when none is given. */
  slaEvents(projectId?: Id): SlaEventsEndpoint;
  /** The delivery's own project when none is given. */
  intakeForms(projectId?: Id): IntakeFormsEndpoint;
  readonly secrets: SecretsEndpoint;
  readonly audit: AuditEndpoint;
}

export const endpointCalls: CallsOf<Endpoints> = {
  ...extensionCalls,
  ...inboundEmailCalls,
  customData: customDataCalls,
  slaEvents: slaEventsCalls,
  intakeForms: intakeFormsCalls,
  secrets: secretsCalls,
  audit: auditCalls,
};

/** What one delivery's endpoints are made of. */
export interface EndpointInputs extends ExtensionInputs {
  readonly api: ApiClient;
  readonly secrets: SecretsEndpoint;
  readonly project: Id | undefined;
}

export function createEndpoints(inputs: EndpointInputs): Endpoints {
  const { api, secrets, project } = inputs;
  const ofProject =
    <Endpoint>(create: (api: ApiClient, project: Id) => Endpoint) =>
    (projectId?: Id): Endpoint =>
      create(api, resolveProject(projectId, project));
  return {
    ...createExtensionEndpoint(api, inputs),
    ...createInboundEmailEndpoint(api),
    customData: ofProject(createCustomDataEndpoint),
    slaEvents: ofProject(createSlaEventsEndpoint),
    intakeForms: ofProject(createIntakeFormsEndpoint),
    secrets,
    audit: createAuditEndpoint(api),
  };
}
