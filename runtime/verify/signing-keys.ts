import { createRemoteJWKSet, customFetch, errors, type JWTHeaderParameters } from "jose";
import { createLoads } from "../base/coalesced-loads.js";
import { isWorker } from "../base/process.js";
import { createAllowance } from "../base/rate-limiter.js";
import type { Config } from "../config/config.js";
import { Refusal, tryAgain } from "../receive/replies.js";

type FindKey = ReturnType<typeof createRemoteJWKSet>;

/** A public key for ES256. */
export type SigningKey = Awaited<ReturnType<FindKey>>;

/**
 * Finds the key that made a signature, among those that a token's protected header may mean.
 * @throws {Refusal} 401 where no key made it, 503 where that cannot be known now.
 */
type RequireSigned = (header: JWTHeaderParameters, isSignedBy: (key: SigningKey) => Promise<boolean>) => Promise<void>;

/** Known keys are renewed in the background at this age, and no longer trusted past the second one. */
const renewAfter = 10 * 60_000;
const distrustAfter = 24 * 60 * 60_000;
/** How often keys are asked for because of an unknown `kid`, at most. */
const unknownKeyBurst = 5;
const unknownKeyInterval = 30_000;
/** And how often while none are known: each token that is no token would ask for them. */
const firstKeysBurst = 5;
const firstKeysInterval = 1_000;

/**
 * The keys of the configured base URL. They are kept in memory; an unknown key is asked for at once, within limits, and
 * while the endpoint is down the known keys keep serving.
 */
export function createSigningKeys({ baseUrl, fetch, now, logger }: Config): RequireSigned {
  const url = `${baseUrl}/.well-known/jwks.json`;
  let loadedAt: number | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;
  const takeUnknown = createAllowance(unknownKeyBurst, unknownKeyInterval, now);
  const takeFirst = createAllowance(firstKeysBurst, firstKeysInterval, now);

  const find = createRemoteJWKSet(new URL(url), {
    // Age and renewal are decided here, by the configured clock.
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: Number.POSITIVE_INFINITY,
    [customFetch]: (input, init) => fetch(input, init),
  });
  const load = async (): Promise<void> => {
    triedAt = now();
    try {
      await find.reload();
      loadedAt = now();
    } catch (error) {
      logger.warn("Signing keys could not be loaded", { url, cause: error });
      throw tryAgain("Signing keys are unavailable");
    }
  };
  const loads = createLoads(load, !isWorker());
  /** The loaded keys that a header may mean: all of them where it names none. */
  const candidates = async (header: JWTHeaderParameters): Promise<readonly SigningKey[]> => {
    try {
      return [await find(header)];
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) return [];
      if (error instanceof errors.JWKSMultipleMatchingKeys) {
        const keys: SigningKey[] = [];
        for await (const key of error) keys.push(key);
        return keys;
      }
      logger.error("A signing key could not be used", { cause: error });
      throw tryAgain("Signing keys are unavailable");
    }
  };

  return async (header, isSignedBy) => {
    const check = async (): Promise<"signed" | "forged" | "no such key"> => {
      const keys = await candidates(header);
      for (const key of keys) if (await isSignedBy(key)) return "signed";
      return keys.length > 0 ? "forged" : "no such key";
    };
    const begun = loads.begun();
    const age = loadedAt === undefined ? Number.POSITIVE_INFINITY : now() - loadedAt;
    if (age < distrustAfter) {
      if (age >= renewAfter && now() - triedAt >= unknownKeyInterval) loads.join().catch(() => undefined);
    } else {
      if (!loads.isUnderWay() && !takeFirst()) throw tryAgain("Signing keys are unavailable");
      await loads.join();
    }
    let verdict = await check();
    // Where the token names no key, it may be of one that is not loaded.
    if (verdict === "no such key" || (verdict === "forged" && header.kid === undefined)) {
      // A key that was rotated in a moment ago looks the same as a forged one, so this must not become a 401; nor may keys
      // that were asked for before it came in decide.
      if (loads.isNeededSince(begun) && !takeUnknown()) throw tryAgain("Signing keys are being renewed");
      await loads.since(begun);
      verdict = await check();
    }
    if (verdict === "forged") throw new Refusal(401, "Invalid token signature");
    if (verdict === "no such key") throw new Refusal(401, "Invalid token: no such signing key");
  };
}
