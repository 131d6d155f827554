import { generateKeyPairSync, sign } from "node:crypto";
import { exportJWK, jwtVerify } from "jose";
import { expect, test } from "vitest";
import type { Config } from "../../../runtime/config/config.js";
import { Refusal } from "../../../runtime/receive/failure.js";
import { createTokenVerifier } from "../../../runtime/verify/runtime-token.js";
import { testClaims, testSeconds, testTime } from "../../support/tokens.js";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "key-1" }] };

let age = 0;
const verify = createTokenVerifier({
  baseUrl: "https://kiket.test",
  fetch: async () => Response.json(jwks),
  now: () => testTime,
  // Each token may load the keys again.
  ages: () => (age += 5_001),
  logger: { info() {}, warn() {}, error() {} },
  inbound: { expectedExtId: undefined },
} as unknown as Config);

/** The same numbers in each run. */
function createChoice(seed: number) {
  let state = seed;
  return <Value>(values: readonly Value[]): Value => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return values[(state >>> 8) % values.length] as Value;
  };
}
const choose = createChoice(15);
const seldom = <Value>(usual: Value, ...rest: readonly Value[]): Value =>
  choose([usual, usual, usual, usual, usual, usual, usual, choose(rest)]);

const algorithm = () =>
  seldom('"alg":"ES256"', '"alg":"none"', '"alg":"es256"', '"alg":"HS256"', '"ALG":"ES256"', '"alg":["ES256"]');
const headerMembers = [
  ...['"typ":"JWT"', '"typ":null', '"cty":"JWT"', '"b64":false', '"b64":true', '"zip":"DEF"', '"crit":null'],
  ...['"crit":[]', '"crit":["b64"]', '"crit":["exp"],"exp":1', '"jku":"https://evil.test"', '"x5c":["MII"]'],
  ...['"jwk":{"kty":"EC"}', '"__proto__":{"crit":null}', '"constructor":{"alg":"none"}', '"\\u0061lg":"ES256"'],
  ...['"alg":"ES\\u003256"', '"alg":"none"', '"kid":"key-1"', '"kid":"key-2"', '"kid":1', '"kid":null', '"kid":{}'],
];
const claimMembers = [
  ...['"exp":1e400', '"exp":-1e400', '"exp":1e12', '"exp":"9999999999"', '"exp":null', '"exp":1', '"exp":{}'],
  ...['"exp":true', '"exp":0x7fffffff', '"exp":9e12', '"iat":null', '"iat":"1"', '"iat":1e400', '"iat":-1e400'],
  ...['"iat":99999999999', '"nbf":null', '"nbf":99999999999', '"nbf":-1', '"nbf":"1"', '"nbf":1e400', '"jti":7'],
  ...['"iss":"kiket.dev."', '"iss":["kiket.dev"]', '"iss":"Kiket.dev"', '"is\\u0073":"evil"', '"scopes":"all"'],
  ...['"scopes":[1]', '"__proto__":{"scopes":["all"]}', '"org_id":{}', '"ext_id":1e400', '"aud":1', '"sub":2'],
];
const outer = (text: string): string =>
  seldom(text, `\ufeff${text}`, `${text} `, `\n${text}`, `${text}{}`, `[${text}]`, `${text}\0`, text.slice(0, -1));

const object = (members: readonly string[]): string => outer(`{${members.filter((one) => one !== "").join(",")}}`);
const headerText = (): string => object([algorithm(), choose(["", "", choose(headerMembers)])]);
const claimsText = (): string => {
  const { iat, exp } = testClaims;
  const usual = `"iss":"kiket.dev","iat":${iat},"exp":${exp}`;
  return object([usual, choose(["", choose(claimMembers)]), seldom("", ...claimMembers)]);
};

/** A part of a token: base64url, now and then in another spelling. */
const part = (bytes: string | Uint8Array): string => {
  const text = Buffer.from(bytes).toString("base64url");
  const end = choose([..."ABCQRgw_-"]);
  const changed = text.slice(0, -1) + end;
  return seldom(
    text,
    `${text}=`,
    `${text}==`,
    `${text} `,
    `\n${text}`,
    `${text}A`,
    text.slice(0, -1),
    "",
    changed,
    changed,
  );
};

function token(): string {
  const signed = `${part(headerText())}.${part(claimsText())}`;
  const dsaEncoding = seldom<"ieee-p1363" | "der">("ieee-p1363", "der");
  const key = seldom(privateKey, other);
  const signature = sign("sha256", Buffer.from(signed), { key, dsaEncoding });
  return `${seldom("", ".")}${signed}.${part(seldom(signature, new Uint8Array(64)))}`;
}

const rules = {
  algorithms: ["ES256"],
  issuer: "kiket.dev",
  requiredClaims: ["exp", "iat"],
  clockTolerance: 60,
  currentDate: new Date(testTime),
};

/** Why this check alone refuses a token. jose gets the key itself, so it does not read `kid`. */
const stricter = {
  "token-malformed": "the `kid` is no text, or the signature has a second spelling",
  "signing-key-unknown": "nobody publishes the `kid`",
  "token-not-valid-yet": "it was made in the future",
  "token-claim": "a time is no date, or scopes are not a list of texts",
};

test("what it accepts of thousands of hostile tokens, jose accepts, and it refuses more only for the known reasons", async () => {
  const counts = { accepted: 0, refused: 0, stricter: 0 };
  for (let number = 0; number < 4_000; number += 1) {
    const text = token();
    const theirs = await jwtVerify(text, publicKey, rules).then(
      ({ payload }) => payload,
      () => undefined,
    );
    const own = await verify({ authentication: { runtime_token: text } }).catch((error: unknown) => {
      if (error instanceof Refusal) return error.failure.reason;
      throw error;
    });
    if (typeof own !== "string") {
      expect(theirs, text).toBeDefined();
      const { exp = 0, scopes = [] } = theirs ?? {};
      expect(own.auth, text).toMatchObject({ scopes: scopes ?? [], expiresAt: new Date(exp * 1000).toISOString() });
      expect(exp, text).toBeGreaterThan(testSeconds - 60);
      counts.accepted += 1;
    } else if (theirs === undefined) counts.refused += 1;
    else {
      expect(stricter, text).toHaveProperty(own);
      counts.stricter += 1;
    }
  }
  // All three happen, so that the comparison is one.
  expect(
    Object.values(counts).every((count) => count > 50),
    JSON.stringify(counts),
  ).toBe(true);
});
