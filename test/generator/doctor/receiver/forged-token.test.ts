import { createPublicKey } from "node:crypto";
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import {
  claimsOf,
  confusedToken,
  createForgedKey,
  forgedToken,
  headerOf,
  tamperedToken,
  unsignedToken,
} from "../../../../generator/doctor/receiver/forged-token.js";

// A forgery that is no valid token of its kind would be refused by everybody, and show nothing.
describe("a forged token", () => {
  const claims = { iss: "kiket.dev", org_id: 1 };

  it("is valid for who believes the forged key", async () => {
    const key = createForgedKey();
    const token = forgedToken(key, claims, { jku: "http://127.0.0.1:1/keys" });
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet({ keys: [key.jwk as JWK] }));
    expect([payload, protectedHeader]).toEqual([
      claims,
      { alg: "ES256", typ: "JWT", kid: "doctor-forged", jku: "http://127.0.0.1:1/keys" },
    ]);
    expect(JSON.stringify(key.jwk)).not.toContain('"d":');
  });

  it("is valid for who takes the public key as the secret of an HMAC", async () => {
    const { publicKey } = await generateKeyPair("ES256", { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: "k1" } as Parameters<typeof confusedToken>[0];
    const pem = createPublicKey({ key: jwk, format: "jwk" }).export({ type: "spki", format: "pem" });
    const { payload, protectedHeader } = await jwtVerify(confusedToken(jwk, claims), Buffer.from(pem));
    expect([payload, protectedHeader]).toEqual([claims, { alg: "HS256", typ: "JWT", kid: "k1" }]);
  });

  it("keeps its signature where its claims are changed, and has none with the algorithm none", async () => {
    const { privateKey } = await generateKeyPair("ES256");
    const token = await new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid: "k1" }).sign(privateKey);
    const changed = tamperedToken(token, { org_id: 2 });
    expect([claimsOf(changed), headerOf(changed)]).toEqual([
      { iss: "kiket.dev", org_id: 2 },
      { alg: "ES256", kid: "k1" },
    ]);
    expect(changed.split(".")[2]).toBe(token.split(".")[2]);
    expect([headerOf(unsignedToken(claims)), unsignedToken(claims).endsWith(".")]).toEqual([
      { alg: "none", typ: "JWT" },
      true,
    ]);
  });
});
