import { hexOf, sha256 } from "../base/digest.js";
import { headerNames, singleValue } from "../base/headers.js";
import { type JsonObject, member, nonEmptyText } from "../base/json.js";
import type { Config } from "../config/config.js";
import type { Auth } from "../handler/context.js";
import { type Delivery, parsePayload } from "../receive/delivery.js";
import { eventOf } from "./event-of.js";
import { createHmacVerifier } from "./hmac.js";
import { type Normalised, normalise } from "./normalise-envelope.js";
import { createTokenVerifier, type VerifiedToken } from "./runtime-token.js";

/** A delivery that was proved to come from Kiket. Only `createVerifier` makes one, and `deferredIn` the same again for a later run. */
export interface VerifiedDelivery {
  readonly state: "verified";
  readonly delivery: ParsedDelivery;
  readonly auth: Auth;
  /** Kiket's id of the delivery, the same in every attempt. */
  readonly deliveryId: string | undefined;
  /** The name of the delivery for handlers and logs: its id, else the token's id, else a hash of `proof`. */
  readonly name: string;
  /** A text for the token or signature. No other delivery can have the same. Empty in a deferred run. */
  readonly proof: string;
  /** True if it was answered before its handler runs: its token may have expired since. */
  readonly isDeferred?: true;
}

/** A delivery whose body is parsed and has the shape that handlers see. */
export interface ParsedDelivery extends Omit<Delivery, "state" | "event" | "eventPath"> {
  /** As it was sent. If path and body have the two names of one event, `issue.*` and `case.*`, that of the body. */
  readonly event: string;
  /** False if the request's path names the event. Then it must name the version too, or a header or the query must. */
  readonly mayImplyVersion: boolean;
  /** The version that the configuration names for the path, if neither request nor body names one. */
  readonly declaredVersion: string | undefined;
  /** The event that the body names, if the path names another one, which counts. */
  readonly bodyEvent: string | undefined;
  readonly payload: JsonObject;
}

export type Verifier = (delivery: Delivery) => Promise<VerifiedDelivery>;

const encoder = new TextEncoder();

/** An HMAC proves that Kiket sent the delivery, but does not name an organization or extension. */
const anonymous: Auth = Object.freeze({
  runtimeToken: null,
  tokenType: null,
  expiresAt: null,
  scopes: Object.freeze([]),
  orgId: null,
  extId: null,
  projId: null,
});

async function hashOf(bytes: Uint8Array): Promise<string> {
  return `sha256:${hexOf(await sha256(new Uint8Array(bytes)))}`;
}

/**
 * Whether the same bytes mean the same delivery: the body contains the time of the event, and no token, which would differ in
 * each attempt.
 */
function isKnownByBytes({ family, payload }: Normalised, verified: VerifiedToken | undefined): boolean {
  return family === "flat" || (verified === undefined && nonEmptyText(member(payload, "received_at")) !== undefined);
}

/**
 * Kiket's id of a delivery, the same in every attempt. A webhook has it as `id` in its body (fact 187), where a signature covers
 * it. Other deliveries have it in the header `X-Kiket-Delivery` (fact 145), which no signature covers.
 */
function deliveryIdOf({ family, id }: Normalised, headers: Headers): string | undefined {
  const header = singleValue(headers, headerNames.delivery);
  return family === "identified" ? (id ?? header) : (header ?? id);
}

/**
 * Makes the configured check that deliveries come from Kiket. The signature is checked first, since it covers the raw bytes,
 * which may not even be JSON.
 */
export function createVerifier(config: Config): Verifier {
  const { hmac, token, limits } = config.inbound;
  const verifyHmac = hmac === undefined ? undefined : createHmacVerifier(hmac, config.now);
  const verifyToken = token ? createTokenVerifier(config) : undefined;
  return async (delivery) => {
    const signature = verifyHmac === undefined ? undefined : await verifyHmac(delivery);
    const received = parsePayload(delivery.body, limits);
    const verified: VerifiedToken | undefined = verifyToken === undefined ? undefined : await verifyToken(received);
    const normalised = normalise(received);
    const { pathVersion, search, headers, body } = delivery;
    const proof = verified?.proof ?? `hmac ${signature}`;
    const { event, version } = eventOf(delivery, normalised.event, signature !== undefined);
    const id = deliveryIdOf(normalised, headers);
    const deliveryId = id ?? (isKnownByBytes(normalised, verified) ? await hashOf(body) : undefined);
    return {
      state: "verified",
      delivery: {
        event,
        mayImplyVersion: delivery.event === undefined || delivery.eventPath !== undefined,
        declaredVersion: version,
        bodyEvent: normalised.event === event ? undefined : normalised.event,
        pathVersion,
        search,
        headers,
        body,
        payload: normalised.payload,
      },
      auth: verified?.auth ?? anonymous,
      deliveryId,
      name: deliveryId ?? verified?.tokenId ?? (await hashOf(encoder.encode(proof))),
      proof,
    };
  };
}
