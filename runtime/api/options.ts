import { ConfigError } from "../base/errors.js";
import { parseHttpUrl } from "../base/http-url.js";
import { type Sleep, sleep as sleepOnTimer } from "../base/sleep.js";
import { requireWholeNumber } from "../base/whole-number.js";

/** How one call is attempted; every member is optional. */
export interface AttemptOptions {
  /** Milliseconds that one attempt may take. Default 15 000. */
  readonly timeout?: number | undefined;
  /** Attempts after the first, from 0 to 10. Default 2. */
  readonly retries?: number | undefined;
  /** Default: a timer. */
  readonly sleep?: Sleep | undefined;
  /** From 0 to below 1, for jitter. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** How calls to Kiket are made; every member is optional. */
export interface OutboundOptions extends AttemptOptions {
  /**
   * Other origins that a verified delivery's `api.base_url` may name. They get the runtime token, never the workspace
   * token. `https` only, or `http` on this machine. Default none.
   */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** Which tokens calls carry, where both are there (wire contract A12). Default `both`. */
  readonly credentials?: Credentials | undefined;
  /** Where `endpoints.logEvent` writes: `/extensions/logs` or `/extensions/{id}/events` (wire contract A13). Default `logs`. */
  readonly logEventTo?: LogTarget | undefined;
}

export type Credentials = "both" | "runtimeToken" | "workspaceToken";
export type LogTarget = "logs" | "events";

/** How one call is attempted, resolved. */
export interface Attempts {
  readonly timeout: number;
  readonly retries: number;
  readonly sleep: Sleep;
  readonly random: () => number;
}

export interface OutboundConfig extends Attempts {
  readonly allowedOrigins: ReadonlySet<string>;
  readonly credentials: Credentials;
  readonly logEventTo: LogTarget;
}

const defaultTimeout = 15_000;
const mostRetries = 10;

/** This machine's names: nothing sent there crosses a network. */
function isLocal(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function isSafe({ protocol, hostname }: URL): boolean {
  // An asterisk is a legal host name for URL, and means nothing here.
  return protocol === "https:" ? !hostname.includes("*") : isLocal(hostname);
}

function parseOrigin(text: string): string {
  const url = parseHttpUrl(text);
  if (url !== undefined && isSafe(url) && url.origin === text.replace(/\/$/, "").toLowerCase()) return url.origin;
  throw new ConfigError(
    "outbound.allowedOrigins takes origins such as https://eu.kiket.dev: https (http on this machine only), no path.",
  );
}

/** @throws {ConfigError} where timeout or retries are out of range; the prefix names the options in its message. */
export function resolveAttempts(options: AttemptOptions, prefix: string): Attempts {
  const { timeout = defaultTimeout, retries = 2, sleep = sleepOnTimer, random = Math.random } = options;
  return {
    timeout: requireWholeNumber(`${prefix}timeout`, timeout, 1),
    retries: requireWholeNumber(`${prefix}retries`, retries, 0, mostRetries),
    sleep,
    random,
  };
}

function requireOneOf<T extends string>(name: string, value: T, known: readonly T[]): T {
  if (known.includes(value)) return value;
  throw new ConfigError(`${name} must be one of ${known.join(", ")}.`);
}

/** @throws {ConfigError} naming the option that is unusable. */
export function resolveOutbound(options: OutboundOptions): OutboundConfig {
  const { allowedOrigins = [], credentials = "both", logEventTo = "logs" } = options;
  return Object.freeze({
    ...resolveAttempts(options, "outbound."),
    allowedOrigins: new Set(allowedOrigins.map(parseOrigin)),
    credentials: requireOneOf("outbound.credentials", credentials, ["both", "runtimeToken", "workspaceToken"]),
    logEventTo: requireOneOf("outbound.logEventTo", logEventTo, ["logs", "events"]),
  });
}
