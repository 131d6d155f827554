export type {
  CustomDataDefinition,
  OpenTableClient,
  TableClient,
  TableOperation,
} from "./api/endpoints/table-types.js";
export type { Envelope, Id } from "./base/envelope.js";
export type { JsonValue, NoMembers } from "./base/json.js";
export type { BoundExtensionOptions } from "./config/config.js";
export { type BoundDefineHandler, bindHandler, type PayloadFacts } from "./handler/bind-handler.js";
export type { HandlerContext } from "./handler/context.js";
export type { ParameterPlacement } from "./handler/declared-parameters.js";
export type { AnswerOf, DeferFor, DeferOptions, DeferWith, NotDeferrable } from "./handler/deferral.js";
export type { Handler } from "./handler/define-handler.js";
export type { OtherName, SentAs } from "./handler/event-family.js";
export type { ExtensionTypes, ReceiverTypes, WithToken } from "./handler/extension-types.js";
export { subject } from "./handler/issue-or-case.js";
export type { MissingCalls } from "./handler/permitted-api.js";
export type { NotSendable, Sendable } from "./handler/sendable.js";
export { allow, deny, notImplemented, pending } from "./handler/verdicts.js";
export {
  type AdapterOptions,
  type AnyNormalizer,
  type BoundDefineNormalizer,
  bindNormalizer,
  bindOrigin,
  type CatchAll,
  type CatchAllOptions,
  type JoinedNormalizers,
  joinNormalizers,
  type NamedNormalizer,
  type NormalizedEventWith,
  type Normalizer,
  notNormalized,
  type RawEventOf,
  type RawEventOrigin,
} from "./ingestion/normalizer.js";
export type { NormalizedEvent, RawEvent } from "./ingestion/types.js";
export { createExtension, type Extension } from "./server/extension.js";
export type { SecretDefinitions } from "./values/secrets.js";
export type { SettingDefinitions } from "./values/settings.js";
