import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";

/** The clock of the tests, in milliseconds: 2026-03-02T08:25:04Z. */
export const testTime: number = Date.UTC(2026, 2, 2, 8, 25, 4);
export const testSeconds: number = testTime / 1000;

export interface SigningKey {
  readonly kid: string;
  readonly publicJwk: JWK;
  /** Makes an ES256 token with the `kid` of this key. */
  sign(claims: Readonly<Record<string, unknown>>, header?: { readonly kid?: string | undefined }): Promise<string>;
}

/** The claims of Kiket's tokens, valid at `testTime`. */
export const testClaims: JWTPayload = {
  iss: "kiket.dev",
  sub: "installation:8",
  iat: testSeconds - 5,
  exp: testSeconds + 300,
  jti: "token-1",
  org_id: 11,
  ext_id: 22,
  proj_id: 33,
  scopes: ["issues:read", "custom_data.read"],
};

export async function createSigningKey(kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const publicJwk: JWK = { ...(await exportJWK(publicKey)), kid, use: "sig", alg: "ES256" };
  return {
    kid,
    publicJwk,
    sign: (claims, header = { kid }) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "ES256", ...(header.kid === undefined ? {} : { kid: header.kid }) })
        .sign(privateKey),
  };
}

/** Makes a token from its three parts, for tokens that no library would sign. */
export function rawToken(header: object, claims: object, signature: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part(header)}.${part(claims)}.${signature}`;
}
