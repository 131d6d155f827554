import { createRemoteJWKSet, customFetch, errors, type JWTHeaderParameters, type JWTPayload, jwtVerify } from "jose";
import type { Config } from "./config.js";
import type { Auth } from "./context.js";
import type { Id } from "./handler.js";
import { isJsonObject, type JsonObject, member, nonEmptyText } from "./json.js";
import { Refusal, tryAgain } from "./replies.js";

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

const issuer = "kiket.dev";
const leewaySeconds = 60;
/** Latest time that a Date can hold, in seconds. */
const latestTime = 8.64e12;
/** Known keys are renewed in the background at this age, and no longer trusted past the second one. */
const renewAfter = 10 * 60_000;
const distrustAfter = 24 * 60 * 60_000;
/** How often keys are asked for because of an unknown `kid`, at most: a burst, then one each interval. */
const unknownKeyBurst = 5;
const unknownKeyInterval = 30_000;

type FindKey = ReturnType<typeof createRemoteJWKSet>;
type KeyHeader = JWTHeaderParameters;

/** Whether a failed key lookup condemns the token, rather than saying that keys could not be had. */
function isTokenFault(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}

/**
 * The keys of the configured base URL. They are kept in memory; an unknown `kid` asks again at once, within limits, and
 * while the endpoint is down the known keys keep serving.
 */
function createKeys({ baseUrl, fetch, now, logger }: Config): (header: KeyHeader) => ReturnType<FindKey> {
  let loadedAt: number | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;
  let allowance = unknownKeyBurst;
  let allowedAt = now();

  const find = createRemoteJWKSet(new URL(`${baseUrl}/.well-known/jwks.json`), {
    // Age and renewal are decided here, by the configured clock.
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: Number.POSITIVE_INFINITY,
    [customFetch]: (url, init) => fetch(url, init),
  });
  const load = async (): Promise<void> => {
    triedAt = now();
    try {
      await find.reload();
      loadedAt = now();
    } catch (error) {
      logger.warn("Signing keys could not be loaded", { url: `${baseUrl}/.well-known/jwks.json`, cause: error });
      throw tryAgain("Signing keys are unavailable", 30);
    }
  };
  const mayAskForUnknownKey = (): boolean => {
    const earned = Math.floor((now() - allowedAt) / unknownKeyInterval);
    if (earned > 0) {
      allowance = Math.min(unknownKeyBurst, allowance + earned);
      allowedAt = now();
    }
    if (allowance === 0) return false;
    allowance -= 1;
    return true;
  };
  const findLoaded = async (header: KeyHeader): ReturnType<FindKey> => {
    try {
      return await find(header);
    } catch (error) {
      if (isTokenFault(error)) throw error;
      logger.error("A signing key could not be used", { cause: error });
      throw tryAgain("Signing keys are unavailable", 30);
    }
  };

  return async (header) => {
    const age = loadedAt === undefined ? Number.POSITIVE_INFINITY : now() - loadedAt;
    if (age >= distrustAfter) {
      await load();
      return findLoaded(header);
    }
    if (age >= renewAfter && now() - triedAt >= unknownKeyInterval) load().catch(() => undefined);
    try {
      return await findLoaded(header);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // A key that was rotated in a moment ago looks the same as a forged one, so this must not become a 401.
      if (!mayAskForUnknownKey()) throw tryAgain("Signing keys are being renewed", 30);
      await load();
      return findLoaded(header);
    }
  };
}

function runtimeTokenOf(payload: JsonObject): string {
  const authentication = member(payload, "authentication");
  const token = isJsonObject(authentication) ? nonEmptyText(member(authentication, "runtime_token")) : undefined;
  if (token === undefined) throw new Refusal(401, "Missing runtime_token in payload");
  return token;
}

function messageFor(error: unknown): string {
  if (error instanceof errors.JWTExpired) return "Runtime token has expired";
  if (error instanceof errors.JWSSignatureVerificationFailed) return "Invalid token signature";
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.claim === "iss" ? "Invalid token issuer" : `Invalid token claim: ${error.claim}`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return "Invalid token: only ES256 is accepted";
  if (isTokenFault(error)) return "Invalid token: no such signing key";
  return "Invalid token";
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
  return typeof claim === "number" || typeof claim === "string" ? claim : null;
}

/** Wire contract §1.8. The claims' signature, issuer and expiry were checked before. */
function readClaims(runtimeToken: string, claims: JWTPayload, nowSeconds: number): Auth {
  const { exp, iat } = claims;
  if (typeof exp !== "number" || !(Math.abs(exp) <= latestTime)) throw claimFault("exp");
  if (typeof iat !== "number" || !(iat <= nowSeconds + leewaySeconds)) throw claimFault("iat");
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
 * Each token is made for one delivery, so its `jti` names that. Without one its claims do, as they were signed: the signature
 * itself can be written in two ways.
 */
function proofOf(token: string, tokenId: string | undefined, { orgId, extId }: Auth): string {
  return `token ${orgId} ${extId} ${tokenId ?? token.split(".", 2)[1]}`;
}

/**
 * Makes the check of a runtime token: ES256, issuer `kiket.dev`, with `exp` and `iat`, signed by a key of the configured base
 * URL, and of the extension expected where one is configured. Nothing in the body chooses where keys come from.
 */
export function createTokenVerifier(config: Config): TokenVerifier {
  const findKey = createKeys(config);
  const { expectedExtId } = config.inbound;
  const fixed = { algorithms: ["ES256"], issuer, requiredClaims: ["exp", "iat"], clockTolerance: leewaySeconds };
  return async (received) => {
    const token = runtimeTokenOf(received);
    const now = config.now();
    try {
      const { payload } = await jwtVerify(token, findKey, { ...fixed, currentDate: new Date(now) });
      const auth = readClaims(token, payload, now / 1000);
      if (expectedExtId !== undefined && auth.extId?.toString() !== expectedExtId) throw claimFault("ext_id");
      const tokenId = nonEmptyText(payload.jti);
      return { auth, tokenId, proof: proofOf(token, tokenId, auth) };
    } catch (error) {
      throw error instanceof Refusal ? error : new Refusal(401, messageFor(error));
    }
  };
}
