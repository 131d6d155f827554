import type { webcrypto } from "node:crypto";
import { reasonOf } from "../base/errors.js";
import type { Fetch } from "../base/fetch.js";
import { readResponseBytes } from "../base/http/response-bytes.js";
import { isJsonObject, type JsonObject, member } from "../base/json.js";
import { sleep } from "../base/sleep.js";

/** A public key for ES256. */
export type SigningKey = webcrypto.CryptoKey;

/** A member of a key set that cannot check a signature of ES256. */
interface UnusableKey {
  /** Undefined if it has none, or one that is not text. */
  readonly kid: string | undefined;
  /** True if it should be a key for ES256. False if it says itself that it is for something else. */
  readonly isBroken: boolean;
  readonly why: string;
}

/** The keys that Kiket publishes. */
export interface KeySet {
  readonly byKid: ReadonlyMap<string, readonly SigningKey[]>;
  /** Keys without `kid`. Each of them may have signed any token. */
  readonly nameless: readonly SigningKey[];
  readonly unusable: readonly UnusableKey[];
  /** By the coordinates. The next set has most of the same keys. */
  readonly imported: Imported;
}

/** A key, or why it is broken. */
type Imported = ReadonlyMap<string, SigningKey | string>;

/** A key set, or why there is none in the response. */
type Loaded = { readonly set: KeySet } | { readonly why: string };

const timeout = 5_000;
const mostBytes = 1024 * 1024;
/** A token without `kid` is checked with each of them. */
const mostKeys = 1_000;
/** Importing a key takes up to half a millisecond of the main thread, so other deliveries get a turn after this many. */
const importedAtOnce = 20;
const never = new AbortController().signal;
const longestKid = 100;
const algorithm = { name: "ECDSA", namedCurve: "P-256" };
/** A public key is no secret, and Node 24 warns when `node:crypto` takes one that is not extractable. */
const isExtractable = true;
const decoder = new TextDecoder("utf-8", { fatal: true });

/** A member of a key; `null`, which some serializers write, means that there is none. */
function given(jwk: JsonObject, name: string): unknown {
  return member(jwk, name) ?? undefined;
}

/** What the key says that it is for, if that is not ES256 (RFC 7517, section 4; RFC 7518, section 6.2). */
function otherPurpose(jwk: JsonObject): string | undefined {
  const {
    kty,
    crv,
    alg = "ES256",
    use = "sig",
    ops = ["verify"],
  } = {
    kty: given(jwk, "kty"),
    crv: given(jwk, "crv"),
    alg: given(jwk, "alg"),
    use: given(jwk, "use"),
    ops: given(jwk, "key_ops"),
  };
  if (typeof kty === "string" && kty !== "EC") return "kty is not EC";
  if (typeof crv === "string" && crv !== "P-256") return "crv is not P-256";
  if (alg !== "ES256") return "alg is not ES256";
  if (use !== "sig") return "use is not sig";
  return Array.isArray(ops) && ops.includes("verify") ? undefined : "key_ops does not contain verify";
}

/** The key, or why it is broken. Keys of the previous set are not imported again. */
async function importKey(
  jwk: JsonObject,
  imported: Map<string, SigningKey | string>,
  previous: Imported,
): Promise<SigningKey | string> {
  const [kid, kty, crv, x, y] = ["kid", "kty", "crv", "x", "y"].map((name) => given(jwk, name));
  if (kid !== undefined && typeof kid !== "string") return "kid is not text";
  if (given(jwk, "d") !== undefined) return "it contains a private key";
  if (kty !== "EC" || crv !== "P-256") return "kty or crv is missing";
  if (typeof x !== "string" || typeof y !== "string") return "x or y is missing";
  const point = JSON.stringify([x, y]);
  let key = imported.get(point) ?? previous.get(point);
  if (key === undefined) {
    if (imported.size % importedAtOnce === importedAtOnce - 1) await sleep(0, never);
    key = await crypto.subtle
      .importKey("jwk", { kty, crv, x, y }, algorithm, isExtractable, ["verify"])
      .catch((error: unknown) => `x and y are not a point on the curve (${reasonOf(error)})`);
  }
  imported.set(point, key);
  return key;
}

/** Sorts the keys of a set. It is used even if only one of its keys is usable. */
async function readKeys(members: readonly unknown[], previous: Imported): Promise<KeySet> {
  const byKid = new Map<string, SigningKey[]>();
  const nameless: SigningKey[] = [];
  const unusable: UnusableKey[] = [];
  const imported = new Map<string, SigningKey | string>();
  for (const jwk of members) {
    if (!isJsonObject(jwk)) {
      unusable.push({ kid: undefined, isBroken: true, why: "it is not an object" });
      continue;
    }
    const kid = given(jwk, "kid");
    const purpose = otherPurpose(jwk);
    const key = purpose ?? (await importKey(jwk, imported, previous));
    if (typeof key === "string") {
      const name = typeof kid === "string" ? kid : undefined;
      unusable.push({ kid: name, isBroken: purpose === undefined, why: key });
    } else if (typeof kid !== "string") nameless.push(key);
    else byKid.set(kid, [...(byKid.get(kid) ?? []), key]);
  }
  return { byKid, nameless, unusable, imported };
}

/** At most three of the keys, for a log line. */
export function describeUnusable(keys: readonly UnusableKey[]): string {
  const nameOf = (kid: string | undefined): string =>
    kid === undefined ? "" : `${JSON.stringify(kid.slice(0, longestKid))}: `;
  const shown = keys.slice(0, 3).map(({ kid, why }) => nameOf(kid) + why);
  return [...shown, ...(keys.length > 3 ? [`${keys.length - 3} more`] : [])].join("; ");
}

/** Reads the body of a key set (RFC 7517, section 5). */
async function readKeySet(bytes: Uint8Array, previous: Imported): Promise<Loaded> {
  let body: unknown;
  try {
    body = JSON.parse(decoder.decode(bytes));
  } catch {
    return { why: "the response is not JSON" };
  }
  const members = isJsonObject(body) ? member(body, "keys") : undefined;
  if (!Array.isArray(members)) return { why: "the response has no list of keys" };
  if (members.length > mostKeys) return { why: `the response has more than ${mostKeys} keys` };
  const set = await readKeys(members, previous);
  if (set.byKid.size > 0 || set.nameless.length > 0) return { set };
  const { unusable } = set;
  return {
    why: unusable.length === 0 ? "the list of keys is empty" : `no key is usable: ${describeUnusable(unusable)}`,
  };
}

/**
 * Loads a key set. Redirects are not followed: they would let another host choose the keys.
 * @throws if there is no complete response with status 200.
 */
export async function loadKeySet(url: string, fetch: Fetch, previous: KeySet | undefined): Promise<Loaded> {
  const signal = AbortSignal.timeout(timeout);
  const response = await fetch(url, {
    // The keys are kept in memory here. A copy in a cache on the way could be one that Kiket has already replaced.
    headers: { accept: "application/json, application/jwk-set+json", "cache-control": "no-cache" },
    redirect: "manual",
    signal,
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`The response has status ${response.status}, expected 200`);
  }
  const bytes = await readResponseBytes(response, mostBytes, signal);
  return bytes === undefined
    ? { why: `the response is larger than ${mostBytes} bytes` }
    : readKeySet(bytes, previous?.imported ?? new Map());
}
