import { toDoubt, toRefuse, toRefuseOrDefer } from "../expectation.js";
import {
  claimsOf,
  confusedToken,
  createForgedKey,
  forgedToken,
  headerOf,
  tamperedToken,
  unsignedToken,
} from "../forged-token.js";
import type { Laboratory, Observation, Probe } from "../probe.js";

const hour = 3600;

type Claims = Readonly<Record<string, unknown>>;

/** A token of the local Kiket, as of a delivery apart from the changes. */
function genuine({ platform, subject }: Laboratory, claims: Claims = {}): Promise<string> {
  return platform.sign({
    ...{ sub: "extension:1", org_id: 1, ext_id: 1, proj_id: 1, scopes: subject.scopes },
    ...claims,
  });
}

function seconds({ now }: Laboratory): number {
  return Math.floor(now() / 1000);
}

/** Each probe leads to an address of its own, since a receiver may know the keys of another one by then. Wrong if the server of forged keys was asked, however the receiver answers. */
async function unvisited(lab: Laboratory, send: () => Promise<Observation>, remark: string): Promise<Observation> {
  const before = lab.forged.visits.length;
  const observed = await send();
  return lab.forged.visits.length === before ? observed : { ...observed, status: "wrong", remark };
}

const fetched = "It fetched keys from an address that the sender chose.";

async function forgedBy(lab: Laboratory, header: Claims, claims: Claims = {}): Promise<Observation> {
  const token = forgedToken(lab.forged.key, { ...claimsOf(await genuine(lab)), ...claims }, header);
  return unvisited(lab, () => lab.send({ token }), fetched);
}

const verify =
  "Verify the signature of authentication.runtime_token with a JWT library: only the algorithm ES256, and only the keys of /.well-known/jwks.json below the address in your own configuration.";
const fixedAddress =
  "Take the address of Kiket's keys and API from your own configuration, never from the body or the token: whoever sends a request chooses those.";

const token = { area: "token", of: "token", needsProof: false, family: "runtime", expected: toRefuse } as const;

export const tokenProbes: readonly Probe[] = [
  {
    ...token,
    id: "token-malformed",
    looksAt: "a token that is none",
    fix: "Answer 401 where the token cannot be read; an exception in the JWT library must not become a 500.",
    run: (lab) => lab.send({ token: "not.a.token" }),
  },
  {
    ...token,
    id: "token-unsigned",
    looksAt: "a token with the algorithm `none`, and no signature",
    fix: verify,
    run: async (lab) => lab.send({ token: unsignedToken(claimsOf(await genuine(lab))) }),
  },
  {
    ...token,
    id: "token-hs256",
    looksAt: "a token with the algorithm `HS256`, signed with Kiket's public key as the secret",
    needsProof: true,
    fix: verify,
    async run(lab) {
      const response = await fetch(lab.platform.jwksUrl);
      const { keys } = (await response.json()) as { readonly keys: readonly [Parameters<typeof confusedToken>[0]] };
      return lab.send({ token: confusedToken(keys[0], claimsOf(await genuine(lab))) });
    },
  },
  {
    ...token,
    id: "token-tampered",
    looksAt: "a genuine token whose claims were changed after it was signed",
    needsProof: true,
    expected: toRefuseOrDefer,
    fix: verify,
    run: async (lab) => lab.send({ token: tamperedToken(await genuine(lab), { org_id: 2, scopes: ["*"] }) }),
  },
  {
    ...token,
    id: "token-wrong-key",
    looksAt: "a token that another key has signed, with the `kid` of Kiket's key",
    expected: toRefuseOrDefer,
    fix: verify,
    async run(lab) {
      const real = await genuine(lab);
      const { kid } = headerOf(real);
      return lab.send({ token: forgedToken(createForgedKey(), claimsOf(real), { kid }) });
    },
  },
  {
    ...token,
    id: "token-key-inside",
    looksAt: "a token with the key that has signed it in its header (`jwk`)",
    expected: toRefuseOrDefer,
    fix: `Ignore the header's members jwk, jku, x5u and x5c. ${fixedAddress}`,
    run: (lab) => forgedBy(lab, { jwk: lab.forged.key.jwk }),
  },
  {
    ...token,
    id: "token-key-address",
    looksAt: "a token with the address of a forged key set in its header (`jku`)",
    expected: toRefuseOrDefer,
    fix: `Ignore the header's members jwk, jku, x5u and x5c. ${fixedAddress}`,
    run: (lab) => forgedBy(lab, { jku: `${lab.forged.url}/header/.well-known/jwks.json` }),
  },
  {
    ...token,
    id: "token-key-issuer",
    looksAt: "a token whose issuer is the address of a forged key set",
    expected: toRefuseOrDefer,
    fix: `Accept only the issuer kiket.dev. ${fixedAddress}`,
    run: (lab) => forgedBy(lab, {}, { iss: `${lab.forged.url}/issuer` }),
  },
  {
    ...token,
    id: "forged-key-set",
    looksAt: "a token that was signed with a key of the forged key set to which `api.base_url` in the body leads",
    expected: toRefuseOrDefer,
    fix: fixedAddress,
    async run(lab) {
      const forged = forgedToken(lab.forged.key, claimsOf(await genuine(lab)));
      const envelope = { api: { base_url: `${lab.forged.url}/body` } };
      return unvisited(lab, () => lab.send({ token: forged, envelope }), fetched);
    },
  },
  {
    ...token,
    id: "forged-address",
    looksAt: "a genuine token beside an `api.base_url` that is not Kiket's: the body is not signed",
    needsProof: true,
    expected: { ...toDoubt, right: "2xx or 4xx", accepted: "ok" },
    fix: fixedAddress,
    run: (lab) =>
      unvisited(
        lab,
        () => lab.send({ envelope: { api: { base_url: `${lab.forged.url}/beside` } } }),
        "It asked an address that the sender chose. An API call there would carry its token.",
      ),
  },
  {
    ...token,
    id: "token-expired",
    looksAt: "a token that ended an hour ago",
    needsProof: true,
    fix: "Refuse a token whose exp is over, with a leeway of a minute at most.",
    async run(lab) {
      const at = seconds(lab);
      return lab.send({ token: await genuine(lab, { iat: at - hour - 300, exp: at - hour }) });
    },
  },
  {
    ...token,
    id: "token-endless",
    looksAt: "a token that never ends: it has no `exp`",
    needsProof: true,
    expected: toDoubt,
    fix: "Require exp and iat. Many JWT libraries check exp only where there is one.",
    run: async (lab) => lab.send({ token: await genuine(lab, { exp: undefined, iat: undefined }) }),
  },
  {
    ...token,
    id: "token-future",
    looksAt: "a token from the future: it begins in an hour",
    needsProof: true,
    expected: toDoubt,
    fix: "Refuse a token whose iat or nbf is more than a minute ahead. 503 lets Kiket try again where your own clock is wrong.",
    async run(lab) {
      const at = seconds(lab) + hour;
      return lab.send({ token: await genuine(lab, { iat: at, nbf: at, exp: at + 300 }) });
    },
  },
  {
    ...token,
    id: "token-issuer",
    looksAt: "a token of another issuer, with a valid signature",
    needsProof: true,
    fix: "Accept only the issuer kiket.dev.",
    run: async (lab) => lab.send({ token: await genuine(lab, { iss: "issuer.example" }) }),
  },
];
