export type { PlatformSeed } from "./platform/behaviour.js";
export type { ApiCall } from "./platform/calls.js";
export type { PlatformClock } from "./platform/clock.js";
export {
  DeliveryError,
  type DeliveryInput,
  type DeliveryOutcome,
  type DeliveryTarget,
  type VerdictStatus,
} from "./platform/deliver.js";
export type {
  DropFault,
  ErrorFault,
  Fault,
  Faults,
  FaultTarget,
  InjectedFault,
  RateLimitFault,
  SlowFault,
} from "./platform/faults.js";
export type { OperationId } from "./platform/operation.js";
export { createPlatform, type Platform, type PlatformOptions } from "./platform/platform.js";
export type { RateLimitOptions } from "./platform/rate-limit.js";
export { type DeliveryAttempt, type RetriedDelivery, type RetryOptions, retrySchedule } from "./platform/retries.js";
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
export type { AuditAnchorSeed } from "./platform/store/audit.js";
export type { RecordSeed } from "./platform/store/custom-data.js";
export type { IntakeFieldSeed, IntakeFormSeed, SubmissionSeed } from "./platform/store/intake-forms.js";
export type { IssueSeed } from "./platform/store/issues.js";
export type { SlaEventSeed } from "./platform/store/sla.js";
export type { TokenClaims } from "./platform/tokens.js";
export type { EventPayloads } from "./testing/event-payloads.gen.js";
export {
  bindTestExtension,
  createTestExtension,
  type DeliverOptions,
  type OpenDeliver,
  type TestExtension,
  type TestExtensionOptions,
  type TypedCreateTestExtension,
  type TypedDeliver,
} from "./testing/extension.js";
export type { LogRecord } from "./testing/logs.js";
export { type CallPattern, type DeliveryMatchers, matchers } from "./testing/matchers.js";
export type { EventMembers, Overrides } from "./testing/overrides.js";
export {
  bindPayloads,
  type EventName,
  type EventSample,
  type EventSamples,
  type PayloadOf,
  payloadOf,
  type TypedPayloadOf,
} from "./testing/payloads.js";
export { type Recording, type RecordOptions, recordingOf } from "./testing/recording.js";
export { readRecording, writeRecording } from "./testing/recording-file.js";
export { parseRecording } from "./testing/replay.js";
