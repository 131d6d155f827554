import { createHmac } from "node:crypto";
import { type Id, organizationOfPayload, projectOfPayload } from "../base/envelope.js";
import { headerNames } from "../base/headers.js";
import { isJsonObject, type JsonObject } from "../base/json.js";
import { readBody } from "./http/recorded-calls.js";
import { webhookBody } from "./webhook-body.js";

/** One delivery before it is signed. */
export interface UnsignedDelivery {
  readonly event: string;
  /** Default `v1`. */
  readonly version?: string;
  /** The members of the event. Those of the envelope are added. */
  readonly payload?: object;
  /** Copied to the body, beside the token. Only the claim in the token has an effect. Default `["*"]`. */
  readonly scopes?: readonly string[];
  /** Default: none. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Default: the organization in the body, from `organization_id`, `organization`, `issue` or `case`; else 1. */
  readonly orgId?: Id | null;
  /** Default: the project in the body, from `project_id`, `project`, `issue` or `case`; else 1. */
  readonly projId?: Id | null;
  /** Added to the platform's headers, or replace them. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as `X-Kiket-Delivery`. Default: not sent. */
  readonly deliveryId?: string;
  /** Members that replace those of the finished envelope, for forged or invalid deliveries. */
  readonly envelope?: object;
  /** The whole body, instead of the envelope. Text is sent unchanged, anything else as JSON. */
  readonly body?: unknown;
  /**
   * The path after the base path of the extension, such as that of a hook. Default `/v/{version}/webhooks/{event}`; `/webhook` for
   * the family `webhook`.
   */
  readonly path?: string;
  /**
   * Form of the body and headers. `webhook`: what Kiket sends to an address that was registered for webhooks, `{id, type, createdAt,
   * organizationId, workspaceId, data}`, without version, token and secrets; only with a signature. Default `runtime`.
   */
  readonly family?: "runtime" | "webhook";
}

/** Signed with a runtime token in the body. */
export interface TokenSigning {
  readonly auth: "token";
  /** A runtime token, for example from `platform.sign()`. */
  readonly token: string;
  /** RFC 3339, copied to the body, beside the token. Default: absent. */
  readonly expiresAt?: string;
}

/** Signed with an HMAC in the headers. */
export interface HmacSigning {
  readonly auth: "hmac";
  /** The shared secret. Its UTF-8 bytes are the key. */
  readonly secret: string;
  /** Unix seconds. */
  readonly timestamp: number;
  /** `hex`: lower case, without prefix. `sha256=`: with that prefix. Default `hex`; `sha256=` for the family `webhook`. */
  readonly encoding?: "hex" | "sha256=";
  /** What is signed. `body` is the oldest form, which does not sign the timestamp. Default `timestamp.body`. */
  readonly signs?: "timestamp.body" | "body";
}

/** Signed with both. */
export interface DoubleSigning extends Omit<TokenSigning, "auth">, Omit<HmacSigning, "auth"> {
  readonly auth: "both";
}

/** How a delivery proves its origin. */
export type Signing = TokenSigning | HmacSigning | DoubleSigning;

/** Where the delivery goes, and what it says of Kiket. */
export interface SigningPlace {
  /** Base URL of the extension. Default `http://localhost`. */
  readonly target?: string;
  /** Base URL of Kiket's API in the envelope. Default: absent. */
  readonly apiBaseUrl?: string;
}

/** A complete request, for `new Request(signed.url, signed)`. */
export interface SignedDelivery {
  readonly url: string;
  readonly method: "POST";
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Makes the request for one delivery, signed with a runtime token in the body, with an HMAC over the body in the headers, or with
 * both. The same input gives the same bytes.
 * @throws {TypeError} if event or version is "." or "..", which in a path names another folder.
 */
export function signDelivery(delivery: UnsignedDelivery, signing: Signing & SigningPlace): SignedDelivery {
  // Body and headers: facts 135 and 145, of a webhook 802 and 811. Token: fact 160. HMAC: facts 150 to 153.
  const { event, version = "v1", path } = delivery;
  const isWebhook = isWebhookFamily(delivery, signing);
  const usual = isWebhook ? "/webhook" : `/v/${pathPart(version)}/webhooks/${pathPart(event)}`;
  const where = path?.replace(/^(?!\/)/, "/") ?? usual;
  const body = bodyText(delivery, version, signing);
  const headers = new Headers(isWebhook ? { "content-type": "application/json" } : platformHeaders(delivery, version));
  const signature = signatureHeaders(body, signing, isWebhook ? "sha256=" : "hex");
  for (const [name, value] of Object.entries(signature)) headers.set(name, value);
  for (const [name, value] of Object.entries(delivery.headers ?? {})) headers.set(name, value);
  return {
    url: `${(signing.target ?? "http://localhost").replace(/\/+$/, "")}${where}`,
    method: "POST",
    headers: Object.fromEntries(headers),
    body,
  };
}

/** The body of this family has no place for a token. */
function isWebhookFamily({ family }: UnsignedDelivery, { auth }: Signing): boolean {
  if (family !== "webhook") return false;
  if (auth !== "hmac") throw new TypeError('A delivery of the family "webhook" has no token: set auth to "hmac".');
  return true;
}

function webhookText(delivery: UnsignedDelivery, { timestamp }: HmacSigning): string {
  const { event, payload, deliveryId = "evt_1", envelope } = delivery;
  const createdAt = new Date(timestamp * 1000).toISOString();
  const organizationId = String(organizationOf(delivery) ?? "");
  const whole = webhookBody({ ...payload }, { event, id: deliveryId, createdAt, organizationId });
  return JSON.stringify({ ...whole, ...envelope });
}

function bodyText(delivery: UnsignedDelivery, version: string, signing: Signing & SigningPlace): string {
  const { event, payload, scopes = ["*"], secrets = {}, envelope, body, family } = delivery;
  if (typeof body === "string") return body;
  if (body !== undefined) return JSON.stringify(body);
  if (family === "webhook" && signing.auth === "hmac") return webhookText(delivery, signing);
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

function signatureHeaders(
  body: string,
  signing: Signing,
  usual: NonNullable<HmacSigning["encoding"]>,
): Readonly<Record<string, string>> {
  if (signing.auth === "token") return {};
  const { secret, timestamp, encoding = usual, signs = "timestamp.body" } = signing;
  const signed = signs === "body" ? body : `${timestamp}.${body}`;
  const hex = createHmac("sha256", secret).update(signed, "utf8").digest("hex");
  return {
    [headerNames.timestamp]: String(timestamp),
    [headerNames.signature]: encoding === "sha256=" ? `sha256=${hex}` : hex,
  };
}

/** The members of the body without the authentication. */
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

/** The organization that a delivery is signed for. */
export function organizationOf(delivery: UnsignedDelivery): Id | null {
  const { orgId = organizationOfPayload(membersOf(delivery)) ?? 1 } = delivery;
  return orgId;
}

function pathPart(text: string): string {
  if (/^\.{1,2}$/.test(text)) throw new TypeError(`No event or version can be named ${JSON.stringify(text)}`);
  return encodeURIComponent(text);
}

function platformHeaders(delivery: UnsignedDelivery, version: string): Record<string, string> {
  const { event, deliveryId } = delivery;
  const ids = {
    [headerNames.delivery]: deliveryId,
    [headerNames.organization]: organizationOf(delivery),
    [headerNames.project]: projectOf(delivery),
  };
  return {
    "content-type": "application/json",
    // A header value can contain Latin-1 only, an event name anything.
    [headerNames.event]: encodeURIComponent(event),
    [headerNames.eventVersion]: version,
    ...Object.fromEntries(
      Object.entries(ids).flatMap(([name, id]) => (id === null || id === undefined ? [] : [[name, String(id)]])),
    ),
  };
}
