import { requireBaseUrl } from "../api/base-url.js";
import type { CustomDataDefinition } from "../api/endpoints/table-types.js";
import { type OutboundConfig, type OutboundOptions, resolveOutbound } from "../api/options.js";
import type { StageClock } from "../base/active-delivery.js";
import { type AgeClock, createAgeClock } from "../base/age-clock.js";
import { type Fetch, globalFetch } from "../base/fetch.js";
import { requireHeaderText } from "../base/headers.js";
import { nonEmptyText } from "../base/json.js";
import { type Logger, withFields } from "../base/logger.js";
import { type Environment, processEnvironment, processNumber } from "../base/process.js";
import { trimmedText } from "../base/text.js";
import type { Handler } from "../handler/define-handler.js";
import type { ExtensionTypes } from "../handler/extension-types.js";
import { consoleLogger } from "../logging/console-logger.js";
import { atLevel, type LogLevel, resolveLogLevel } from "../logging/log-level.js";
import { type Concealment, createConcealment } from "../secrecy/known-secrets.js";
import { redacting } from "../secrecy/redacting-logger.js";
import { resolveTelemetry, type TelemetryConfig, type TelemetryOptions } from "../telemetry/options.js";
import { stageClocksOf } from "../telemetry/stage-clock.js";
import type { ProcessSecrets, SecretDefinitions } from "../values/secrets.js";
import type { SettingDefinitions } from "../values/settings.js";
import type { LiveSecret, LiveSecrets } from "../vaults/live-secrets.js";
import { type InboundConfig, type InboundOptions, resolveInbound } from "./inbound.js";
import {
  isLiveSecret,
  type LiveConfig,
  liveValuesIn,
  openLiveSecrets,
  type WorkspaceTokens,
  workspaceTokensOf,
} from "./live-secrets.js";
import { type ChosenQueue, type QueueChoice, redisSecretsIn, resolveQueue } from "./queue.js";

/** The options of `createExtension`. Only the handlers are required. */
export interface ExtensionOptions extends InboundOptions, QueueChoice {
  /** The handlers. Two with the same event and version are a `ConfigError`. */
  readonly handlers: readonly Handler[] | Readonly<Record<string, Handler>>;
  /** The address of Kiket, for signing keys and calls. Default: `KIKET_BASE_URL`, else `https://kiket.dev`. */
  readonly baseUrl?: string | undefined;
  /**
   * Sent as `Authorization: Bearer`, only to the configured origin. With one of `secretsFrom`, the newest live value is sent, and after 401
   * another one, once. Default: `KIKET_WORKSPACE_TOKEN`.
   */
  readonly workspaceToken?: string | LiveSecret | undefined;
  /** The manifest's id. Set by the generated code. Default: none, and calls that need one, such as `secrets`, throw a `ConfigError`. */
  readonly extensionId?: string | undefined;
  /** The manifest's version, for telemetry and logs. Set by the generated code. Default: none. */
  readonly extensionVersion?: string | undefined;
  /** Values of settings, before every other source: the delivery, a variable with the setting's own key, the manifest's default. Default: none. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** The settings in the manifest, with types and defaults. Set by the generated code. Default: none. */
  readonly settingDefinitions?: SettingDefinitions | undefined;
  /** Values of secrets. A value in the delivery comes before; `secretSource` and the environment, `KIKET_SECRET_<KEY>` or the key itself, after. Default: none. */
  readonly secrets?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * Where secrets are kept outside of the program: `secretsFrom()` of `kiket-gen/runtime/secrets`. The secrets of the manifest and those in
   * `secretKeys` are loaded from it before the extension is ready. Its values come after those of the delivery and of the option `secrets`, and before
   * the environment. Default: none.
   */
  readonly secretSource?: LiveSecrets | undefined;
  /** The secrets in the manifest. Their values are removed from log lines. Set by the generated code. Default: none. */
  readonly secretDefinitions?: SecretDefinitions | undefined;
  /** Names of more secrets, for programs without generated code. They are loaded from `secretSource`, and removed from log lines too. Default: none. */
  readonly secretKeys?: readonly string[] | undefined;
  /**
   * True: if required secrets or settings have no value in this process, `createExtension` throws one `ConfigError` that lists
   * them all; with secrets of a source `serve`, `run` and `startWorker` throw it. Default false: one warning lists them, because each
   * delivery may contain the values of its organization.
   */
  readonly requireAtStart?: boolean | undefined;
  /** The modules and tables in the manifest. Set by the generated code. Default: none. */
  readonly customData?: CustomDataDefinition | undefined;
  /** Records of handler runs. Default: none are sent. */
  readonly telemetry?: TelemetryOptions | undefined;
  /** Timeouts, retries and allowed origins of calls to Kiket. Default: that of each member. */
  readonly outbound?: OutboundOptions | undefined;
  /** Gets every log line, without known secrets. Default: writes one JSON object per line to the console. */
  readonly logger?: Logger | undefined;
  /** Which lines are logged, also by handlers. Default: `KIKET_LOG_LEVEL`, else `info`. */
  readonly logLevel?: LogLevel | undefined;
  /** Sends every outgoing request. Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined;
  /**
   * The clock, in milliseconds since 1970, also of `context.now()`. Default: `Date.now`, and for ages a clock that nobody can set
   * back.
   */
  readonly now?: (() => number) | undefined;
  /** The variables of the environment. Default: `process.env`; in a worker its bindings as well. */
  readonly env?: Environment | undefined;
}

/** The options of a generated extension: its handlers are set, and its settings and secrets have types. All are optional. */
export interface BoundExtensionOptions<T extends ExtensionTypes>
  extends Omit<ExtensionOptions, "handlers" | "settings" | "secrets"> {
  /** Values of settings. They take precedence over every other source. */
  readonly settings?: Partial<T["settings"]>;
  /** Values of secrets that are not in the environment. A value in the delivery takes precedence. */
  readonly secrets?: Readonly<Partial<Record<T["secret"], string>>>;
}

/** The result of options, environment and defaults. */
export interface Config {
  /** Without a trailing slash and without `/api/v1`. */
  readonly baseUrl: string;
  readonly workspaceTokens: WorkspaceTokens;
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
  /** Removes the workspace token, the secrets of this process, and concealed values from every line. */
  readonly logger: Logger;
  readonly logLevel: LogLevel;
  /** Measures the stages of a delivery; undefined unless they are to be logged. */
  readonly stageClock: () => StageClock | undefined;
  /** Hides secrets that handlers have read, in every log line. */
  readonly concealment: Concealment;
  readonly fetch: Fetch;
  readonly now: () => number;
  /** If the option `now` is set, it is the only clock. */
  readonly ages: AgeClock;
  readonly env: Environment;
  readonly inbound: InboundConfig;
  /** Undefined if no option names secrets of a source. */
  readonly liveSecrets: LiveConfig | undefined;
  /** Undefined if no handler is deferred and no queue is given. */
  readonly queue: ChosenQueue | undefined;
}

const defaultBaseUrl = "https://kiket.dev";

function fixedWorkspaceToken(given: string | undefined, env: Environment): string | undefined {
  const token = trimmedText(given) ?? trimmedText(env.KIKET_WORKSPACE_TOKEN);
  return token === undefined ? undefined : requireHeaderText("workspaceToken (or KIKET_WORKSPACE_TOKEN)", token);
}

function resolveWorkspaceTokens(
  given: ExtensionOptions["workspaceToken"],
  env: Environment,
  live: LiveConfig | undefined,
): WorkspaceTokens {
  if (live !== undefined && isLiveSecret(given)) return workspaceTokensOf(given, live);
  const token = fixedWorkspaceToken(given as string | undefined, env);
  const tokens = token === undefined ? [] : [token];
  return { live: () => tokens };
}

/** The handlers of the options, as a list. */
export function handlersIn({ handlers }: Pick<ExtensionOptions, "handlers">): readonly Handler[] {
  return Array.isArray(handlers) ? handlers : Object.values(handlers);
}

/** Of several processes that serve one extension, each names itself in its lines. */
function naming(logger: Logger): Logger {
  const number = processNumber();
  return number === undefined ? logger : withFields(logger, { process: number });
}

/**
 * Options take precedence over the environment, and the environment over defaults.
 * @throws {ConfigError} if an option is invalid. The message contains the name of the option, but never its value.
 */
export function resolveConfig(options: ExtensionOptions): Config {
  // The order is that of the SDKs (fact 300).
  const env = options.env ?? processEnvironment();
  const address = trimmedText(options.baseUrl) ?? trimmedText(env.KIKET_BASE_URL) ?? defaultBaseUrl;
  const baseUrl = requireBaseUrl("baseUrl (or KIKET_BASE_URL)", address);
  const secretDefinitions = options.secretDefinitions ?? {};
  const secretNames = [...Object.keys(secretDefinitions), ...(options.secretKeys ?? [])];
  const ages =
    options.now === undefined ? createAgeClock(Date.now, () => performance.now()) : createAgeClock(options.now);
  const liveSecrets = openLiveSecrets(options, secretNames, {
    ages,
    log: () => logger,
    learned: (values) => concealment.remember(values),
  });
  const source = liveSecrets?.source;
  const secrets: ProcessSecrets = { given: options.secrets ?? {}, fromSource: source?.values, env };
  const workspaceTokens = resolveWorkspaceTokens(options.workspaceToken, env, liveSecrets);
  const inbound = resolveInbound(options, env, liveSecrets);
  const fixed = [
    options.workspaceToken,
    options.webhookSecrets,
    env.KIKET_WORKSPACE_TOKEN,
    env.KIKET_WEBHOOK_SECRET,
  ].flat();
  const tokens = [...fixed.map((each) => (typeof each === "string" ? each : undefined)), ...redisSecretsIn(env)];
  const logLevel = resolveLogLevel(options.logLevel, env);
  const concealment = createConcealment(tokens, secretNames, secrets, () => liveValuesIn(liveSecrets));
  const logger = atLevel(redacting(naming(options.logger ?? consoleLogger), concealment.secrets), logLevel);
  return Object.freeze({
    baseUrl,
    workspaceTokens,
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
    logger,
    logLevel,
    stageClock: stageClocksOf(env),
    concealment,
    fetch: options.fetch ?? globalFetch,
    now: options.now ?? Date.now,
    ages,
    env,
    inbound,
    liveSecrets,
    queue: resolveQueue(options, handlersIn(options), env),
  });
}
