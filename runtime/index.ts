export type { ApiClient } from "./api-client.js";
export { type CanonicalForm, canonicalJson } from "./audit/canonical-json.js";
export { contentHash, type MerkleProof, verifyMerkleProof } from "./audit/merkle.js";
export type { ExtensionOptions, Fetch } from "./config.js";
export type { Auth, HandlerContext } from "./context.js";
export {
  type ActionDirective,
  type ActionReply,
  actions,
  type DirectiveKind,
  type DirectiveParameters,
  type Directives,
  directive,
} from "./directives.js";
export type {
  AuditAnchor,
  AuditAnchorPage,
  AuditAnchorsQuery,
  AuditEndpoint,
  AuditProof,
  AuditVerification,
} from "./endpoints/audit.js";
export type { CustomDataEndpoint, CustomDataRecord } from "./endpoints/custom-data.js";
export type { InboundEmail, InboundEmailReceipt, WebhookUrl } from "./endpoints/inbound.js";
export type { Endpoints } from "./endpoints/index.js";
export type {
  IntakeForm,
  IntakeFormsEndpoint,
  IntakeFormsQuery,
  IntakeStats,
  IntakeSubmission,
  StatsQuery,
  SubmissionsQuery,
} from "./endpoints/intake-forms.js";
export type { RateLimit } from "./endpoints/rate-limit.js";
export type { SecretEntry, SecretsEndpoint } from "./endpoints/secrets.js";
export type { SlaEvent, SlaEventsEndpoint, SlaEventsQuery } from "./endpoints/sla.js";
export type {
  CustomDataDefinition,
  ListOptions,
  OpenTableClient,
  TableClient,
  TableOperation,
} from "./endpoints/tables.js";
export {
  ApiConnectionError,
  ApiError,
  ConfigError,
  type InvalidField,
  KiketError,
  NotImplementedError,
  ScopeError,
} from "./errors.js";
export { createExtension, type Extension } from "./extension.js";
export {
  defineHandler,
  type Envelope,
  type ExtensionTypes,
  type Handler,
  type HandlerFunction,
  type HandlerOptions,
  type Id,
  type OpenExtension,
} from "./handler.js";
export type { InboundOptions, OriginProof } from "./inbound.js";
export { createIngestionClient, type IngestionClient, type IngestionClientOptions } from "./ingestion/client.js";
export type {
  ClaimOptions,
  EvidenceInput,
  Intent,
  NormalizedEvent,
  NormalizedEvidence,
  RawEvent,
  RawEventInput,
  RawEventReceipt,
  SubmissionReceipt,
} from "./ingestion/types.js";
export type { MissingPermissions, NotPermitted } from "./least-privilege.js";
export type { LimitOptions } from "./limits.js";
export type { Logger } from "./logger.js";
export {
  type ChannelType,
  type ChannelValidationRequest,
  type ChannelValidationResponse,
  channelValidationResponse,
  type NotificationInput,
  type NotificationRequest,
  type NotificationResponse,
  notificationRequest,
  notificationResponse,
  parseChannelValidationRequest,
  parseNotificationRequest,
} from "./notifications.js";
export type { AttemptOptions, Credentials, LogTarget, OutboundOptions } from "./outbound/options.js";
export type { Environment } from "./process.js";
export {
  type AllowOptions,
  allow,
  deny,
  notImplemented,
  pending,
  type RefusalOptions,
  type Verdict,
} from "./responses.js";
export type { SecretDefinition, SecretDefinitions } from "./secrets.js";
export type { SettingDefinition, SettingDefinitions, SettingType } from "./settings.js";
export type { Sleep } from "./sleep.js";
export type { Begun, Claim, DeliveryStore, StoredReply } from "./stores/delivery-store.js";
export { createMemoryStore, type MemoryStoreOptions } from "./stores/memory.js";
export { type SubjectOf, subject } from "./subject.js";
export type { TelemetryOptions } from "./telemetry-options.js";
export type { TelemetryRecord } from "./telemetry-record.js";
