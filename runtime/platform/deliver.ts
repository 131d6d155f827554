import type { Id } from "../base/envelope.js";
import { isJsonObject } from "../base/json.js";
import { timestamp } from "./clock.js";
import { type ApiCall, readBody } from "./http/recorded-calls.js";
import {
  type HmacSigning,
  projectOf,
  type SignedDelivery,
  type Signing,
  signDelivery,
  type UnsignedDelivery,
} from "./sign-delivery.js";
import { type Tokens, tokenLifetime } from "./tokens.js";

/** An extension in this process, or the base URL of one that is served. */
export type DeliveryTarget = string | URL | { fetch(request: Request): Response | Promise<Response> };

/** What the platform delivers. */
export interface DeliveryInput extends UnsignedDelivery {
  /** Scopes of the runtime token; default `["*"]`. */
  readonly scopes?: readonly string[];
  /** Values bundled with the delivery; default the seed's secrets. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Default 1. */
  readonly extId?: Id | null;
  /** Sent as `X-Kiket-Delivery`; give the same again for a redelivery. Default a fresh one. */
  readonly deliveryId?: string;
  /** How it is signed; default `token`. An HMAC alone carries no runtime token. */
  readonly auth?: Signing["auth"];
  /** A runtime token in place of a fresh one, for expired or forged ones. */
  readonly token?: string;
  /** The secret of an HMAC; default the platform's `webhookSecret`. */
  readonly secret?: string;
  /** Unix seconds of an HMAC; default the platform's clock. */
  readonly timestamp?: number;
  readonly encoding?: HmacSigning["encoding"];
  readonly signs?: HmacSigning["signs"];
  /** Milliseconds until the delivery is given up; default 30000 (wire contract §1.10). Real time. */
  readonly timeout?: number;
}

export type VerdictStatus = "allow" | "deny" | "pending";

/** What came of a delivery. */
export interface DeliveryOutcome {
  readonly event: string;
  readonly version: string;
  readonly deliveryId: string;
  /** HTTP status of the extension's reply. */
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, the text where it is not JSON, `undefined` where there is none. */
  readonly body: unknown;
  /** The reply's `status`, where it is 2xx and names a verdict. */
  readonly verdict: VerdictStatus | undefined;
  /** From sending to the whole reply. */
  readonly ms: number;
  /** The API calls made with this delivery's token until the reply, in order. */
  readonly calls: readonly ApiCall[];
  /**
   * Why the extension failed, as it logged that, without secrets; only from a test extension's own `deliver` and `replay`, for
   * the reply tells nobody.
   */
  readonly failure?: unknown;
  /** What was sent: with its token and secrets. */
  readonly sent: SignedDelivery;
}

export interface DeliveryInputs {
  readonly baseUrl: string;
  readonly tokens: Tokens;
  readonly secrets: Readonly<Record<string, string>>;
  readonly webhookSecret: string | undefined;
  readonly now: () => number;
  /** Notes whose calls a runtime token makes, before it is sent. */
  readonly attribute: (runtimeToken: string, deliveryId: string) => void;
  /** Grows while the extension works. */
  readonly calls: readonly ApiCall[];
}

/** No reply came: the target cannot be reached, or did not reply in time. */
export class DeliveryError extends Error {
  override readonly name: string = "DeliveryError";
}

/**
 * Signs and sends one delivery (wire contract §1.6).
 * @throws {DeliveryError} where the target cannot be reached or does not reply in time; a failure reply is an outcome.
 */
export async function deliver(
  target: DeliveryTarget,
  input: DeliveryInput,
  platform: DeliveryInputs,
): Promise<DeliveryOutcome> {
  const { event, version = "v1", deliveryId = `dlv_${crypto.randomUUID()}` } = input;
  const before = platform.calls.length;
  const sent = await sign({ secrets: platform.secrets, ...input, version, deliveryId }, originOf(target), platform);
  const patience = new AbortController();
  const request = new Request(sent.url, { ...sent, signal: patience.signal });
  const timer = setTimeout(() => patience.abort(new Error("no reply in time")), input.timeout ?? 30_000);
  const start = performance.now();
  const { response, text } = await send(target, request, patience.signal)
    .catch((error: unknown) => {
      const where = typeof target === "object" && "fetch" in target ? "the extension" : request.url;
      throw new DeliveryError(`Delivery of ${event} ${version} to ${where} failed: ${reasonOf(error)}`, {
        cause: error,
      });
    })
    .finally(() => clearTimeout(timer));
  const ms = performance.now() - start;
  const reply = readBody(text);
  return {
    event,
    version,
    deliveryId,
    status: response.status,
    headers: response.headers,
    body: reply,
    verdict: response.ok ? verdictOf(reply) : undefined,
    ms,
    calls: platform.calls.slice(before).filter((call) => call.deliveryId === deliveryId),
    sent,
  };
}

async function sign(
  input: DeliveryInput & { readonly deliveryId: string },
  target: string,
  { baseUrl, tokens, now, attribute, webhookSecret }: DeliveryInputs,
): Promise<SignedDelivery> {
  const { auth = "token", scopes = ["*"], orgId = 1, extId = 1 } = input;
  const place = { target, apiBaseUrl: baseUrl };
  const iat = Math.floor(now() / 1000);
  if (auth === "hmac") return signDelivery(input, { ...place, auth, ...hmacOf(input, webhookSecret, iat) });
  const exp = iat + tokenLifetime;
  const claims = {
    sub: `extension:${extId}`,
    iat,
    exp,
    org_id: orgId,
    ext_id: extId,
    proj_id: projectOf(input),
    scopes,
  };
  const token = input.token ?? (await tokens.sign(claims));
  attribute(token, input.deliveryId);
  const proof = { ...place, token, expiresAt: timestamp(exp * 1000) };
  if (auth === "token") return signDelivery(input, { ...proof, auth });
  return signDelivery(input, { ...proof, auth, ...hmacOf(input, webhookSecret, iat) });
}

function hmacOf(
  { secret, timestamp, encoding, signs }: DeliveryInput,
  webhookSecret: string | undefined,
  now: number,
): Omit<HmacSigning, "auth"> {
  const key = secret ?? webhookSecret;
  if (key === undefined) {
    throw new TypeError(
      'A delivery with auth "hmac" or "both" needs a secret: give one to the delivery, or webhookSecret to createPlatform.',
    );
  }
  return {
    secret: key,
    timestamp: timestamp ?? now,
    ...(encoding === undefined ? {} : { encoding }),
    ...(signs === undefined ? {} : { signs }),
  };
}

function originOf(target: DeliveryTarget): string {
  if (typeof target === "object" && "fetch" in target) return "http://localhost";
  return String(target);
}

async function send(
  target: DeliveryTarget,
  request: Request,
  signal: AbortSignal,
): Promise<{ readonly response: Response; readonly text: string }> {
  // An extension in this process may not heed the signal.
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  const replied = async () => {
    const response = await (typeof target === "object" && "fetch" in target ? target.fetch(request) : fetch(request));
    return { response, text: await response.text() };
  };
  return Promise.race([replied(), aborted]);
}

function verdictOf(reply: unknown): VerdictStatus | undefined {
  const status = isJsonObject(reply) ? reply.status : undefined;
  return status === "allow" || status === "deny" || status === "pending" ? status : undefined;
}

/** fetch hides the reason in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
