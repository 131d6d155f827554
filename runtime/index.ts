export type { ApiClient } from "./api-client.js";
export type { Environment, ExtensionOptions, Fetch, TelemetryOptions } from "./config.js";
export type { Auth, HandlerContext } from "./context.js";
export type { CustomDataEndpoint, CustomDataRecord } from "./endpoints/custom-data.js";
export type { Endpoints } from "./endpoints/index.js";
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
export { ApiConnectionError, ApiError, ConfigError, KiketError, NotImplementedError, ScopeError } from "./errors.js";
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
export type { Logger } from "./logger.js";
export {
  type AllowOptions,
  allow,
  deny,
  notImplemented,
  pending,
  type RefusalOptions,
  type Verdict,
} from "./responses.js";
export type { SettingDefinition, SettingDefinitions, SettingType } from "./settings.js";
export type { TelemetryRecord } from "./telemetry.js";
