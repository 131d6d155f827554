import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from "jose";

interface Key {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

/** The platform's signing keys. */
export interface Keys {
  /** The key that signs now. */
  current(): { readonly kid: string; readonly privateKey: CryptoKey };
  /** A published key by its id. */
  find(kid: string | undefined): CryptoKey | undefined;
  /** The body of `/.well-known/jwks.json`, with the current key first. */
  jwks(): { readonly keys: readonly JWK[] };
  /** Signs with a new key from now on, and returns its id. Older keys stay published only with `keepOld`. */
  rotate(options: { readonly keepOld: boolean }): Promise<string>;
}

/** Makes a P-256 key. Its id is its thumbprint (RFC 7638). */
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
