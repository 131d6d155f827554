import { isJsonObject, type JsonObject, member } from "../base/json.js";
import type { Config } from "../config/config.js";
import type { Auth } from "../handler/context.js";
import type { VerifiedDelivery } from "../verify/verify-origin.js";

/** Raised when programs of an earlier version cannot read the content any more. */
const format = 1;

/** The content of a job: all that the context of its run needs, as plain JSON. A version of the program reads what earlier ones stored. */
interface JobContent extends JsonObject {
  readonly format: number;
  /** As it was sent. */
  readonly event: string;
  readonly deliveryId?: string;
  readonly name: string;
  /** Without the token where it was left out. */
  readonly auth: Auth;
  readonly headers: readonly (readonly [string, string])[];
  /** As it was received, with its secrets. Its `authentication.runtime_token` is in `auth` instead. */
  readonly payload: JsonObject;
  /** The headers of the span that stored the job. */
  readonly trace: Readonly<Record<string, string>>;
  /** When Kiket was answered, in milliseconds since 1970. */
  readonly receivedAt: number;
  /** The Kiket that the delivery came from: its token is for that one. */
  readonly kiket: string;
  /** The extension that stored it, if its program says which one it is. */
  readonly extension?: string;
}

/** The program that stores a delivery, or runs it. */
type Program = Pick<Config, "baseUrl" | "extensionId">;

/** A delivery that was stored, for the run of its job. */
export interface DeferredDelivery {
  readonly verified: VerifiedDelivery;
  readonly trace: Headers;
  readonly receivedAt: number;
  /** Who stored it, if that is another extension, or one for another Kiket. */
  readonly stranger: string | undefined;
}

/** The payload with this token in its `authentication`, or without one. A payload without `authentication` stays as it is. */
function withToken(payload: JsonObject, token: string | undefined): JsonObject {
  const authentication = member(payload, "authentication");
  if (!isJsonObject(authentication)) return payload;
  const { runtime_token: _token, ...others } = authentication;
  return { ...payload, authentication: token === undefined ? others : { ...others, runtime_token: token } };
}

/** What a job has of a delivery. The token is in it once, because it is most of a small delivery. */
export function contentOf(
  { delivery, auth, deliveryId, name }: VerifiedDelivery,
  trace: Readonly<Record<string, string>>,
  receivedAt: number,
  { baseUrl, extensionId }: Program,
): JsonObject {
  const content: JobContent = {
    format,
    event: delivery.event,
    ...(deliveryId === undefined ? {} : { deliveryId }),
    name,
    auth,
    headers: [...delivery.headers],
    payload: auth.runtimeToken === null ? delivery.payload : withToken(delivery.payload, undefined),
    trace,
    receivedAt,
    kiket: baseUrl,
    ...(extensionId === undefined ? {} : { extension: extensionId }),
  };
  return content;
}

function isContent(content: JsonObject): content is JobContent {
  const { event, name, auth, headers, payload, trace, receivedAt, kiket } = content;
  return (
    content.format === format &&
    [event, name, kiket].every((text) => typeof text === "string") &&
    [auth, payload, trace].every(isJsonObject) &&
    Array.isArray(headers) &&
    typeof receivedAt === "number"
  );
}

/** The name of the delivery, as in `VerifiedDelivery`; empty if the content has none. */
export function nameIn({ name }: JsonObject): string {
  return typeof name === "string" ? name : "";
}

function strangerIn({ kiket, extension }: JobContent, { baseUrl, extensionId }: Program): string | undefined {
  const isOwn = extension === undefined || extensionId === undefined || extension === extensionId;
  return isOwn && kiket === baseUrl ? undefined : `${extension ?? "an extension"} for ${kiket}`;
}

/**
 * The way back: the delivery as the context of its handler needs it. It has been verified when it was stored; a proof of its origin is
 * no part of it. Undefined if this version of the program cannot read the content.
 */
export function deferredIn(content: JsonObject, program: Program): DeferredDelivery | undefined {
  if (!isContent(content)) return undefined;
  const { event, name, deliveryId, auth, headers, payload, trace, receivedAt } = content;
  try {
    const verified: VerifiedDelivery = {
      state: "verified",
      delivery: {
        event,
        mayImplyVersion: false,
        declaredVersion: undefined,
        bodyEvent: undefined,
        pathVersion: undefined,
        search: "",
        headers: new Headers(headers.map(([key, value]): [string, string] => [key, value])),
        body: new Uint8Array(),
        payload: auth.runtimeToken === null ? payload : withToken(payload, auth.runtimeToken),
      },
      auth: Object.freeze({ ...auth, scopes: Object.freeze([...auth.scopes]) }),
      deliveryId,
      name,
      proof: "",
      isDeferred: true,
    };
    return { verified, trace: new Headers({ ...trace }), receivedAt, stranger: strangerIn(content, program) };
  } catch {
    return undefined;
  }
}
