export type {
  BodySerializer,
  Client,
  ClientMethod,
  ClientRequestMethod,
  FetchOptions,
  FetchResponse,
  HeadersOptions,
  MaybeOptionalInit,
  MergedOptions,
  Middleware,
  MiddlewareCallbackParams,
  MiddlewareRequestParams,
  PathSerializer,
  QuerySerializer,
  QuerySerializerOptions,
} from "openapi-fetch";
export type { components, operations, paths } from "./api/api.gen.js";
export type { CallScopes } from "./api/call-scopes.gen.js";
export type { ApiClient } from "./api/client.js";
export type {
  AuditAnchor,
  AuditAnchorPage,
  AuditAnchorsQuery,
  AuditEndpoint,
  AuditProof,
  AuditVerification,
} from "./api/endpoints/audit.js";
export type { CommentsEndpoint, IssueComment } from "./api/endpoints/comments.js";
export type { CustomDataEndpoint, CustomDataRecord } from "./api/endpoints/custom-data.js";
export type { ExtensionEndpoint, RateLimit } from "./api/endpoints/extension.js";
export type {
  InboundEmail,
  InboundEmailEndpoint,
  InboundEmailReceipt,
  WebhookUrl,
} from "./api/endpoints/inbound-email.js";
export type { Endpoints } from "./api/endpoints/index.js";
export type {
  IntakeForm,
  IntakeFormsEndpoint,
  IntakeFormsQuery,
  IntakeStats,
  IntakeSubmission,
  StatsQuery,
  SubmissionsQuery,
} from "./api/endpoints/intake-forms.js";
export type {
  IssueChanges,
  IssueInput,
  IssuePage,
  IssueRecord,
  IssuesEndpoint,
  IssuesQuery,
} from "./api/endpoints/issues.js";
export type { Pagination } from "./api/endpoints/pagination.js";
export type { SecretEntry, SecretsEndpoint } from "./api/endpoints/secrets.js";
export type { SlaEvent, SlaEventsEndpoint, SlaEventsQuery } from "./api/endpoints/sla-events.js";
export type {
  CustomDataDefinition,
  FullTableClient,
  ListOptions,
  OpenTableClient,
  TableClient,
  TableOperation,
} from "./api/endpoints/table-types.js";
export type { CamelCase, FromWire } from "./api/endpoints/wire-names.js";
export type { NotPermitted } from "./api/not-permitted.js";
export type { AttemptOptions, Credentials, LogTarget, OutboundOptions } from "./api/options.js";
export { type ApiKeyClient, createApiKeyClient } from "./api/platform/api-key-client.js";
export {
  type ApiKeyAuth,
  type ApiKeyClientOptions,
  apiKeyOptionsFrom,
  type PlatformClientOptions,
} from "./api/platform/api-key-options.js";
export type {
  CaseList,
  CasesClient,
  CasesQuery,
  CaseTransition,
  CaseTransitionList,
  CaseWriteOptions,
  PlatformCase,
  PlatformCaseInput,
} from "./api/platform/cases.js";
export type { PlatformComponents, PlatformOperations, PlatformPaths } from "./api/platform/platform-api.gen.js";
export type { PlatformApi } from "./api/platform/platform-api.js";
export { type CanonicalForm, canonicalJson } from "./audit/canonical-json.js";
export { contentHash, type MerkleProof, verifyMerkleProof } from "./audit/merkle.js";
export type { Envelope, Id } from "./base/envelope.js";
export {
  ApiConnectionError,
  ApiError,
  type ApiErrorDetail,
  type Blocker,
  ConfigError,
  type InvalidField,
  KiketError,
  NotImplementedError,
  ScopeError,
  SecretsUnavailableError,
  TransitionBlockedError,
} from "./base/errors.js";
export type { Fetch } from "./base/fetch.js";
export type { JsonObject, JsonValue, NoMembers } from "./base/json.js";
export type { Logger } from "./base/logger.js";
export type { Environment } from "./base/process.js";
export type { Sleep } from "./base/sleep.js";
export type { BoundExtensionOptions, ExtensionOptions } from "./config/config.js";
export type { InboundOptions, OriginProof } from "./config/inbound.js";
export type { QueueChoice } from "./config/queue.js";
export {
  type ActionDirective,
  type ActionReply,
  actions,
  type DirectiveKind,
  type DirectiveParameters,
  type Directives,
  directive,
} from "./handler/action-directives.js";
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
} from "./handler/channel-messages.js";
export type { Auth, HandlerContext } from "./handler/context.js";
export type {
  AnswerOf,
  BackoffOptions,
  DeferFor,
  DeferOptions,
  Deferral,
  DeferWith,
  NotDeferrable,
  VerdictEvent,
} from "./handler/deferral.js";
export { defineHandler, type Handler, type HandlerFunction, type HandlerOptions } from "./handler/define-handler.js";
export type { OtherName, SentAs } from "./handler/event-family.js";
export type {
  ExtensionTypes,
  OpenExtension,
  ReceiverTypes,
  WebhookActionOf,
  WithToken,
} from "./handler/extension-types.js";
export { type SubjectOf, subject } from "./handler/issue-or-case.js";
export type {
  ApiInit,
  ApiPath,
  ApiPathItem,
  MissingCalls,
  MissingIn,
  NotAllowedCalls,
  NotAllowedPaths,
  NothingMissing,
  PathsOf,
  Permitted,
  PermittedApi,
  PermittedMember,
  PermittedMethod,
  PermittedSecrets,
  RestrictedClient,
  ScopesIn,
} from "./handler/permitted-api.js";
export { type RawOptions, type RawReply, raw } from "./handler/raw-reply.js";
export type { LossIn, NotSendable, Sendable } from "./handler/sendable.js";
export { unrecorded } from "./handler/unrecorded.js";
export {
  type AllowOptions,
  allow,
  deny,
  notImplemented,
  pending,
  type RefusalOptions,
  type Verdict,
  type VerdictStatus,
} from "./handler/verdicts.js";
export { createIngestionClient, type IngestionClient, type IngestionClientOptions } from "./ingestion/client.js";
export type {
  ClaimOptions,
  EvidenceInput,
  IngestionTime,
  Intent,
  NormalizedEvent,
  NormalizedEvidence,
  RawEvent,
  RawEventInput,
  RawEventReceipt,
  SubmissionReceipt,
} from "./ingestion/types.js";
export type { Job, JobAttempt, JobOutcome, RunJob } from "./jobs/job.js";
export type { JobCounts, JobQueue, JobWorker, WorkOptions } from "./jobs/job-queue.js";
export {
  createMemoryQueue,
  type DeadJob,
  type MemoryQueue,
  type MemoryQueueOptions,
  type StartTimer,
} from "./jobs/memory-queue.js";
export type { LogLevel } from "./logging/log-level.js";
export type { LimitOptions } from "./receive/limits.js";
export { type CloseOptions, createExtension, type Extension } from "./server/extension.js";
export type { MetricsOptions, PrometheusRegister } from "./server/metrics/metrics-options.js";
export type { Begun, Claim, DeliveryStore, StoredReply } from "./stores/delivery-store.js";
export { createMemoryStore, type MemoryStoreOptions } from "./stores/memory.js";
export type { TelemetryOptions } from "./telemetry/options.js";
export type { TelemetryRecord } from "./telemetry/record.js";
export type { SecretDefinition, SecretDefinitions } from "./values/secrets.js";
export type { SettingDefinition, SettingDefinitions, SettingType } from "./values/settings.js";
export type { LiveSecret, LiveSecrets } from "./vaults/live-secrets.js";
