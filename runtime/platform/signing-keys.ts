import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from "jose";

interface Key {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

/** The platform's own signing keys. */
export interface Keys {
  /** What signs now. */
  current(): { readonly kid: string; readonly privateKey: CryptoKey };
  /** A published key. */
  find(kid: string | undefined): CryptoKey | undefined;
  /** What `/.well-known/jwks.json` answers: the current key first. */
  jwks(): { readonly keys: readonly JWK[] };
  /** Signs with a fresh key from now on; the keys before stay published only where that is asked for. Answers its id. */
  rotate(options: { readonly keepOld: boolean }): Promise<string>;
}

/** A fresh P-256 key; its id is its RFC 7638 thumbprint. */
async function createKey(): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const { kty, crv, x, y } = await exportJWK(publicKey);
  const jwk = { kty, crv, x, y } as JWK;
  const kid = await calculateJwkThumbprint(jwk);
  return { kid, privateKey, publicKey, jwk: { ...jwk, kid, use: "sig", alg: "ES256" } };
}

export async function createKeys(): Promise<Keys> {
  let current = await createKey();
  let published: readonly Key[] = [current];
  return {
    current: () => current,
    find: (kid) => published.find((key) => key.kid === kid)?.publicKey,
    jwks: () => ({ keys: published.map(({ jwk }) => jwk) }),
    async rotate({ keepOld }) {
      const fresh = await createKey();
      published = keepOld ? [fresh, ...published] : [fresh];
      current = fresh;
      return fresh.kid;
    },
  };
}
