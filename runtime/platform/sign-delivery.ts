import { createHmac } from "node:crypto";
import { type Id, projectOfPayload } from "../base/envelope.js";
import { isJsonObject, type JsonObject } from "../base/json.js";
import { readBody } from "./http/recorded-calls.js";

/** One delivery before it is signed. */
export interface UnsignedDelivery {
  readonly event: string;
  /** Default `v1`. */
  readonly version?: string;
  /** The event's own members; those of the envelope are added. */
  readonly payload?: object;
  /** Copied beside the token; default `["*"]`. The token's own claim decides. */
  readonly scopes?: readonly string[];
  /** Default none. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Default 1. */
  readonly orgId?: Id | null;
  /** Default: the project that the body names, in `project_id`, its `project`, its `issue` or its `case`; else 1. */
  readonly projId?: Id | null;
  /** Added to the platform's own headers, or in their place. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as `X-Kiket-Delivery`. Default none. */
  readonly deliveryId?: string;
  /** Laid over the finished envelope, for forged or broken ones. */
  readonly envelope?: object;
  /** The whole body in place of the envelope: text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  /** Default `/v/{version}/webhooks/{event}`. */
  readonly path?: string;
}

export interface TokenSigning {
  readonly auth: "token";
  /** A runtime token, as `platform.sign()` makes it. */
  readonly token: string;
  /** RFC 3339, copied beside the token. Default none. */
  readonly expiresAt?: string;
}

export interface HmacSigning {
  readonly auth: "hmac";
  /** The shared secret; its UTF-8 bytes are the key. */
  readonly secret: string;
  /** Unix seconds. */
  readonly timestamp: number;
  /** `hex` is bare, lower case; `sha256=` puts that in front (wire contract §1.7). Default `hex`. */
  readonly encoding?: "hex" | "sha256=";
  /** `body` is the oldest form, whose timestamp nothing covers. Default `timestamp.body`. */
  readonly signs?: "timestamp.body" | "body";
}

export interface DoubleSigning extends Omit<TokenSigning, "auth">, Omit<HmacSigning, "auth"> {
  readonly auth: "both";
}

export type Signing = TokenSigning | HmacSigning | DoubleSigning;

export interface SigningPlace {
  /** Base URL of the extension. Default `http://localhost`. */
  readonly target?: string;
  /** Where the envelope says that Kiket's API is. Default absent. */
  readonly apiBaseUrl?: string;
}

/** A whole request: `new Request(signed.url, signed)`. */
export interface SignedDelivery {
  readonly url: string;
  readonly method: "POST";
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Makes the request that the platform sends for one delivery, signed with a runtime token in the body (wire contract §1.6,
 * §1.8), with an HMAC over the body in the headers (§1.7), or both. The same input gives the same bytes.
 */
export function signDelivery(delivery: UnsignedDelivery, signing: Signing & SigningPlace): SignedDelivery {
  const { event, version = "v1", path } = delivery;
  const where = path ?? `/v/${encodeURIComponent(version)}/webhooks/${encodeURIComponent(event)}`;
  const body = bodyText(delivery, version, signing);
  const headers = new Headers(platformHeaders(delivery, version));
  for (const [name, value] of Object.entries(signatureHeaders(body, signing))) headers.set(name, value);
  for (const [name, value] of Object.entries(delivery.headers ?? {})) headers.set(name, value);
  return {
    url: `${(signing.target ?? "http://localhost").replace(/\/+$/, "")}${where}`,
    method: "POST",
    headers: Object.fromEntries(headers),
    body,
  };
}

function bodyText(delivery: UnsignedDelivery, version: string, signing: Signing & SigningPlace): string {
  const { event, payload, scopes = ["*"], secrets = {}, envelope, body } = delivery;
  if (typeof body === "string") return body;
  if (body !== undefined) return JSON.stringify(body);
  const whole: JsonObject = {
    ...payload,
    event,
    event_version: version,
    ...(signing.auth === "hmac" ? {} : { authentication: authentication(signing, scopes) }),
    ...(signing.apiBaseUrl === undefined ? {} : { api: { base_url: signing.apiBaseUrl } }),
    secrets,
    ...envelope,
  };
  return JSON.stringify(whole);
}

function authentication({ token, expiresAt }: TokenSigning | DoubleSigning, scopes: readonly string[]): JsonObject {
  return {
    runtime_token: token,
    token_type: "runtime",
    ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
    scopes,
  };
}

function signatureHeaders(body: string, signing: Signing): Readonly<Record<string, string>> {
  if (signing.auth === "token") return {};
  const { secret, timestamp, encoding = "hex", signs = "timestamp.body" } = signing;
  const signed = signs === "body" ? body : `${timestamp}.${body}`;
  const hex = createHmac("sha256", secret).update(signed, "utf8").digest("hex");
  return {
    "x-kiket-timestamp": String(timestamp),
    "x-kiket-signature": encoding === "sha256=" ? `sha256=${hex}` : hex,
  };
}

/** The body's members, but for what proves its origin. */
function membersOf({ payload, envelope, body }: UnsignedDelivery): JsonObject {
  if (body === undefined) return { ...payload, ...envelope };
  const given = typeof body === "string" ? readBody(body) : body;
  return isJsonObject(given) ? given : {};
}

/** The project that a delivery is signed for. */
export function projectOf(delivery: UnsignedDelivery): Id | null {
  const { projId = projectOfPayload(membersOf(delivery)) ?? 1 } = delivery;
  return projId;
}

function platformHeaders(delivery: UnsignedDelivery, version: string): Record<string, string> {
  const { event, orgId = 1, deliveryId } = delivery;
  const ids = {
    "x-kiket-delivery": deliveryId,
    "x-kiket-organization": orgId,
    "x-kiket-project": projectOf(delivery),
  };
  return {
    "content-type": "application/json",
    // Header values are Latin-1 at most; event names need not be.
    "x-kiket-event": encodeURIComponent(event),
    "x-kiket-event-version": version,
    ...Object.fromEntries(
      Object.entries(ids).flatMap(([name, id]) => (id === null || id === undefined ? [] : [[name, String(id)]])),
    ),
  };
}
