import type { CustomDataDefinition } from "./endpoints/tables.js";
import { ConfigError } from "./errors.js";
import type { Handler } from "./handler.js";
import { nonEmptyText } from "./json.js";
import type { Logger } from "./logger.js";
import type { SettingDefinitions } from "./settings.js";
import type { TelemetryRecord } from "./telemetry.js";

/** Names to values, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The part of the global `fetch` that the runtime uses. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface TelemetryOptions {
  /** Default: true where a URL is configured, else false. `KIKET_SDK_TELEMETRY_OPTOUT` overrules it. */
  readonly enabled?: boolean | undefined;
  /** Collector; `/telemetry` is appended unless already there. Default: `KIKET_SDK_TELEMETRY_URL`, else `<baseUrl>/api/v1/ext`. */
  readonly url?: string | undefined;
  /** Sees every record in this process; may be asynchronous, never delays a response, and what it throws is logged. */
  readonly onRecord?: ((record: TelemetryRecord) => unknown) | undefined;
}

/** What `createExtension` accepts; everything but the handlers is optional. */
export interface ExtensionOptions {
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
  /** The manifest's secrets by name: their values are kept out of every log line. */
  readonly secretKeys?: readonly string[] | undefined;
  /** The manifest's modules and tables; the generated code fills this in. */
  readonly customData?: CustomDataDefinition | undefined;
  readonly telemetry?: TelemetryOptions | undefined;
  /** Default: one JSON object a line on the console. */
  readonly logger?: Logger | undefined;
  /** Used for every outgoing request. Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** Clock, in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Default: `process.env`. */
  readonly env?: Environment | undefined;
}

export interface TelemetryConfig {
  /** Where records are posted; undefined posts nowhere. */
  readonly endpoint: string | undefined;
  readonly onRecord: ((record: TelemetryRecord) => unknown) | undefined;
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
  readonly secretKeys: readonly string[];
  readonly customData: CustomDataDefinition;
  readonly telemetry: TelemetryConfig;
  readonly logger: Logger;
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly env: Environment;
}

const defaultBaseUrl = "https://kiket.dev";
const defaultPort = 8000;
const defaultHost = "127.0.0.1";

/** The environment of this process, or nothing where a runtime has none. */
function processEnvironment(): Environment {
  return typeof process === "undefined" ? {} : process.env;
}

/** Trailing slashes and a trailing `/api/v1` are dropped (wire contract A4); undefined where it is no http(s) URL. */
export function normalizeBaseUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return undefined;
  if (url.username !== "" || url.password !== "") return undefined;
  const path = url.pathname.replace(/\/+$/, "").replace(/\/api\/v1$/, "");
  return url.origin + path.replace(/\/+$/, "");
}

function resolveBaseUrl(text: string): string {
  const baseUrl = normalizeBaseUrl(text);
  if (baseUrl === undefined) {
    throw new ConfigError("baseUrl (or KIKET_BASE_URL) must be an http or https URL without user name and password.");
  }
  return baseUrl;
}

function resolveWorkspaceToken(text: string | undefined): string | undefined {
  const token = text?.trim();
  if (token === undefined || token === "") return undefined;
  // A header refuses anything else with an error that quotes the token.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new ConfigError("workspaceToken (or KIKET_WORKSPACE_TOKEN) must be printable ASCII without spaces.");
  }
  return token;
}

function isTrue(text: string | undefined): boolean {
  return ["1", "true", "yes", "on"].includes(text?.trim().toLowerCase() ?? "");
}

/** Off unless a URL or `enabled: true` is configured; opting out silences everything (wire contract §3.7, A24, A25). */
function resolveTelemetry(options: TelemetryOptions, baseUrl: string, env: Environment): TelemetryConfig {
  if (options.enabled === false || isTrue(env.KIKET_SDK_TELEMETRY_OPTOUT)) {
    return { endpoint: undefined, onRecord: undefined };
  }
  const url = nonEmptyText(options.url) ?? nonEmptyText(env.KIKET_SDK_TELEMETRY_URL);
  if (url === undefined && options.enabled !== true) return { endpoint: undefined, onRecord: options.onRecord };
  const collector = (url ?? `${baseUrl}/api/v1/ext`).trim().replace(/\/+$/, "");
  if (!URL.canParse(collector)) {
    throw new ConfigError("telemetry.url (or KIKET_SDK_TELEMETRY_URL) must be a URL.");
  }
  const endpoint = collector.toLowerCase().endsWith("/telemetry") ? collector : `${collector}/telemetry`;
  return { endpoint, onRecord: options.onRecord };
}

function line(level: string, message: string, fields: object | undefined): string {
  const time = new Date().toISOString();
  try {
    return JSON.stringify({ level, time, message, ...fields });
  } catch {
    return JSON.stringify({ level, time, message });
  }
}

const consoleLogger: Logger = {
  info: (message, fields) => console.log(line("info", message, fields)),
  warn: (message, fields) => console.warn(line("warn", message, fields)),
  error: (message, fields) => console.error(line("error", message, fields)),
};

/**
 * Options first, then the environment, then defaults (wire contract §3.1).
 * @throws {ConfigError} naming the option, never its value.
 */
export function resolveConfig(options: ExtensionOptions): Config {
  const env = options.env ?? processEnvironment();
  const baseUrl = resolveBaseUrl(
    nonEmptyText(options.baseUrl) ?? nonEmptyText(env.KIKET_BASE_URL?.trim()) ?? defaultBaseUrl,
  );
  return Object.freeze({
    baseUrl,
    workspaceToken: resolveWorkspaceToken(options.workspaceToken ?? env.KIKET_WORKSPACE_TOKEN),
    extensionId: nonEmptyText(options.extensionId),
    extensionVersion: nonEmptyText(options.extensionVersion),
    settings: options.settings ?? {},
    settingDefinitions: options.settingDefinitions ?? {},
    secretKeys: options.secretKeys ?? [],
    customData: options.customData ?? {},
    telemetry: resolveTelemetry(options.telemetry ?? {}, baseUrl, env),
    logger: options.logger ?? consoleLogger,
    // Looked up at each call, so that a later replacement of the global is honoured.
    fetch: options.fetch ?? ((input: string | URL | Request, init?: RequestInit) => globalThis.fetch(input, init)),
    now: options.now ?? Date.now,
    env,
  });
}

export interface ServeOptions {
  /** 0 takes a free port. Default: the environment's `PORT`, else 8000. */
  readonly port?: number | undefined;
  /** Default: the environment's `HOST`, else 127.0.0.1. */
  readonly host?: string | undefined;
  /** Default: `process.env`. */
  readonly env?: Environment | undefined;
}

/**
 * Where to listen.
 * @throws {ConfigError} where the port is no port.
 */
export function resolveAddress(options: ServeOptions): { readonly port: number; readonly host: string } {
  const env = options.env ?? processEnvironment();
  const fromEnvironment = nonEmptyText(env.PORT?.trim());
  const port = options.port ?? (fromEnvironment === undefined ? defaultPort : Number(fromEnvironment));
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new ConfigError("port (or PORT) must be a whole number from 0 to 65535.");
  }
  return { port, host: options.host ?? nonEmptyText(env.HOST?.trim()) ?? defaultHost };
}
