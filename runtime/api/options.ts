import { ConfigError } from "../base/errors.js";
import { isPrivate, parseHttpUrl } from "../base/http-url.js";
import { type Sleep, sleep as sleepOnTimer } from "../base/sleep.js";
import { requireWholeNumber } from "../base/whole-number.js";

/** Timeout, retries and limits of a call. Every member is optional. */
export interface AttemptOptions {
  /** Timeout of one attempt in milliseconds. Default 15000. */
  readonly timeout?: number | undefined;
  /** Number of attempts after the first, from 0 to 10. Default 2. */
  readonly retries?: number | undefined;
  /**
   * Maximum size of a response in bytes, after decoding such as gzip. A larger one is an `ApiError`. Default 10485760 (10 MiB).
   */
  readonly responseBytes?: number | undefined;
  /** Waits between two attempts. Default: a timer. */
  readonly sleep?: Sleep | undefined;
  /** Returns a number from 0 to less than 1, for jitter. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** Options for calls to Kiket. Every member is optional. */
export interface OutboundOptions extends AttemptOptions {
  /**
   * Other origins that are accepted in `api.base_url` of a verified delivery. They get the runtime token, never the workspace
   * token. Only `https`, or `http` for this machine. Default: none.
   */
  readonly allowedOrigins?: readonly string[] | undefined;
  /**
   * Which tokens are sent with calls if both are set. Default `both`: in a deferred run whose runtime token has expired, the workspace token
   * alone is sent. With `runtimeToken` such a call fails.
   */
  readonly credentials?: Credentials | undefined;
  /** Where `endpoints.logEvent` writes: `/extensions/logs` or `/extensions/{id}/events`. Default `logs`. */
  readonly logEventTo?: LogTarget | undefined;
}

/** Which tokens are sent with calls. */
export type Credentials = "both" | "runtimeToken" | "workspaceToken";
/** Where `endpoints.logEvent` writes. */
export type LogTarget = "logs" | "events";

/** `AttemptOptions` with defaults. */
export interface Attempts {
  readonly timeout: number;
  readonly retries: number;
  readonly responseBytes: number;
  readonly sleep: Sleep;
  readonly random: () => number;
}

export interface OutboundConfig extends Attempts {
  readonly allowedOrigins: ReadonlySet<string>;
  readonly credentials: Credentials;
  readonly logEventTo: LogTarget;
}

const defaultTimeout = 15_000;
const defaultResponseBytes = 10 * 1024 * 1024;
const mostRetries = 10;

function isSafe(url: URL): boolean {
  // URL accepts an asterisk in a host name, but wildcards are not supported here.
  return isPrivate(url) && !url.hostname.includes("*");
}

function parseOrigin(text: string): string {
  const url = parseHttpUrl(text);
  if (url !== undefined && isSafe(url) && url.origin === text.replace(/\/$/, "").toLowerCase()) return url.origin;
  throw new ConfigError(
    "outbound.allowedOrigins must contain origins such as https://eu.kiket.dev, without a path; http is allowed for this machine only.",
  );
}

/** @throws {ConfigError} if a number is out of range. The prefix is put before the option's name in the message. */
export function resolveAttempts(options: AttemptOptions, prefix: string): Attempts {
  const { timeout = defaultTimeout, retries = 2, responseBytes = defaultResponseBytes } = options;
  const { sleep = sleepOnTimer, random = Math.random } = options;
  return {
    timeout: requireWholeNumber(`${prefix}timeout`, timeout, 1),
    retries: requireWholeNumber(`${prefix}retries`, retries, 0, mostRetries),
    responseBytes: requireWholeNumber(`${prefix}responseBytes`, responseBytes, 1),
    sleep,
    random,
  };
}

function requireOneOf<T extends string>(name: string, value: T, known: readonly T[]): T {
  if (known.includes(value)) return value;
  throw new ConfigError(`${name} must be one of ${known.join(", ")}.`);
}

/** @throws {ConfigError} if an option is not valid. The message contains its name. */
export function resolveOutbound(options: OutboundOptions): OutboundConfig {
  const { allowedOrigins = [], credentials = "both", logEventTo = "logs" } = options;
  return Object.freeze({
    ...resolveAttempts(options, "outbound."),
    allowedOrigins: new Set(allowedOrigins.map(parseOrigin)),
    credentials: requireOneOf("outbound.credentials", credentials, ["both", "runtimeToken", "workspaceToken"]),
    logEventTo: requireOneOf("outbound.logEventTo", logEventTo, ["logs", "events"]),
  });
}
