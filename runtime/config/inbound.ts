import type { Id } from "../base/envelope.js";
import { ConfigError } from "../base/errors.js";
import type { Environment } from "../base/process.js";
import { type LimitOptions, type Limits, resolveLimits } from "../receive/limits.js";
import type { DeliveryStore } from "../stores/delivery-store.js";
import { createMemoryStore } from "../stores/memory.js";
import type { LiveSecret } from "../vaults/live-secrets.js";
import { type DeclaredPaths, resolveEventPaths } from "./event-paths.js";
import { isLiveSecret, type LiveConfig, type WebhookSecrets, webhookSecretsOf } from "./live-secrets.js";

/** How a delivery must prove that Kiket sent it. The options decide this, never the request. */
export type OriginProof = "token" | "hmac" | "both";

/** Options for receiving deliveries. */
export interface InboundOptions {
  /**
   * `token`: the ES256 runtime token in the body. `hmac`: a signature over the raw body, made with a shared secret; it grants no
   * scope and names no organization. `both`: a delivery must pass both checks. Default `token`.
   */
  readonly auth?: OriginProof | undefined;
  /**
   * Secrets for `hmac` and `both`. All of them are accepted, so that secrets can be rotated, and of one of `secretsFrom` all live values. Blank
   * ones are ignored. Default: `KIKET_WEBHOOK_SECRET`.
   */
  readonly webhookSecrets?: string | LiveSecret | readonly (string | LiveSecret)[] | undefined;
  /** Also accepts signatures over the body alone. The timestamp is then not signed, and may be missing. Default false. */
  readonly legacyBodySignature?: boolean | undefined;
  /** The token's `ext_id` must be this id, as a number or text. Default: not checked. */
  readonly expectedExtId?: Id | undefined;
  /**
   * A path that stands before every path of the extension, such as `/kiket`: `/kiket/webhooks/{event}`, `/kiket/health`. For a
   * server that passes on the whole path of a request. Default: none.
   */
  readonly basePath?: string | undefined;
  /** Another path for deliveries, such as `/kiket`. There the event comes from the body. Default: none. */
  readonly webhookPath?: string | undefined;
  /**
   * Paths that take the deliveries of certain events, such as `{ "/kiket/created": "issue.created" }`. They come before the standard
   * paths, which stay. There the body need not name the event, and the event's only version need not be named either. With several
   * events, `{ "/kiket": ["issue.created", "issue.closed"] }`, the body must name one of them. `event@version` names the version of
   * deliveries that name none. Percent-encoding and a slash at the end of a path make no difference. Generated code sets the paths of
   * the manifest. Default: none.
   */
  readonly eventPaths?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** Sizes, times and numbers at most. Default: that of each member. */
  readonly limits?: LimitOptions | undefined;
  /**
   * Stores finished deliveries, so that none runs twice. `"memory"`: a store in the memory of this process, which is empty after a
   * restart. Default: the same, but `serve` with several processes refuses what nobody has named.
   */
  readonly deliveryStore?: DeliveryStore | "memory" | undefined;
}

export interface HmacConfig {
  readonly secrets: WebhookSecrets;
  readonly legacyBodySignature: boolean;
}

export interface InboundConfig {
  /** Whether a runtime token is required. */
  readonly token: boolean;
  /** Undefined if no signature is required. */
  readonly hmac: HmacConfig | undefined;
  readonly expectedExtId: string | undefined;
  /** Empty, or with a slash before and none after. */
  readonly basePath: string;
  readonly webhookPath: string | undefined;
  readonly eventPaths: DeclaredPaths;
  readonly limits: Limits;
  readonly store: DeliveryStore;
}

const proofs: readonly string[] = ["token", "hmac", "both"] satisfies readonly OriginProof[];

/** A blank secret is no protection. */
function isSecret(value: unknown): value is string | LiveSecret {
  return isLiveSecret(value) || (typeof value === "string" && value.trim() !== "");
}

function resolveHmac(
  options: InboundOptions,
  auth: OriginProof,
  env: Environment,
  live: LiveConfig | undefined,
): HmacConfig | undefined {
  const { webhookSecrets, legacyBodySignature = false } = options;
  if (auth === "token") {
    if (webhookSecrets === undefined && !legacyBodySignature) return undefined;
    const name = webhookSecrets === undefined ? "legacyBodySignature" : "webhookSecrets";
    throw new ConfigError(
      `${name} has no effect while auth is "token": set auth to "hmac" or "both", or remove ${name}.`,
    );
  }
  const given = webhookSecrets ?? env.KIKET_WEBHOOK_SECRET;
  const secrets = [given].flat().filter(isSecret);
  if (secrets.length === 0) {
    throw new ConfigError(
      `Webhook secret not configured: auth "${auth}" requires webhookSecrets or KIKET_WEBHOOK_SECRET.`,
    );
  }
  return { secrets: webhookSecretsOf(secrets, live), legacyBodySignature };
}

function resolveExtId({ expectedExtId }: InboundOptions, auth: OriginProof): string | undefined {
  if (expectedExtId === undefined) return undefined;
  if (auth === "hmac") {
    throw new ConfigError(
      'expectedExtId cannot be checked while auth is "hmac": only a runtime token names an extension.',
    );
  }
  const text = String(expectedExtId).trim();
  if (text === "")
    throw new ConfigError("expectedExtId must not be blank: remove it to accept the token of any extension.");
  return text;
}

/** Whether h3 reads a path as it is: a colon or an asterisk would be a pattern, and clients resolve dots. */
function isPlainPath(path: string): boolean {
  return /^(?:\/[\w.~-]+)+$/.test(path) && !/\/\.\.?(?:\/|$)/.test(path);
}

/**
 * The option `basePath` with a slash before and none after; empty if there is none.
 * @throws {ConfigError} if it is not a plain path.
 */
export function resolveBasePath({ basePath = "" }: InboundOptions): string {
  const inner = typeof basePath === "string" ? basePath.trim().replace(/^\/|\/$/g, "") : ":";
  const path = inner === "" ? "" : `/${inner}`;
  if (path !== "" && !isPlainPath(path)) throw new ConfigError('basePath must be a plain path such as "/kiket".');
  return path;
}

/** Paths that every extension has. */
const ownPaths = /^\/(?:health|ready|webhooks|v)(?:\/|$)/;

function resolveWebhookPath({ webhookPath }: InboundOptions): string | undefined {
  if (webhookPath === undefined) return undefined;
  if (!isPlainPath(webhookPath) || ownPaths.test(webhookPath)) {
    throw new ConfigError(
      'webhookPath must be a plain path such as "/kiket", and not a path that the extension already uses.',
    );
  }
  return webhookPath;
}

function resolveStore({ deliveryStore = "memory" }: InboundOptions): DeliveryStore {
  if (typeof deliveryStore !== "string") return deliveryStore;
  if (deliveryStore === "memory") return createMemoryStore();
  throw new ConfigError('deliveryStore must be a store, such as that of createSqliteStore(), or "memory".');
}

/** @throws {ConfigError} if an option is invalid, or a signature is required and there is no secret. */
export function resolveInbound(options: InboundOptions, env: Environment, live?: LiveConfig): InboundConfig {
  const auth = options.auth ?? "token";
  if (!proofs.includes(auth)) throw new ConfigError('auth must be "token", "hmac" or "both".');
  return Object.freeze({
    token: auth !== "hmac",
    hmac: resolveHmac(options, auth, env, live),
    expectedExtId: resolveExtId(options, auth),
    basePath: resolveBasePath(options),
    webhookPath: resolveWebhookPath(options),
    eventPaths: resolveEventPaths(options.eventPaths ?? {}, options.webhookPath),
    limits: resolveLimits(options.limits),
    store: resolveStore(options),
  });
}
