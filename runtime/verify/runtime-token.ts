import { toBase64Url } from "../base/bytes.js";
import { type Id, isId } from "../base/envelope.js";
import { isJsonObject, type JsonObject, member, nonEmptyText } from "../base/json.js";
import type { Config } from "../config/config.js";
import type { Auth } from "../handler/context.js";
import { type FailureReason, Refusal, tryAgain } from "../receive/failure.js";
import { type CompactJws, createJwsReader } from "./compact-jws.js";
import { createSignatureCheck, findNodeCrypto } from "./es256.js";
import { createSigningKeys } from "./signing-keys.js";

/** A runtime token with a valid signature and valid claims. */
export interface VerifiedToken {
  readonly auth: Auth;
  /** The token's `jti`. */
  readonly tokenId: string | undefined;
  /** A text that no other token has. */
  readonly proof: string;
}

/** Checks the token in a payload. */
type TokenVerifier = (payload: JsonObject) => Promise<VerifiedToken>;

export const issuer = "kiket.dev";
/** How far Kiket's clock may be from the clock of this process. */
const leewaySeconds = 60;
/** The latest time of a `Date`, in seconds. */
const latestTime = 8.64e12;

function runtimeTokenOf(payload: JsonObject): string {
  const authentication = member(payload, "authentication");
  const token = isJsonObject(authentication) ? nonEmptyText(member(authentication, "runtime_token")) : undefined;
  if (token === undefined) throw new Refusal(401, "token-missing", "Missing runtime_token in payload");
  return token;
}

function invalidClaim(claim: string, reason: FailureReason = "token-claim"): Refusal {
  return new Refusal(401, reason, `Invalid token claim: ${claim}`);
}

/** A token from the future comes from Kiket, as its signature proves: the clock of this process is wrong. It may be right later. */
function requireBegun(claim: string, time: unknown, latest: number): void {
  if (typeof time !== "number" || !(Math.abs(time) <= latestTime)) throw invalidClaim(claim);
  if (time > latest)
    throw tryAgain("token-not-valid-yet", `Runtime token is not valid yet (${claim}): check the clock of this process`);
}

function scopesOf({ scopes }: JsonObject): readonly string[] {
  if (scopes === undefined || scopes === null) return [];
  if (!Array.isArray(scopes) || !scopes.every((scope) => typeof scope === "string")) throw invalidClaim("scopes");
  return scopes;
}

function idOf(claim: unknown): Id | null {
  return isId(claim) ? claim : null;
}

/**
 * Reads the claims of a token (RFC 7519, section 4.1), and checks its times with a leeway in seconds.
 * @throws {Refusal} 401 if a claim is missing, malformed or expired, 503 if it is not valid yet. The message contains its name.
 */
export function readClaims(runtimeToken: string, claims: JsonObject, nowSeconds: number, leeway: number): Auth {
  // See facts 161 to 163.
  const { iss, exp, iat, nbf = iat } = claims;
  if (iss !== issuer) throw new Refusal(401, "token-issuer", "Invalid token issuer");
  requireBegun("iat", iat, nowSeconds + leeway);
  requireBegun("nbf", nbf, nowSeconds + leeway);
  if (typeof exp !== "number" || !(Math.abs(exp) <= latestTime)) throw invalidClaim("exp");
  if (exp <= nowSeconds - leeway) throw new Refusal(401, "token-expired", "Runtime token has expired");
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
 * A text that identifies the token: its `jti`, because each token is made for one delivery; else the signed text and the `r` of
 * the signature. Two tokens of the same second may differ only in the signature, and `r` is the half of it that nobody can change
 * without making it invalid.
 */
function proofOf({ signed, signature }: CompactJws, tokenId: string | undefined, { orgId, extId }: Auth): string {
  const id = tokenId ?? `${signed} ${toBase64Url(signature.subarray(0, signature.length / 2))}`;
  return `token ${orgId} ${extId} ${id}`;
}

/**
 * Makes the check of runtime tokens: ES256, issuer `kiket.dev`, with `exp` and `iat`, signed with a key of the configured base
 * URL, and for the expected extension if one is configured. Nothing in the body can choose where the keys come from.
 */
export function createTokenVerifier(config: Config): TokenVerifier {
  // Most SDKs take the base of the keys from the unverified body (fact 166).
  const requireSigned = createSigningKeys(config);
  const isSigned = createSignatureCheck(findNodeCrypto());
  const read = createJwsReader();
  const { expectedExtId } = config.inbound;
  return async (received) => {
    const token = runtimeTokenOf(received);
    const parsed = read(token);
    const { kid, claims, signed, signature } = parsed;
    await requireSigned(kid, (key) => isSigned(key, signed, signature));
    const auth = readClaims(token, claims, config.now() / 1000, leewaySeconds);
    if (expectedExtId !== undefined && auth.extId?.toString() !== expectedExtId) {
      throw invalidClaim("ext_id", "token-of-other-extension");
    }
    const tokenId = nonEmptyText(claims.jti);
    return { auth, tokenId, proof: proofOf(parsed, tokenId, auth) };
  };
}
