import type { Id } from "../base/envelope.js";
import { ConfigError } from "../base/errors.js";
import type { Environment } from "../base/process.js";
import { type LimitOptions, type Limits, resolveLimits } from "../receive/limits.js";
import type { DeliveryStore } from "../stores/delivery-store.js";
import { createMemoryStore } from "../stores/memory.js";

/** What a delivery must prove its origin with. Chosen here and never by a request. */
export type OriginProof = "token" | "hmac" | "both";

/** How deliveries are let in. */
export interface InboundOptions {
  /**
   * `token`: the ES256 runtime token in the body (wire contract §1.8). `hmac`: a shared secret's signature over the raw body
   * (§1.7), which grants no scope and names no organization. `both`: each delivery must pass both. Default `token`.
   */
  readonly auth?: OriginProof | undefined;
  /**
   * Secrets for `hmac` and `both`; each one given is accepted, so that they can be rotated, and a blank one counts as none.
   * Default: `KIKET_WEBHOOK_SECRET`.
   */
  readonly webhookSecrets?: string | readonly string[] | undefined;
  /** Accepts signatures over the body alone too: nothing then covers the time stamp, and it may be missing. Default false. */
  readonly legacyBodySignature?: boolean | undefined;
  /** The token's `ext_id` must be this one, number or text. Default: not checked. */
  readonly expectedExtId?: Id | undefined;
  /** A further path for deliveries, which takes the event from the body, such as `/kiket` (wire contract §1.1). Default none. */
  readonly webhookPath?: string | undefined;
  readonly limits?: LimitOptions | undefined;
  /** Remembers finished deliveries, so that none runs twice. Default: one in memory, which forgets at a restart. */
  readonly deliveryStore?: DeliveryStore | undefined;
}

export interface HmacConfig {
  readonly secrets: readonly [string, ...string[]];
  readonly legacyBodySignature: boolean;
}

export interface InboundConfig {
  /** Whether a runtime token is demanded. */
  readonly token: boolean;
  /** Undefined where no signature is demanded. */
  readonly hmac: HmacConfig | undefined;
  readonly expectedExtId: string | undefined;
  readonly webhookPath: string | undefined;
  readonly limits: Limits;
  readonly store: DeliveryStore;
}

const proofs: readonly string[] = ["token", "hmac", "both"] satisfies readonly OriginProof[];

/** A blank one could be guessed at once. */
function isSecret(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

function resolveHmac(options: InboundOptions, auth: OriginProof, env: Environment): HmacConfig | undefined {
  const { webhookSecrets, legacyBodySignature = false } = options;
  if (auth === "token") {
    if (webhookSecrets === undefined && !legacyBodySignature) return undefined;
    const name = webhookSecrets === undefined ? "legacyBodySignature" : "webhookSecrets";
    throw new ConfigError(`${name} does nothing while auth is "token": give auth: "hmac" or "both", or leave it out.`);
  }
  const given = webhookSecrets ?? env.KIKET_WEBHOOK_SECRET;
  const [secret, ...others] = [given].flat().filter(isSecret);
  if (secret === undefined) {
    throw new ConfigError(
      `Webhook secret not configured: auth "${auth}" needs webhookSecrets, or KIKET_WEBHOOK_SECRET.`,
    );
  }
  return { secrets: [secret, ...others], legacyBodySignature };
}

function resolveExtId({ expectedExtId }: InboundOptions, auth: OriginProof): string | undefined {
  if (expectedExtId === undefined) return undefined;
  if (auth === "hmac") {
    throw new ConfigError('expectedExtId cannot be checked while auth is "hmac": only a token names an extension.');
  }
  const text = String(expectedExtId).trim();
  if (text === "")
    throw new ConfigError("expectedExtId must not be blank: leave it out to accept any extension's token.");
  return text;
}

const taken = /^\/(?:health|ready|webhooks|v)(?:\/|$)/;

function resolveWebhookPath({ webhookPath }: InboundOptions): string | undefined {
  if (webhookPath === undefined) return undefined;
  // A colon or an asterisk would be a pattern, and match more than it says.
  if (!/^(?:\/[\w.~-]+)+$/.test(webhookPath) || taken.test(webhookPath)) {
    throw new ConfigError(
      'webhookPath must be a plain path such as "/kiket", and none of the paths that the extension has already.',
    );
  }
  return webhookPath;
}

/** @throws {ConfigError} where an option is unusable, or a signature is demanded and no secret is known. */
export function resolveInbound(options: InboundOptions, env: Environment): InboundConfig {
  const auth = options.auth ?? "token";
  if (!proofs.includes(auth)) throw new ConfigError('auth must be "token", "hmac" or "both".');
  return Object.freeze({
    token: auth !== "hmac",
    hmac: resolveHmac(options, auth, env),
    expectedExtId: resolveExtId(options, auth),
    webhookPath: resolveWebhookPath(options),
    limits: resolveLimits(options.limits),
    store: options.deliveryStore ?? createMemoryStore(),
  });
}
