import { createRemoteJWKSet, customFetch, errors, type JWTHeaderParameters } from "jose";
import { createCoalescedLoads } from "../base/coalesced-loads.js";
import { isWorker } from "../base/process.js";
import { createRateLimiter } from "../base/rate-limiter.js";
import type { Config } from "../config/config.js";
import { Refusal, tryAgain } from "../receive/replies.js";

type FindKey = ReturnType<typeof createRemoteJWKSet>;

/** A public key for ES256. */
export type SigningKey = Awaited<ReturnType<FindKey>>;

/**
 * Checks that a signature was made with one of the keys that the token's protected header can mean.
 * @throws {Refusal} 401 if none of them made it, 503 if the keys are not available.
 */
type RequireSigned = (header: JWTHeaderParameters, isSignedBy: (key: SigningKey) => Promise<boolean>) => Promise<void>;

/** From the first age, known keys are refreshed in the background. From the second age, they are no longer trusted. */
const refreshAfter = 10 * 60_000;
const distrustAfter = 24 * 60 * 60_000;
/** How often keys may be loaded because of an unknown `kid`: a burst, then once per interval in milliseconds. */
const unknownKeyBurst = 5;
const unknownKeyInterval = 30_000;
/** How often keys may be loaded while none are known. Without a limit each forged token would load them. */
const firstKeysBurst = 5;
const firstKeysInterval = 1_000;

/**
 * Makes the check with the keys of the configured base URL. They are kept in memory. A token with an unknown key makes them load
 * again, within limits. While Kiket cannot be reached, the known keys stay in use.
 */
export function createSigningKeys({ baseUrl, fetch, now, logger }: Config): RequireSigned {
  // The address, and what the SDKs do: facts 164 and 165.
  const url = `${baseUrl}/.well-known/jwks.json`;
  let loadedAt: number | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;
  const takeUnknown = createRateLimiter(unknownKeyBurst, unknownKeyInterval, now);
  const takeFirst = createRateLimiter(firstKeysBurst, firstKeysInterval, now);

  const find = createRemoteJWKSet(new URL(url), {
    // The code below decides when to load, by the configured clock.
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
  const loads = createCoalescedLoads(load, !isWorker());
  /** The loaded keys that a header can mean: all of them if it has no `kid`. */
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
      if (age >= refreshAfter && now() - triedAt >= unknownKeyInterval) loads.join().catch(() => undefined);
    } else {
      if (!loads.isUnderWay() && !takeFirst()) throw tryAgain("Signing keys are unavailable");
      await loads.join();
    }
    let verdict = await check();
    // A token without `kid` may be signed with a key that is not loaded yet.
    if (verdict === "no such key" || (verdict === "forged" && header.kid === undefined)) {
      // A new key of Kiket cannot be told from a forged one until the keys are loaded again. Only a load that started after the
      // token arrived may decide, and while none is allowed the response is 503, not 401.
      if (loads.isNeededSince(begun) && !takeUnknown())
        throw tryAgain("Unknown signing key, and the keys cannot be loaded again yet");
      await loads.since(begun);
      verdict = await check();
    }
    if (verdict === "forged") throw new Refusal(401, "Invalid token signature");
    if (verdict === "no such key") throw new Refusal(401, "Invalid token: no such signing key");
  };
}
