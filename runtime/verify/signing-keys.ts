import { createCoalescedLoads } from "../base/coalesced-loads.js";
import { KiketError } from "../base/errors.js";
import { isWorker } from "../base/process.js";
import { createRateLimiter } from "../base/rate-limiter.js";
import type { Config } from "../config/config.js";
import { Refusal, tryAgain } from "../receive/failure.js";
import { describeUnusable, type KeySet, loadKeySet, type SigningKey } from "./key-set.js";

/**
 * Checks that a signature was made with the key of this `kid`, or with any key if the token has no `kid`.
 * @throws {Refusal} 401 if none of them made it, 503 if that cannot be decided yet.
 */
type RequireSigned = (kid: string | undefined, isSignedBy: (key: SigningKey) => Promise<boolean>) => Promise<void>;

type Verdict = "signed" | "forged" | "no such key" | "unusable key";

/** From the first age, known keys are refreshed in the background. From the second age, they are no longer trusted. */
const refreshAfter = 10 * 60_000;
const distrustAfter = 24 * 60 * 60_000;
/** Between two tries to refresh them, in milliseconds. */
const refreshInterval = 30_000;
/** How often keys may be loaded again because a token cannot be verified: a burst, then once per interval in milliseconds. */
const reloadBurst = 5;
const reloadInterval = 5_000;
/** How often keys may be loaded while none are known. Without a limit each forged token would load them. */
const firstKeysBurst = 5;
const firstKeysInterval = 1_000;
/** Tokens that may wait for keys at the same time. Without a limit forged ones could take the place of every good delivery. */
const mostWaiting = 64;

function verdictWithout({ unusable }: KeySet, kid: string | undefined, isKnown: boolean): Verdict {
  // A key that Kiket publishes in a form that cannot be used is not revoked: it may be mended.
  if (unusable.some((key) => (kid === undefined ? key.isBroken : key.kid === kid))) return "unusable key";
  return isKnown ? "forged" : "no such key";
}

/**
 * Makes the check with the keys of the configured base URL. They are kept in memory. A token that they do not verify makes them
 * load again, within limits. While Kiket cannot be reached, or its keys cannot be used, the known keys stay in use.
 */
export function createSigningKeys({ baseUrl, fetch, ages, logger }: Config): RequireSigned {
  // The address, and what the SDKs do: facts 164 and 165.
  const url = `${baseUrl}/.well-known/jwks.json`;
  const isShared = !isWorker();
  let known: { readonly set: KeySet; readonly loadedAt: number; readonly load: number } | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;
  let started = 0;
  let waiting = 0;
  const takeReload = createRateLimiter(reloadBurst, reloadInterval, ages);
  const takeFirst = createRateLimiter(firstKeysBurst, firstKeysInterval, ages);

  const load = async (): Promise<void> => {
    started += 1;
    const current = started;
    const loadedAt = ages();
    triedAt = loadedAt;
    const loaded = await loadKeySet(url, fetch, known?.set).catch((cause: unknown) => {
      logger.warn("Signing keys could not be loaded", { url, cause });
      throw tryAgain("signing-keys-unavailable", "Signing keys are unavailable");
    });
    if ("why" in loaded) {
      const next = known === undefined ? "" : "; the keys of an earlier response stay in use, for 24 h at most";
      logger.error(`Kiket answered without usable signing keys${next}`, { url, cause: new KiketError(loaded.why) });
      throw tryAgain("signing-keys-unavailable", "Signing keys are unavailable");
    }
    const broken = loaded.set.unusable.filter(({ isBroken }) => isBroken);
    if (broken.length > 0) {
      logger.error("Some of Kiket's signing keys cannot be used", {
        url,
        cause: new KiketError(describeUnusable(broken)),
      });
    }
    // Where loads are not shared, an earlier one may end later.
    if (known === undefined || known.load < current) known = { set: loaded.set, loadedAt, load: current };
  };
  const loads = createCoalescedLoads(load, isShared);

  /** Loads the keys first if none are known, or if they are too old to be trusted. Undefined if nothing has to wait. */
  const requireKeys = (): Promise<void> | undefined => {
    const age = known === undefined ? Number.POSITIVE_INFINITY : ages() - known.loadedAt;
    if (age >= distrustAfter) {
      if (!loads.isUnderWay() && !takeFirst())
        throw tryAgain("signing-keys-unavailable", "Signing keys are unavailable");
      return loads.join();
    }
    if (age >= refreshAfter && ages() - triedAt >= refreshInterval) loads.join().catch(() => undefined);
    return undefined;
  };

  /** Waits for a load that started after the first `begun` ones. */
  const reload = async (begun: number): Promise<void> => {
    if ((isShared && waiting >= mostWaiting) || (loads.isNeededSince(begun) && !takeReload())) {
      throw tryAgain(
        "signing-keys-unavailable",
        "The token cannot be verified with the known signing keys, and they cannot be loaded again yet",
      );
    }
    waiting += 1;
    try {
      await loads.since(begun);
    } finally {
      waiting -= 1;
    }
  };

  return async (kid, isSignedBy) => {
    const check = async (): Promise<Verdict> => {
      if (known === undefined) throw tryAgain("signing-keys-unavailable", "Signing keys are unavailable");
      const { set } = known;
      const named = kid === undefined ? [...set.byKid.values()].flat() : (set.byKid.get(kid) ?? []);
      const candidates = [...named, ...set.nameless];
      for (const key of candidates) if (await isSignedBy(key)) return "signed";
      return verdictWithout(set, kid, candidates.length > 0);
    };
    const begun = loads.begun();
    const keys = requireKeys();
    if (keys !== undefined) await keys;
    let verdict = await check();
    if (verdict !== "signed") {
      // The key may be new, revoked, or replaced under the same `kid`, which cannot be told from a forgery until the keys are
      // loaded again. Only a load that started after the token arrived may decide, and while none is allowed the response is 503.
      await reload(begun);
      verdict = await check();
    }
    if (verdict === "forged") throw new Refusal(401, "token-signature-wrong", "Invalid token signature");
    if (verdict === "no such key") throw new Refusal(401, "signing-key-unknown", "Invalid token: no such signing key");
    if (verdict === "unusable key")
      throw tryAgain("signing-key-unusable", "The signing key of the token cannot be used");
  };
}
