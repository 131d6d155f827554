import type { Id } from "../../base/envelope.js";
import type { ApiClient } from "../client.js";
import { type AuditEndpoint, auditCalls, createAuditEndpoint } from "./audit.js";
import type { CallsOf } from "./calls.js";
import { type CommentsEndpoint, commentsCalls, createCommentsEndpoint } from "./comments.js";
import { type CustomDataEndpoint, createCustomDataEndpoint, customDataCalls } from "./custom-data.js";
import { createExtensionEndpoint, type ExtensionEndpoint, type ExtensionInputs, extensionCalls } from "./extension.js";
import { createInboundEmailEndpoint, type InboundEmailEndpoint, inboundEmailCalls } from "./inbound-email.js";
import { createIntakeFormsEndpoint, type IntakeFormsEndpoint, intakeFormsCalls } from "./intake-forms.js";
import { createIssuesEndpoint, type IssuesEndpoint, issuesCalls } from "./issues.js";
import { resolveProject } from "./project-id.js";
import { type SecretsEndpoint, secretsCalls } from "./secrets.js";
import { createSlaEventsEndpoint, type SlaEventsEndpoint, slaEventsCalls } from "./sla-events.js";

/**
 * Kiket's endpoints for extensions. A call that fails throws an `ApiError` or an `ApiConnectionError`.
 * @typeParam Action the actions that `webhookUrl` takes. Default: any.
 */
export interface Endpoints<Action extends string = string> extends ExtensionEndpoint, InboundEmailEndpoint<Action> {
  /** Custom data, with names as in the API. Default: the delivery's project. */
  customData(projectId?: Id): CustomDataEndpoint;
  /** Default: the delivery's project. */
  slaEvents(projectId?: Id): SlaEventsEndpoint;
  /** Default: the delivery's project. */
  intakeForms(projectId?: Id): IntakeFormsEndpoint;
  /** Reads need the scope `read:issues`, writes `write:issues`. Seen only in documentation. */
  readonly issues: IssuesEndpoint;
  /** A new comment needs the scope `write:comments`. Seen only in documentation. */
  readonly comments: CommentsEndpoint;
  /** The extension's secret store on Kiket; the same as `context.secrets`. */
  readonly secrets: SecretsEndpoint;
  /** Audit records and their proofs. */
  readonly audit: AuditEndpoint;
}

export const endpointCalls: CallsOf<Endpoints> = {
  ...extensionCalls,
  ...inboundEmailCalls,
  customData: customDataCalls,
  slaEvents: slaEventsCalls,
  intakeForms: intakeFormsCalls,
  issues: issuesCalls,
  comments: commentsCalls,
  secrets: secretsCalls,
  audit: auditCalls,
};

/** What the endpoints of one delivery need. */
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
    issues: createIssuesEndpoint(api),
    comments: createCommentsEndpoint(api),
    secrets,
    audit: createAuditEndpoint(api),
  };
}
