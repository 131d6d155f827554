import { base64url, decodeJwt, decodeProtectedHeader, type JWTHeaderParameters, type JWTPayload } from "jose";
import { type Id, isId } from "../base/envelope.js";
import { isJsonObject, type JsonObject, member, nonEmptyText } from "../base/json.js";
import type { Config } from "../config/config.js";
import type { Auth } from "../handler/context.js";
import { Refusal } from "../receive/replies.js";
import { createSignatureCheck, findNodeCrypto } from "./es256.js";
import { createSigningKeys } from "./signing-keys.js";

/** A runtime token whose signature and claims were checked. */
export interface VerifiedToken {
  readonly auth: Auth;
  /** The token's `jti`. */
  readonly tokenId: string | undefined;
  /** A key that only this token has. */
  readonly proof: string;
}

/** Checks the token in a payload. */
export type TokenVerifier = (payload: JsonObject) => Promise<VerifiedToken>;

export const issuer = "kiket.dev";
/** How far Kiket's clock may be from this process'. */
const leewaySeconds = 60;
/** Latest time that a Date can hold, in seconds. */
const latestTime = 8.64e12;

function runtimeTokenOf(payload: JsonObject): string {
  const authentication = member(payload, "authentication");
  const token = isJsonObject(authentication) ? nonEmptyText(member(authentication, "runtime_token")) : undefined;
  if (token === undefined) throw new Refusal(401, "Missing runtime_token in payload");
  return token;
}

/** A compact JWS, taken apart (RFC 7515 §7.1); nothing in it was verified. */
interface OpenedToken {
  readonly header: JWTHeaderParameters;
  readonly claims: JWTPayload;
  /** What the signature is over. */
  readonly signed: string;
  readonly signature: Uint8Array;
}

const compactJws = /^([\w-]+\.[\w-]+)\.([\w-]+)$/;

function invalidToken(): Refusal {
  return new Refusal(401, "Invalid token");
}

/** 64 bytes in base64url, of whose last letter four bits must be zero. */
const es256Signature = /^[\w-]{85}[AQgw]$/;

/** The library's errors say more than a forger should learn. */
function decoded<T>(decode: (token: string) => T, token: string): T {
  try {
    return decode(token);
  } catch {
    throw invalidToken();
  }
}

/** Only as a token must be written: a decoder passes over spaces, padding and bits that are left, which a header does not. */
function openToken(token: string): OpenedToken {
  const [, signed, signature] = compactJws.exec(token) ?? [];
  if (signed === undefined || signature === undefined) throw invalidToken();
  const header = decoded(decodeProtectedHeader, token) as JWTHeaderParameters;
  checkHeader(header);
  if (!es256Signature.test(signature)) throw invalidToken();
  return { header, claims: decoded(decodeJwt, token), signed, signature: base64url.decode(signature) };
}

/** The algorithm is ours to choose, not the token's; an extension that must be understood is not (RFC 7515 §4.1.11). */
function checkHeader({ alg, crit }: JWTHeaderParameters): void {
  if (alg !== "ES256") throw new Refusal(401, "Invalid token: only ES256 is accepted");
  if (crit !== undefined) throw invalidToken();
}

function claimFault(claim: string): Refusal {
  return new Refusal(401, `Invalid token claim: ${claim}`);
}

function scopesOf({ scopes }: JWTPayload): readonly string[] {
  if (scopes === undefined || scopes === null) return [];
  if (!Array.isArray(scopes) || !scopes.every((scope) => typeof scope === "string")) throw claimFault("scopes");
  return scopes;
}

function idOf(claim: unknown): Id | null {
  return isId(claim) ? claim : null;
}

/**
 * What a token says (wire contract §1.8, RFC 7519 §4.1), with its times checked to within a leeway in seconds.
 * @throws {Refusal} naming the claim that is missing, malformed or out of time.
 */
export function readClaims(runtimeToken: string, claims: JWTPayload, nowSeconds: number, leeway: number): Auth {
  const { iss, exp, iat, nbf = iat } = claims as Readonly<Record<string, unknown>>;
  if (iss !== issuer) throw new Refusal(401, "Invalid token issuer");
  if (typeof iat !== "number" || !(iat <= nowSeconds + leeway)) throw claimFault("iat");
  if (typeof nbf !== "number" || !(nbf <= nowSeconds + leeway)) throw claimFault("nbf");
  if (typeof exp !== "number" || !(Math.abs(exp) <= latestTime)) throw claimFault("exp");
  if (exp <= nowSeconds - leeway) throw new Refusal(401, "Runtime token has expired");
  return {
    runtimeToken,
    tokenType: "runtime",
    expiresAt: new Date(exp * 1000).toISOString(),
    scopes: scopesOf(claims),
    orgId: idOf(claims.org_id),
    extId: idOf(claims.ext_id),
    projId: idOf(claims.proj_id),
  };
}

/**
 * Each token is made for one delivery, so its `jti` names that. Without one what was signed does, with the signature's `r`: two
 * tokens of one second differ in that alone, and it is the half of a signature that can be written in one way only.
 */
function proofOf({ signed, signature }: OpenedToken, tokenId: string | undefined, { orgId, extId }: Auth): string {
  const id = tokenId ?? `${signed} ${base64url.encode(signature.subarray(0, signature.length / 2))}`;
  return `token ${orgId} ${extId} ${id}`;
}

/**
 * Makes the check of a runtime token: ES256, issuer `kiket.dev`, with `exp` and `iat`, signed by a key of the configured base
 * URL, and of the extension expected where one is configured. Nothing in the body chooses where keys come from.
 */
export function createTokenVerifier(config: Config): TokenVerifier {
  const requireSigned = createSigningKeys(config);
  const isSigned = createSignatureCheck(findNodeCrypto());
  const { expectedExtId } = config.inbound;
  return async (received) => {
    const token = runtimeTokenOf(received);
    const opened = openToken(token);
    const { header, claims, signed, signature } = opened;
    await requireSigned(header, (key) => isSigned(key, signed, signature));
    const auth = readClaims(token, claims, config.now() / 1000, leewaySeconds);
    if (expectedExtId !== undefined && auth.extId?.toString() !== expectedExtId) throw claimFault("ext_id");
    const tokenId = nonEmptyText(claims.jti);
    return { auth, tokenId, proof: proofOf(opened, tokenId, auth) };
  };
}
