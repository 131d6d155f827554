import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from "node:crypto";

/** A key that is not Kiket's. */
export interface ForgedKey {
  /** With `kid`, as in a key set. */
  readonly jwk: JsonWebKey & { readonly kid: string };
  readonly privateKey: KeyObject;
}

type Members = Readonly<Record<string, unknown>>;

export function createForgedKey(): ForgedKey {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    jwk: { ...publicKey.export({ format: "jwk" }), kid: "doctor-forged", use: "sig", alg: "ES256" },
    privateKey,
  };
}

function encoded(value: Members): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function signedText(header: Members, claims: Members): string {
  return `${encoded(header)}.${encoded(claims)}`;
}

/** An ES256 token by this key. The header may say more, or name another key. */
export function forgedToken({ jwk, privateKey }: ForgedKey, claims: Members, header: Members = {}): string {
  const text = signedText({ alg: "ES256", typ: "JWT", kid: jwk.kid, ...header }, claims);
  const signature = sign("sha256", Buffer.from(text), { key: privateKey, dsaEncoding: "ieee-p1363" });
  return `${text}.${signature.toString("base64url")}`;
}

/** A token without a signature. */
export function unsignedToken(claims: Members): string {
  return `${signedText({ alg: "none", typ: "JWT" }, claims)}.`;
}

/** A token whose HMAC has Kiket's public key as its secret, which everybody knows. */
export function confusedToken(publicJwk: JsonWebKey & { readonly kid?: string }, claims: Members): string {
  const secret = createPublicKey({ key: publicJwk, format: "jwk" }).export({ type: "spki", format: "pem" });
  const text = signedText({ alg: "HS256", typ: "JWT", kid: publicJwk.kid }, claims);
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

function partOf(token: string, index: number): Members {
  return JSON.parse(Buffer.from(token.split(".")[index] ?? "", "base64url").toString()) as Members;
}

export function headerOf(token: string): Members {
  return partOf(token, 0);
}

export function claimsOf(token: string): Members {
  return partOf(token, 1);
}

/** The token with other claims, and the signature that it had. */
export function tamperedToken(token: string, claims: Members): string {
  const [header = "", , signature = ""] = token.split(".");
  return `${header}.${encoded({ ...claimsOf(token), ...claims })}.${signature}`;
}
