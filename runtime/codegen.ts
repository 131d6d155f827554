export type { ExtensionOptions } from "./config.js";
export type { HandlerContext } from "./context.js";
export type { CustomDataDefinition, OpenTableClient, TableClient, TableOperation } from "./endpoints/tables.js";
export { createExtension, type Extension } from "./extension.js";
export {
  type BoundDefineHandler,
  bindHandler,
  type Envelope,
  type ExtensionTypes,
  type Handler,
  type Id,
} from "./handler.js";
export {
  type BoundDefineNormalizer,
  bindNormalizer,
  joinNormalizers,
  type NamedNormalizer,
  notNormalized,
} from "./ingestion/adapter.js";
export type { NormalizedEvent, RawEvent } from "./ingestion/types.js";
export type { JsonValue } from "./json.js";
export { allow, deny, notImplemented, pending } from "./responses.js";
export type { SecretDefinitions } from "./secrets.js";
export type { SettingDefinitions } from "./settings.js";
export { subject } from "./subject.js";
