import type { Id } from "../base/envelope.js";
import { isJsonType, mediaType } from "../base/headers.js";
import { type VerdictStatus, verdictOf } from "../handler/verdicts.js";
import { type DeliveryFailure, failureOf, watchRequest } from "../pipeline/watched-requests.js";
import { timestamp } from "./clock.js";
import { type DeliveredIssue, deliveredIssue } from "./delivered-issue.js";
import { type ApiCall, type CallLog, readBody } from "./http/recorded-calls.js";
import {
  type HmacSigning,
  organizationOf,
  projectOf,
  type SignedDelivery,
  type Signing,
  signDelivery,
  type UnsignedDelivery,
} from "./sign-delivery.js";
import { type Tokens, tokenLifetime } from "./tokens.js";

/** An extension in this process, or the base URL of a running server. */
export type DeliveryTarget =
  | string
  | URL
  | { fetch(request: Request): Response | Promise<Response>; readonly basePath?: string };

/** A delivery to send. */
export interface DeliveryInput extends UnsignedDelivery {
  /** Scopes of the runtime token. Default `["*"]`. */
  readonly scopes?: readonly string[];
  /** Secrets and settings in the delivery. Default: the seed's secrets. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Default 1. */
  readonly extId?: Id | null;
  /** Sent as `X-Kiket-Delivery`, or as the body's `id` in the family `webhook`. Use the same id again for a redelivery. Default: a new id. */
  readonly deliveryId?: string;
  /** How it is signed. Default `token`. With `hmac` there is no runtime token. */
  readonly auth?: Signing["auth"];
  /** A runtime token to use instead of a new one, for example an expired or forged one. */
  readonly token?: string;
  /** The secret for the HMAC. Default: the platform's `webhookSecret`. */
  readonly secret?: string;
  /** The timestamp for the HMAC, in Unix seconds. Default: the platform's clock. */
  readonly timestamp?: number;
  /** Only for an HMAC: how the signature is written. */
  readonly encoding?: HmacSigning["encoding"];
  /** Only for an HMAC: what is signed. */
  readonly signs?: HmacSigning["signs"];
  /** Timeout in milliseconds, in real time. Default 30000. */
  readonly timeout?: number;
}

/** The result of a delivery. */
export interface DeliveryOutcome {
  readonly event: string;
  readonly version: string;
  /** The same in every attempt. */
  readonly deliveryId: string;
  /** HTTP status of the extension's reply. */
  readonly status: number;
  readonly headers: Headers;
  /**
   * Parsed JSON, or the text if it is not JSON; `undefined` if there is no body. With another content type than JSON, the text, or a
   * `Uint8Array` if it is not UTF-8.
   */
  readonly body: unknown;
  /** `status` in the body, if the HTTP status is 2xx and it is a verdict. */
  readonly verdict: VerdictStatus | undefined;
  /** Milliseconds from sending to the end of the reply. */
  readonly ms: number;
  /** API calls that were made with this delivery's token before the reply, in order. */
  readonly calls: readonly ApiCall[];
  /**
   * Why the extension refused the delivery, or why it failed: a code, a text, and what was thrown, without secrets. The reply says
   * less. Undefined if it was handled, or if the extension runs in another process.
   */
  readonly failure: DeliveryFailure | undefined;
  /** The request that was sent, with its token and secrets. */
  readonly sent: SignedDelivery;
}

interface DeliveryInputs {
  readonly baseUrl: string;
  readonly tokens: Tokens;
  readonly secrets: Readonly<Record<string, string>>;
  readonly webhookSecret: string | undefined;
  readonly now: () => number;
  /** Called before sending, so that calls with this runtime token are recorded with this delivery. */
  readonly attribute: (runtimeToken: string, deliveryId: string) => void;
  /** Called before sending, with the issue that is delivered and the project of the delivery, so that calls find the issue. */
  readonly learn: (delivered: DeliveredIssue, project: Id | null, deliveryId: string) => void;
  /** Recorded calls. The log grows while the extension runs. */
  readonly log: CallLog;
}

/** There was no reply: the target cannot be reached, or did not reply in time. */
export class DeliveryError extends Error {
  override readonly name: string = "DeliveryError";
}

/** An id as Kiket makes it for the delivery's family. */
export function newDeliveryId({ family }: DeliveryInput): string {
  return `${family === "webhook" ? "evt" : "dlv"}_${crypto.randomUUID()}`;
}

/**
 * Signs and sends one delivery. A reply with an error status is an outcome too.
 * @throws {DeliveryError} if the target cannot be reached or does not reply in time.
 */
export async function deliver(
  target: DeliveryTarget,
  input: DeliveryInput,
  platform: DeliveryInputs,
): Promise<DeliveryOutcome> {
  const { event, version = "v1", deliveryId = newDeliveryId(input) } = input;
  const before = platform.log.mark();
  const sent = await sign({ secrets: platform.secrets, ...input, version, deliveryId }, baseOf(target), platform);
  const delivered = deliveredIssue(sent.body);
  if (delivered !== undefined) platform.learn(delivered, projectOf(input), deliveryId);
  const timeout = new AbortController();
  const request = new Request(sent.url, { ...sent, signal: timeout.signal });
  watchRequest(request);
  const timer = setTimeout(() => timeout.abort(new Error("no reply in time")), input.timeout ?? 30_000);
  const start = performance.now();
  const { response, bytes } = await send(target, request, timeout.signal)
    .catch((error: unknown) => {
      const where = typeof target === "object" && "fetch" in target ? "the extension" : request.url;
      throw new DeliveryError(`Delivery of ${event} ${version} to ${where} failed: ${reasonOf(error)}`, {
        cause: error,
      });
    })
    .finally(() => clearTimeout(timer));
  const ms = performance.now() - start;
  const reply = bodyOf(response.headers, bytes);
  return {
    event,
    version,
    deliveryId,
    status: response.status,
    headers: response.headers,
    body: reply,
    verdict: response.ok ? verdictOf(reply) : undefined,
    failure: failureOf(request),
    ms,
    calls: platform.log.since(before).filter((call) => call.deliveryId === deliveryId),
    sent,
  };
}

async function sign(
  input: DeliveryInput & { readonly deliveryId: string },
  target: string,
  { baseUrl, tokens, now, attribute, webhookSecret }: DeliveryInputs,
): Promise<SignedDelivery> {
  const { auth = "token", scopes = ["*"], extId = 1 } = input;
  const place = { target, apiBaseUrl: baseUrl };
  const iat = Math.floor(now() / 1000);
  if (auth === "hmac") return signDelivery(input, { ...place, auth, ...hmacOf(input, webhookSecret, iat) });
  const exp = iat + tokenLifetime;
  const claims = {
    sub: `extension:${extId}`,
    iat,
    exp,
    org_id: organizationOf(input),
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
      'A delivery with auth "hmac" or "both" needs a secret: set secret in the delivery, or webhookSecret in createPlatform.',
    );
  }
  return {
    secret: key,
    timestamp: timestamp ?? now,
    ...(encoding === undefined ? {} : { encoding }),
    ...(signs === undefined ? {} : { signs }),
  };
}

function baseOf(target: DeliveryTarget): string {
  if (typeof target === "object" && "fetch" in target) return `http://localhost${target.basePath ?? ""}`;
  return String(target);
}

async function send(
  target: DeliveryTarget,
  request: Request,
  signal: AbortSignal,
): Promise<{ readonly response: Response; readonly bytes: ArrayBuffer }> {
  // An extension in this process may ignore the signal.
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  const replied = async () => {
    const response = await (typeof target === "object" && "fetch" in target ? target.fetch(request) : fetch(request));
    return { response, bytes: await response.arrayBuffer() };
  };
  return Promise.race([replied(), aborted]);
}

/** JSON if that is the content type or there is none; else text, or bytes if they are not text. */
function bodyOf(headers: Headers, bytes: ArrayBuffer): unknown {
  const type = mediaType(headers.get("content-type"));
  if (type === "" || isJsonType(type)) return readBody(new TextDecoder().decode(bytes));
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return new Uint8Array(bytes);
  }
}

/** The reason for an error of `fetch` is in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
