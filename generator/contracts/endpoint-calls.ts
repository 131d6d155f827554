import type { Call } from "./operations.js";

/** What a group of calls makes, by member; a function that returns a group stands as that group. */
export interface CallGroup {
  readonly [member: string]: readonly Call[] | CallGroup;
}

const records = "/api/v1/ext/custom_data/{module_key}/{table}";
const secrets = "/api/v1/extensions/{extension_id}/secrets";
const forms = "/api/v1/ext/intake_forms";
const submission = `${forms}/{form_key}/submissions/{submission_id}`;

/** What a call on a custom-data table makes, typed or by wire names. */
export const recordCalls: Readonly<Record<"list" | "get" | "create" | "update" | "delete", readonly Call[]>> = {
  list: [`get ${records}`],
  get: [`get ${records}/{record_id}`],
  create: [`post ${records}`],
  update: [`patch ${records}/{record_id}`],
  delete: [`delete ${records}/{record_id}`],
};

/** What `context.endpoints` calls; a contract test holds this table against the runtime. */
export const endpointCalls: CallGroup = {
  logEvent: ["post /api/v1/extensions/logs", "post /api/v1/extensions/{extension_id}/events"],
  emitMetric: ["post /api/v1/extensions/metrics"],
  notify: ["post /api/v1/extensions/notifications"],
  customData: recordCalls,
  slaEvents: { list: ["get /api/v1/ext/sla/events"] },
  intakeForms: {
    list: [`get ${forms}`],
    get: [`get ${forms}/{form_key}`],
    getStats: [`get ${forms}/{form_key}/stats`],
    listSubmissions: [`get ${forms}/{form_key}/submissions`],
    getSubmission: [`get ${submission}`],
    createSubmission: [`post ${forms}/{form_key}/submissions`],
    approveSubmission: [`post ${submission}/approve`],
    rejectSubmission: [`post ${submission}/reject`],
    publicUrl: [],
  },
  rateLimit: ["get /api/v1/ext/rate_limit"],
  extensionMetadata: ["get /api/v1/extensions/{extension_id}"],
  webhookUrl: ["get /api/v1/ext/webhook_url"],
  createInboundEmail: ["post /api/v1/ext/inbound_emails"],
  secrets: {
    get: [`get ${secrets}/{key}`],
    set: [`post ${secrets}`, `patch ${secrets}/{key}`],
    list: [`get ${secrets}`],
    delete: [`delete ${secrets}/{key}`],
    rotate: [`patch ${secrets}/{key}`, `post ${secrets}`],
  },
  audit: {
    listAnchors: ["get /api/v1/audit/anchors"],
    getAnchor: ["get /api/v1/audit/anchors/{merkle_root}"],
    getProof: ["get /api/v1/audit/records/{record_id}/proof"],
    verify: ["post /api/v1/audit/verify"],
  },
};

/** The runtime's interface of each group, and the way to it from `context.endpoints`. */
export const endpointGroups: Readonly<Record<string, CallGroup>> = {
  Endpoints: endpointCalls,
  CustomDataEndpoint: recordCalls,
  SlaEventsEndpoint: endpointCalls.slaEvents as CallGroup,
  IntakeFormsEndpoint: endpointCalls.intakeForms as CallGroup,
  SecretsEndpoint: endpointCalls.secrets as CallGroup,
  AuditEndpoint: endpointCalls.audit as CallGroup,
};
