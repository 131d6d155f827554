import { fromBase64Url } from "../base/bytes.js";
import { isJsonObject, type JsonObject } from "../base/json.js";
import { Refusal } from "../receive/failure.js";

/** The parts of a compact JWS (RFC 7515, section 7.1) whose header says ES256. Its signature is not checked. */
export interface CompactJws {
  readonly kid: string | undefined;
  readonly claims: JsonObject;
  /** The text that the signature covers. */
  readonly signed: string;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

const threeParts = /^(([\w-]+)\.([\w-]+))\.([\w-]+)$/;
/** 64 bytes in base64url. The last four bits of the last letter are not used and must be zero. */
const es256Signature = /^[\w-]{85}[AQgw]$/;
const decoder = new TextDecoder("utf-8", { fatal: true });

/** The caller does not get the detail. */
function invalidToken(detail: string): Refusal {
  return new Refusal(401, "token-malformed", "Invalid token", { detail });
}

function objectIn(part: string): JsonObject {
  try {
    const value: unknown = JSON.parse(decoder.decode(fromBase64Url(part)));
    if (isJsonObject(value)) return value;
  } catch {
    // The error would tell an attacker too much.
  }
  throw invalidToken("A part of the token is not a JSON object in base64url");
}

/** The token cannot choose the algorithm, and no extension in `crit` is supported (RFC 7515, section 4.1.11). */
function kidIn({ alg, crit, kid }: JsonObject): string | undefined {
  if (alg !== "ES256") throw new Refusal(401, "token-algorithm", "Invalid token: only ES256 is accepted");
  // `null`, which some serializers write, means that there is none.
  if (crit === undefined && (kid === undefined || kid === null || typeof kid === "string")) return kid ?? undefined;
  throw invalidToken("The header of the token has `crit`, of which nothing is supported, or a `kid` that is no text");
}

/**
 * Makes a function that takes a token apart. It accepts one spelling of a token only: a decoder would ignore unused bits in the signature.
 * It keeps the last header, since all tokens of one key have the same. Not the library jose, which loads forty files for this.
 * @throws {Refusal} 401 if the token is malformed, or for another algorithm.
 */
export function createJwsReader(): (token: string) => CompactJws {
  let last: { readonly header: string; readonly kid: string | undefined } | undefined;
  return (token) => {
    const [, signed, header, claims, signature] = threeParts.exec(token) ?? [];
    if (signed === undefined || header === undefined || claims === undefined || signature === undefined)
      throw invalidToken("The token has not three parts in base64url");
    if (last?.header !== header) last = { header, kid: kidIn(objectIn(header)) };
    if (!es256Signature.test(signature)) throw invalidToken("The signature of the token is not one of ES256");
    return { kid: last.kid, claims: objectIn(claims), signed, signature: fromBase64Url(signature) };
  };
}
