import { compactVerify, decodeJwt, decodeProtectedHeader, type JWTPayload, SignJWT } from "jose";
import type { Id } from "../base/envelope.js";
import { issuer, readClaims } from "../verify/runtime-token.js";
import type { Clock } from "./clock.js";
import type { Keys } from "./signing-keys.js";

// See fact 162.
/** Claims of a runtime token. Other claims may be added; `undefined` removes a default. */
export interface TokenClaims {
  /** Default: the issuer that the extension requires. */
  readonly iss?: string | undefined;
  readonly sub?: string | undefined;
  /** Unix seconds. */
  readonly iat?: number | undefined;
  /** Unix seconds. */
  readonly exp?: number | undefined;
  /** Default: a new one. An extension accepts it for one delivery only. */
  readonly jti?: string | undefined;
  readonly org_id?: Id | null | undefined;
  readonly ext_id?: Id | null | undefined;
  readonly proj_id?: Id | null | undefined;
  /** The product installation. */
  readonly pi_id?: Id | null | undefined;
  readonly scopes?: readonly string[] | null | undefined;
  readonly src?: string | undefined;
  readonly [claim: string]: unknown;
}

/** The subject and scopes of a valid token. */
export interface TokenGrant {
  readonly subject: string;
  readonly scopes: readonly string[];
}

export interface Tokens {
  /** Makes an ES256 token. By default it is valid for five minutes and has no scopes. */
  sign(claims: TokenClaims): Promise<string>;
  /** `undefined` if the token was not made by this platform, or is not valid any more. */
  verify(token: string): Promise<TokenGrant | undefined>;
}

/** Token lifetime in seconds. */
export const tokenLifetime = 300;
/** In seconds. None is needed, since the same clock is used for signing and for checking. */
const leeway = 0;

export function createTokens(keys: Keys, now: Clock): Tokens {
  return {
    sign(claims) {
      const iat = claims.iat ?? Math.floor(now() / 1000);
      const defaults = { iss: issuer, sub: "extension", iat, exp: iat + tokenLifetime, jti: crypto.randomUUID() };
      const { kid, privateKey } = keys.current();
      return new SignJWT({ ...defaults, ...claims } as JWTPayload)
        .setProtectedHeader({ alg: "ES256", kid, typ: "JWT" })
        .sign(privateKey);
    },
    async verify(token) {
      try {
        const key = keys.find(decodeProtectedHeader(token).kid);
        if (key === undefined) return undefined;
        await compactVerify(token, key, { algorithms: ["ES256"] });
        const claims = decodeJwt(token);
        const { scopes } = readClaims(token, claims, now() / 1000, leeway);
        return { subject: claims.sub ?? "extension", scopes };
      } catch {
        return undefined;
      }
    },
  };
}
