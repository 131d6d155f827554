export type { VerdictStatus } from "./handler/verdicts.js";
export type { RawEvent } from "./ingestion/types.js";
export type { DeliveryFailure } from "./pipeline/watched-requests.js";
export type { PlatformClock } from "./platform/clock.js";
export type { RecordSeed } from "./platform/custom-data/records.js";
export type { ColumnKind, ColumnSeed, TableSeed } from "./platform/custom-data/table-seed.js";
export {
  DeliveryError,
  type DeliveryInput,
  type DeliveryOutcome,
  type DeliveryTarget,
} from "./platform/deliver.js";
export {
  type DeliveryAttempt,
  isRetried,
  type RetriedDelivery,
  type RetryOptions,
  retrySchedule,
} from "./platform/deliver-with-retries.js";
export type {
  DropFault,
  ErrorFault,
  Fault,
  FaultBody,
  FaultTarget,
  RateLimitFault,
  ResponseFault,
  SlowFault,
} from "./platform/fault.js";
export type { Faults, InjectedFault } from "./platform/faults.js";
export type { ApiKeyInput } from "./platform/http/api-keys.js";
export type { OperationId } from "./platform/http/operation.js";
export type { RateLimitOptions } from "./platform/http/rate-limit.js";
export type { ApiCall } from "./platform/http/recorded-calls.js";
export type { IngestedEvent } from "./platform/ingest.js";
export type { AuditAnchorSeed } from "./platform/operations/audit.js";
export type { CommentSeed } from "./platform/operations/comment-store.js";
export type { PlatformSeed } from "./platform/operations/index.js";
export type { IntakeFieldSeed, IntakeFormSeed, SubmissionSeed } from "./platform/operations/intake-forms.js";
export type { IssueAnswers } from "./platform/operations/issue-answers.js";
export type { IssueSeed } from "./platform/operations/issue-store.js";
export type { MemberSeed, Person } from "./platform/operations/members.js";
export type { PlatformReport, PlatformReports } from "./platform/operations/reports.js";
export type { SlaEventSeed } from "./platform/operations/sla-events.js";
export type { BlockerSeed, CaseSeed, CaseTransitionSeed } from "./platform/organization/cases.js";
export type { EventSourceSeed } from "./platform/organization/event-sources.js";
export type { IngestReceipt, RawEventSeed } from "./platform/organization/raw-event-store.js";
export { createPlatform, type Platform, type PlatformOptions } from "./platform/platform.js";
export {
  type DoubleSigning,
  type HmacSigning,
  type SignedDelivery,
  type Signing,
  type SigningPlace,
  signDelivery,
  type TokenSigning,
  type UnsignedDelivery,
} from "./platform/sign-delivery.js";
export type { TokenClaims } from "./platform/tokens.js";
export type { FailureReason } from "./receive/failure.js";
export type { Recording } from "./recordings/recording.js";
export type { AdapterFailure } from "./testing/adapter-run.js";
export type { DeferredOutcome } from "./testing/deferred-runs.js";
export type { EventPayloads } from "./testing/event-payloads.gen.js";
export type { LogRecord } from "./testing/log-recorder.js";
export {
  type CallPattern,
  type DeliveryMatchers,
  type MatcherResult,
  type MatcherState,
  matchers,
} from "./testing/matchers.js";
export type { EventMembers, Overrides } from "./testing/overrides.js";
export {
  bindPayloads,
  type EventName,
  type EventSample,
  type EventSamples,
  type ParameterSample,
  type PayloadOf,
  payloadOf,
  type TypedPayloadOf,
  type WithOtherNames,
} from "./testing/payloads.js";
export { type RecordOptions, recordingOf } from "./testing/recording.js";
export { readRecording, writeRecording } from "./testing/recording-file.js";
export { parseRecording } from "./testing/replay.js";
export {
  type AdapterOutcome,
  bindTestAdapter,
  createTestAdapter,
  type SubmittedEvent,
  type TestAdapter,
  type TestEvent,
  type TypedCreateTestAdapter,
} from "./testing/test-adapter.js";
export {
  bindTestExtension,
  createTestExtension,
  type DeliverOptions,
  type OpenDeliver,
  type TestExtension,
  type TestExtensionDefaults,
  type TestExtensionOptions,
  type TestPlatformOptions,
  type TypedCreateTestExtension,
  type TypedDeliver,
  type TypedTestExtension,
} from "./testing/test-extension.js";
