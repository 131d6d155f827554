import { createSign, webcrypto } from "node:crypto";
import { importJWK, type JWK } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { createSignatureCheck, findNodeCrypto } from "../../../runtime/verify/es256.js";
import type { SigningKey } from "../../../runtime/verify/key-set.js";

/** RFC 7515, appendix A.3. */
const jwk = {
  kty: "EC",
  crv: "P-256",
  x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
  y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
};
const signed =
  "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
const signature = Buffer.from(
  "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
  "base64url",
);
/** The order of P-256 (FIPS 186-4, D.1.2.3). */
const order = Buffer.from("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", "hex");

const zeros = Buffer.alloc(32);
const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];

let key: SigningKey;
let otherKey: SigningKey;
let der: Buffer;

async function imported(publicJwk: JWK): Promise<SigningKey> {
  return (await importJWK(publicJwk, "ES256")) as SigningKey;
}

beforeAll(async () => {
  key = await imported(jwk);
  const pair = await webcrypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  otherKey = await imported((await webcrypto.subtle.exportKey("jwk", pair.publicKey)) as JWK);
  const pem = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", pair.privateKey)).toString("base64");
  der = createSign("sha256").update(signed).sign(`-----BEGIN PRIVATE KEY-----\n${pem}\n-----END PRIVATE KEY-----`);
});

test("on Node, node:crypto is used", () => {
  expect(findNodeCrypto()?.verify).toBeTypeOf("function");
});

describe.each([
  ["Node's own cryptography", findNodeCrypto()],
  ["WebCrypto", undefined],
])("with %s", (_name, nodeCrypto) => {
  const isSigned = createSignatureCheck(nodeCrypto);

  test("the signature of the standard's example is valid", async () => {
    expect(await isSigned(key, signed, signature)).toBe(true);
  });

  test("for another text, or with another key, it is invalid", async () => {
    expect(await isSigned(key, signed.replace("J9", "J8"), signature)).toBe(false);
    // The lowest eight bits of U+0165 are those of "e".
    expect(await isSigned(key, signed.replace("e", "\u0165"), signature)).toBe(false);
    expect(await isSigned(key, `${signed} `, signature)).toBe(false);
    expect(await isSigned(key, "", signature)).toBe(false);
    expect(await isSigned(otherKey, signed, signature)).toBe(false);
  });

  test("with any changed bit, it is invalid", async () => {
    for (let bit = 0; bit < 512; bit += 1) {
      const changed = Buffer.from(signature);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(await isSigned(key, signed, changed), `bit ${bit}`).toBe(false);
    }
  });

  test.each([
    ["nothing", () => Buffer.alloc(0)],
    ["zeros", () => Buffer.concat([zeros, zeros])],
    ["r of zero", () => Buffer.concat([zeros, s])],
    ["s of zero", () => Buffer.concat([r, zeros])],
    ["r and s of the order", () => Buffer.concat([order, order])],
    ["all bits", () => Buffer.alloc(64, 0xff)],
    ["r and s exchanged", () => Buffer.concat([s, r])],
    ["one byte too few", () => signature.subarray(0, 63)],
    ["one byte too many", () => Buffer.concat([signature, Buffer.alloc(1)])],
    ["zeros before r and s", () => Buffer.concat([Buffer.alloc(1), r, Buffer.alloc(1), s])],
  ])("%s: not a valid signature", async (_what, make) => {
    expect(await isSigned(key, signed, make())).toBe(false);
  });

  test("a genuine signature in DER is invalid", async () => {
    expect(await isSigned(otherKey, signed, der)).toBe(false);
  });
});
