import { createRemoteJWKSet, customFetch, errors, type JWTHeaderParameters } from "jose";
import type { Config } from "./config.js";
import { Refusal, tryAgain } from "./replies.js";

type FindKey = ReturnType<typeof createRemoteJWKSet>;

/** A public key for ES256. */
export type SigningKey = Awaited<ReturnType<FindKey>>;

/**
 * The key that a token's protected header names.
 * @throws {Refusal} 401 where there is no such key, 503 where that cannot be known now.
 */
export type FindSigningKey = (header: JWTHeaderParameters) => Promise<SigningKey>;

/** Known keys are renewed in the background at this age, and no longer trusted past the second one. */
const renewAfter = 10 * 60_000;
const distrustAfter = 24 * 60 * 60_000;
/** How often keys are asked for because of an unknown `kid`, at most: a burst, then one each interval. */
const unknownKeyBurst = 5;
const unknownKeyInterval = 30_000;
const retrySeconds = 30;

function noSuchKey(): Refusal {
  return new Refusal(401, "Invalid token: no such signing key");
}

/**
 * The keys of the configured base URL. They are kept in memory; an unknown `kid` asks again at once, within limits, and
 * while the endpoint is down the known keys keep serving.
 */
export function createSigningKeys({ baseUrl, fetch, now, logger }: Config): FindSigningKey {
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
      throw tryAgain("Signing keys are unavailable", retrySeconds);
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
  /** Undefined where no loaded key has that `kid`. */
  const findLoaded = async (header: JWTHeaderParameters): Promise<SigningKey | undefined> => {
    try {
      return await find(header);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) return undefined;
      if (error instanceof errors.JWKSMultipleMatchingKeys || error instanceof errors.JOSENotSupported)
        throw noSuchKey();
      logger.error("A signing key could not be used", { cause: error });
      throw tryAgain("Signing keys are unavailable", retrySeconds);
    }
  };

  return async (header) => {
    const age = loadedAt === undefined ? Number.POSITIVE_INFINITY : now() - loadedAt;
    if (age < distrustAfter) {
      if (age >= renewAfter && now() - triedAt >= unknownKeyInterval) load().catch(() => undefined);
      const key = await findLoaded(header);
      if (key !== undefined) return key;
      // A key that was rotated in a moment ago looks the same as a forged one, so this must not become a 401.
      if (!mayAskForUnknownKey()) throw tryAgain("Signing keys are being renewed", retrySeconds);
    }
    await load();
    const key = await findLoaded(header);
    if (key === undefined) throw noSuchKey();
    return key;
  };
}
