import { requireBaseUrl } from "../api/base-url.js";
import type { CustomDataDefinition } from "../api/endpoints/table-types.js";
import { type OutboundConfig, type OutboundOptions, resolveOutbound } from "../api/options.js";
import { type Fetch, globalFetch } from "../base/fetch.js";
import { requireHeaderText } from "../base/headers.js";
import { nonEmptyText } from "../base/json.js";
import type { Logger } from "../base/logger.js";
import { consoleLogger, type Environment, processEnvironment } from "../base/process.js";
import { trimmedText } from "../base/text.js";
import type { Handler } from "../handler/define-handler.js";
import { type Concealment, createConcealment } from "../secrecy/known-secrets.js";
import { redacting } from "../secrecy/redacting-logger.js";
import { resolveTelemetry, type TelemetryConfig, type TelemetryOptions } from "../telemetry/options.js";
import type { ProcessSecrets, SecretDefinitions } from "../values/secrets.js";
import type { SettingDefinitions } from "../values/settings.js";
import { type InboundConfig, type InboundOptions, resolveInbound } from "./inbound.js";

/** What `createExtension` accepts; everything but the handlers is optional. */
export interface ExtensionOptions extends InboundOptions {
  readonly handlers: readonly Handler[] | Readonly<Record<string, Handler>>;
  /** Kiket's origin, for keys and calls. Default: `KIKET_BASE_URL`, else `https://kiket.dev`. */
  readonly baseUrl?: string | undefined;
  /** Sent as `Authorization: Bearer` to the configured origin only. Default: `KIKET_WORKSPACE_TOKEN`. */
  readonly workspaceToken?: string | undefined;
  readonly extensionId?: string | undefined;
  readonly extensionVersion?: string | undefined;
  /** Setting values that overrule every other source. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** The manifest's settings, with types and defaults; the generated code fills this in. */
  readonly settingDefinitions?: SettingDefinitions | undefined;
  /** Secret values, for those that the environment cannot hold; what a delivery brings comes before them. */
  readonly secrets?: Readonly<Record<string, string | undefined>> | undefined;
  /** The manifest's secrets: their values are kept out of every log line; the generated code fills this in. */
  readonly secretDefinitions?: SecretDefinitions | undefined;
  /** Further secrets by name, for programs without generated code: their values are kept out of every log line too. */
  readonly secretKeys?: readonly string[] | undefined;
  /**
   * True: a required secret or setting without a value in this process stops `createExtension` with one `ConfigError` that
   * lists them all. Default false: one warning lists them, because deliveries may bring each organization's own.
   */
  readonly requireAtStart?: boolean | undefined;
  /** The manifest's modules and tables; the generated code fills this in. */
  readonly customData?: CustomDataDefinition | undefined;
  readonly telemetry?: TelemetryOptions | undefined;
  /** Time limits, retries and destinations of calls to Kiket. */
  readonly outbound?: OutboundOptions | undefined;
  /** Default: one JSON object a line on the console. */
  readonly logger?: Logger | undefined;
  /** Used for every outgoing request. Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** Clock, in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Default: `process.env`. */
  readonly env?: Environment | undefined;
}

/** Options, environment and defaults, resolved once. */
export interface Config {
  /** Without a trailing slash and without `/api/v1`. */
  readonly baseUrl: string;
  readonly workspaceToken: string | undefined;
  readonly extensionId: string | undefined;
  readonly extensionVersion: string | undefined;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly settingDefinitions: SettingDefinitions;
  readonly secretDefinitions: SecretDefinitions;
  readonly secrets: ProcessSecrets;
  readonly requireAtStart: boolean;
  readonly customData: CustomDataDefinition;
  readonly telemetry: TelemetryConfig;
  readonly outbound: OutboundConfig;
  /** Keeps out the workspace token, this process' secrets, and what was concealed. */
  readonly logger: Logger;
  /** Keeps what a run learns out of every line. */
  readonly concealment: Pick<Concealment, "conceal" | "release">;
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly env: Environment;
  readonly inbound: InboundConfig;
}

const defaultBaseUrl = "https://kiket.dev";

function resolveWorkspaceToken(given: string | undefined, env: Environment): string | undefined {
  const token = trimmedText(given) ?? trimmedText(env.KIKET_WORKSPACE_TOKEN);
  return token === undefined ? undefined : requireHeaderText("workspaceToken (or KIKET_WORKSPACE_TOKEN)", token);
}

/**
 * Options first, then the environment, then defaults (wire contract §3.1).
 * @throws {ConfigError} naming the option, never its value.
 */
export function resolveConfig(options: ExtensionOptions): Config {
  const env = options.env ?? processEnvironment();
  const address = trimmedText(options.baseUrl) ?? trimmedText(env.KIKET_BASE_URL) ?? defaultBaseUrl;
  const baseUrl = requireBaseUrl("baseUrl (or KIKET_BASE_URL)", address);
  const workspaceToken = resolveWorkspaceToken(options.workspaceToken, env);
  const secretDefinitions = options.secretDefinitions ?? {};
  const secrets: ProcessSecrets = { given: options.secrets ?? {}, env };
  const inbound = resolveInbound(options, env);
  const tokens = [workspaceToken, env.KIKET_WEBHOOK_SECRET, ...(inbound.hmac?.secrets ?? [])];
  const secretNames = [...Object.keys(secretDefinitions), ...(options.secretKeys ?? [])];
  const concealment = createConcealment(tokens, secretNames, secrets);
  return Object.freeze({
    baseUrl,
    workspaceToken,
    extensionId: nonEmptyText(options.extensionId),
    extensionVersion: nonEmptyText(options.extensionVersion),
    settings: options.settings ?? {},
    settingDefinitions: options.settingDefinitions ?? {},
    secretDefinitions,
    secrets,
    requireAtStart: options.requireAtStart === true,
    customData: options.customData ?? {},
    telemetry: resolveTelemetry(options.telemetry ?? {}, baseUrl, env),
    outbound: resolveOutbound(options.outbound ?? {}),
    logger: redacting(options.logger ?? consoleLogger, concealment.secrets),
    concealment,
    fetch: options.fetch ?? globalFetch,
    now: options.now ?? Date.now,
    env,
    inbound,
  });
}
