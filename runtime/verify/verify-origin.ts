import { hexOf, sha256 } from "../base/digest.js";
import { headerNames } from "../base/headers.js";
import { type JsonObject, member, nonEmptyText } from "../base/json.js";
import type { Config } from "../config/config.js";
import type { Auth } from "../handler/context.js";
import { type Delivery, parsePayload } from "../receive/delivery.js";
import { Refusal } from "../receive/replies.js";
import { createHmacVerifier } from "./hmac.js";
import { type Normalised, normalise } from "./normalise-envelope.js";
import { createTokenVerifier, type VerifiedToken } from "./runtime-token.js";

/** A delivery whose origin was proved; only `createVerifier` makes one. */
export interface VerifiedDelivery {
  readonly state: "verified";
  readonly delivery: OpenedDelivery;
  readonly auth: Auth;
  /** The platform's id of the delivery; the same in every redelivery. */
  readonly deliveryId: string | undefined;
  /** What the delivery is called: its id, else its token's, else one that the same request has again. */
  readonly name: string;
  /** What proved the origin, as a key: another delivery cannot have the same. */
  readonly proof: string;
}

/** A delivery with its body read: in the shape that handlers see. */
export interface OpenedDelivery extends Omit<Delivery, "state" | "event"> {
  readonly event: string;
  /** True where the body named the event. */
  readonly isNamedByBody: boolean;
  readonly payload: JsonObject;
}

export type Verifier = (delivery: Delivery) => Promise<VerifiedDelivery>;

const encoder = new TextEncoder();

/** An HMAC says that Kiket sent it, and nothing about for whom. */
const anonymous: Auth = Object.freeze({
  runtimeToken: null,
  tokenType: null,
  expiresAt: null,
  scopes: Object.freeze([]),
  orgId: null,
  extId: null,
  projId: null,
});

function eventOf(fromPath: string | undefined, fromBody: string | undefined, isBodySigned: boolean): string {
  if (fromPath === undefined) {
    if (fromBody === undefined) throw new Refusal(400, "Event name required: give it as event or type in the body.");
    return fromBody;
  }
  // A signed body sent again to another event's path would run a handler that it was not meant for.
  if (isBodySigned && fromBody !== undefined && fromBody !== fromPath) {
    throw new Refusal(400, "The event in the path is not the one in the signed body");
  }
  return fromPath;
}

async function hashOf(bytes: Uint8Array): Promise<string> {
  return `sha256:${hexOf(await sha256(new Uint8Array(bytes)))}`;
}

/**
 * Whether the same bytes are the same delivery: they hold the time of what happened, and no token, which is another one in each
 * attempt.
 */
function isKnownByBytes({ family, payload }: Normalised, verified: VerifiedToken | undefined): boolean {
  return family === "flat" || (verified === undefined && nonEmptyText(member(payload, "received_at")) !== undefined);
}

/**
 * What the platform calls a delivery, in each attempt the same. A webhook is told by its body's `id` (wire contract §1.10),
 * which a signature covers; the platform's own deliveries by the header, which none ever covers.
 */
function deliveryIdOf({ family, id }: Normalised, headers: Headers): string | undefined {
  const header = nonEmptyText(headers.get(headerNames.delivery));
  return family === "identified" ? (id ?? header) : (header ?? id);
}

/**
 * Makes the check of a delivery's origin, as configured. The signature comes first: it is over the raw bytes, which need not
 * even be JSON.
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
    const id = deliveryIdOf(normalised, headers);
    const deliveryId = id ?? (isKnownByBytes(normalised, verified) ? await hashOf(body) : undefined);
    return {
      state: "verified",
      delivery: {
        event: eventOf(delivery.event, normalised.event, signature !== undefined),
        isNamedByBody: delivery.event === undefined,
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
