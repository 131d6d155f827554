import { exportJWK, exportPKCS8, generateKeyPair, type JWK } from "jose";
import { beforeEach, describe, expect, test } from "vitest";
import { defineHandler, type Extension } from "../../runtime/index.js";
import { createTestLogger } from "../support/deliveries.js";
import { openKiket } from "../support/open-kiket.js";
import { createSigningKey, type SigningKey, testClaims, testTime } from "../support/tokens.js";

// What a broken Kiket, or a proxy in front of it, may answer instead of its keys. Whatever it is, no genuine delivery may get a
// 4xx, which Kiket does not repeat, and no forged one a 2xx.

const kiket = await openKiket();
const { key } = kiket;
const forger = await createSigningKey("key-1");
const other = await createSigningKey("key-2");
const jwk = key.publicJwk;
const rsa = await exportJWK((await generateKeyPair("RS256")).publicKey);
const p384 = await exportJWK((await generateKeyPair("ES384")).publicKey);
const ed25519 = await exportJWK((await generateKeyPair("EdDSA")).publicKey);
const leaked = await generateKeyPair("ES256", { extractable: true });

/** Base64url of 32 equal bytes. */
const bytes = (value: number): string => Buffer.alloc(32, value).toString("base64url");
const without = (name: string): object => Object.fromEntries(Object.entries(jwk).filter(([member]) => member !== name));
const json = (body: unknown, init?: ResponseInit) => () => Response.json(body, init);
const set = (...keys: readonly unknown[]) => json({ keys });
const text = (body: string, type: string) => () => new Response(body, { headers: { "content-type": type } });
/** A body that never ends by itself, in pieces of 64 KiB. */
const endless = (first: string) => () => {
  const piece = new Uint8Array(65_536).fill(0x20);
  let sent = 0;
  return new Response(
    new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(sent === 0 ? new TextEncoder().encode(first) : piece);
        sent += 1;
        if (sent > 10_000) throw new Error("Nobody stops reading");
      },
    }),
  );
};
const cut = () =>
  new Response(
    new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"keys":['));
        controller.error(new TypeError("terminated"));
      },
    }),
  );

const unusable: Readonly<Record<string, () => Response | Promise<Response>>> = {
  "an empty list": set(),
  "no list": json({}),
  "keys that are null": json({ keys: null }),
  "keys that are text": json({ keys: "none" }),
  "keys that are one key": json({ keys: jwk }),
  "keys by kid": json({ keys: { "key-1": jwk } }),
  "a bare list": json([jwk]),
  "a bare key": json(jwk),
  "keys under the prototype": text(`{"__proto__":{"keys":[${JSON.stringify(jwk)}]}}`, "application/json"),
  null: json(null),
  "a number": json(7),
  "members that are no objects": set(null, 1, "key", [], true),
  "an empty key": set({}),
  "no kty": set(without("kty")),
  "no crv": set(without("crv")),
  "no x": set(without("x")),
  "no y": set(without("y")),
  "x as a number": set({ ...jwk, x: 7 }),
  "x too short": set({ ...jwk, x: "AA" }),
  "x empty": set({ ...jwk, x: "" }),
  "a point off the curve": set({ ...jwk, y: jwk.x }),
  "the point zero": set({ ...jwk, x: bytes(0), y: bytes(0) }),
  "coordinates beyond the field": set({ ...jwk, x: bytes(255), y: bytes(255) }),
  "kid as a number": set({ ...jwk, kid: 1 }),
  "kid as a list": set({ ...jwk, kid: ["key-1"] }),
  "kid as an object": set({ ...jwk, kid: {} }),
  "use enc": set({ ...jwk, use: "enc" }),
  "use as a list": set({ ...jwk, use: ["sig"] }),
  "key_ops without verify": set({ ...jwk, key_ops: ["sign"] }),
  "key_ops as text": set({ ...jwk, key_ops: "verify" }),
  "alg ES384": set({ ...jwk, alg: "ES384" }),
  "alg none": set({ ...jwk, alg: "none" }),
  "alg HS256": set({ ...jwk, alg: "HS256" }),
  "crv P-384 with the numbers of P-256": set({ ...jwk, crv: "P-384" }),
  "crv secp256k1": set({ ...jwk, crv: "secp256k1" }),
  "a key on P-384": set({ ...p384, kid: "key-1" }),
  "an RSA key": set({ ...rsa, kid: "key-1" }),
  "an Ed25519 key": set({ ...ed25519, kid: "key-1" }),
  "a shared secret": set({ kty: "oct", kid: "key-1", k: "c2VjcmV0" }),
  "a private key": async () => Response.json({ keys: [{ ...(await exportJWK(leaked.privateKey)), kid: "key-1" }] }),
  "a PEM": async () => new Response(await exportPKCS8(leaked.privateKey)),
  "an encrypted set": text("eyJhbGciOiJkaXIifQ..a.b.c", "application/jwk-set+jwt"),
  HTML: text("<!doctype html><title>Maintenance</title>", "text/html"),
  "half of a set": text(JSON.stringify({ keys: [jwk] }).slice(0, -2), "application/json"),
  "text that is not UTF-8": () => new Response(new Uint8Array([0x7b, 0xff, 0x7d])),
  nothing: () => new Response(null, { status: 200 }),
  "204": () => new Response(null, { status: 204 }),
  "206 with the keys": json({ keys: [jwk] }, { status: 206 }),
  "203 with the keys": json({ keys: [jwk] }, { status: 203 }),
  "302": () => new Response(null, { status: 302, headers: { location: kiket.baseUrl } }),
  "304": () => new Response(null, { status: 304 }),
  "401 with the keys": json({ keys: [jwk] }, { status: 401 }),
  "404": json({ error: "Not found" }, { status: 404 }),
  "429": json({ error: "Slow down" }, { status: 429, headers: { "retry-after": "3600" } }),
  "500": json({}, { status: 500 }),
  "a redirect whose status is hidden": () => Response.error(),
  "a body without end": endless('{"keys":['),
  "more than a thousand keys": set(...Array(1_001).fill(jwk)),
  "a set beyond a mebibyte": () => Response.json({ keys: Array(8_000).fill(jwk) }),
  "a connection that breaks": cut,
  "no connection": () => Promise.reject(new TypeError("fetch failed")),
  "deep JSON": text("[".repeat(500_000), "application/json"),
};

const usable: Readonly<Record<string, () => Response | Promise<Response>>> = {
  "members that nobody knows": json({ keys: [{ ...jwk, "x-kiket": { a: 1 }, iat: 1 }], version: 2 }),
  "the smallest key": set({ kty: "EC", crv: "P-256", x: jwk.x, y: jwk.y }),
  "no kid": set(without("kid")),
  "members that are null": set({ ...jwk, use: null, alg: null, key_ops: null, d: null }),
  "key_ops with more": set({ ...jwk, key_ops: ["verify", "sign"] }),
  "broken keys before it": set(null, { ...jwk, x: "AA" }, { ...jwk, y: jwk.x }, jwk),
  "the same key twice": set(jwk, jwk),
  "keys of other kinds": set({ ...rsa, kid: "key-1" }, { ...p384, kid: "key-1" }, { ...ed25519, kid: "key-1" }, jwk),
  "another key with its kid": set({ ...other.publicJwk, kid: "key-1" }, jwk),
  "a thousand keys": set(
    ...Array.from({ length: 999 }, (_, index): JWK => ({ ...other.publicJwk, kid: `${index}` })),
    jwk,
  ),
  "content type text/plain": text(JSON.stringify({ keys: [jwk] }), "text/plain"),
  "content type text/html": text(JSON.stringify({ keys: [jwk] }), "text/html"),
  "a byte order mark": text(`\ufeff${JSON.stringify({ keys: [jwk] })}`, "application/json"),
  "headers that forbid every copy": json(
    { keys: [jwk] },
    { headers: { "cache-control": "no-store", age: "-1", date: "never" } },
  ),
  "headers that allow a year": json({ keys: [jwk] }, { headers: { "cache-control": "max-age=31536000, immutable" } }),
};

const handler = defineHandler({ event: "issue.created", version: "v1" }, () => "ran");
let now = testTime;
let keyRequests = 0;
let answer: () => Response | Promise<Response> = set(jwk);
let logger = createTestLogger();

beforeEach(() => {
  now = testTime;
  keyRequests = 0;
  answer = set(jwk);
  logger = createTestLogger();
});

function start(): Extension {
  const fetchKeys = async (): Promise<Response> => {
    keyRequests += 1;
    return answer();
  };
  return kiket.extension({ handlers: [handler], logger, now: () => now, fetch: fetchKeys });
}

async function send(extension: Extension, signer: SigningKey, header?: { readonly kid: string | undefined }) {
  const iat = Math.floor(now / 1000);
  const claims = { ...testClaims, iat, exp: iat + 300, jti: crypto.randomUUID() };
  const runtime_token = await signer.sign(claims, header);
  const response = await extension.fetch(
    new Request("http://extension.test/v/v1/webhooks/issue.created", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ authentication: { runtime_token } }),
    }),
  );
  if (response.status === 503) expect(response.headers.get("retry-after")).toBe("30");
  return response.status;
}

describe("instead of keys, Kiket answers", () => {
  test.each(Object.entries(unusable))(
    "%s: 503 until it is mended, and nothing forged passes",
    async (_what, broken) => {
      answer = broken;
      const extension = start();
      for (let index = 0; index < 10; index += 1) expect(await send(extension, key)).toBe(503);
      expect(await send(extension, forger)).toBe(503);
      expect(await send(extension, key, { kid: undefined })).toBe(503);
      expect(keyRequests).toBe(5);
      expect(logger.others).toHaveLength(5);
      answer = set(jwk);
      now += 1_000;
      expect(await send(extension, key)).toBe(200);
      expect(await send(extension, forger)).toBe(401);
    },
  );

  test.each(Object.entries(unusable))("%s, after good keys: they stay in use", async (_what, broken) => {
    const extension = start();
    expect(await send(extension, key)).toBe(200);
    answer = broken;
    expect(await send(extension, forger)).toBe(503);
    expect(await send(extension, other)).toBe(503);
    now += 23 * 3_600_000;
    expect(await send(extension, key)).toBe(200);
    expect(await send(extension, key, { kid: undefined })).toBe(200);
    answer = set(other.publicJwk);
    expect(await send(extension, other)).toBe(200);
    expect(await send(extension, key)).toBe(401);
  });

  test.each(Object.entries(usable))("%s: a genuine token passes, and a forged one does not", async (_what, good) => {
    answer = good;
    const extension = start();
    expect(await send(extension, key)).toBe(200);
    expect(await send(extension, key, { kid: undefined })).toBe(200);
    expect([401, 503]).toContain(await send(extension, forger));
    expect([401, 503]).toContain(await send(extension, forger, { kid: undefined }));
  });
});

describe("a flood of forged tokens", () => {
  const kinds: readonly (readonly [string, () => { readonly kid: string | undefined }])[] = [
    ["under the kid of the good key", () => ({ kid: "key-1" })],
    ["each under another kid", () => ({ kid: crypto.randomUUID() })],
    ["without kid", () => ({ kid: undefined })],
  ];

  test.each(kinds)("%s loads the keys a few times, and good tokens pass", async (_what, header) => {
    const extension = start();
    expect(await send(extension, key)).toBe(200);
    for (let second = 0; second < 60; second += 1) {
      now += 1_000;
      const forged = Array.from({ length: 10 }, () => send(extension, forger, header()));
      expect(await send(extension, key)).toBe(200);
      for (const status of await Promise.all(forged)) expect([401, 503]).toContain(status);
    }
    // The first one, five at once, then one in five seconds.
    expect(keyRequests).toBeLessThanOrEqual(1 + 5 + 12);
    answer = set(jwk, other.publicJwk);
    now += 5_000;
    expect(await send(extension, other)).toBe(200);
  });

  test.each(kinds)(
    "%s, while Kiket does not answer for keys, does not take the place of good tokens",
    async (_what, header) => {
      const extension = start();
      expect(await send(extension, key)).toBe(200);
      let release = (): void => undefined;
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      answer = async () => {
        await released;
        return Response.json({ keys: [jwk] });
      };
      // Ten times as many as an extension takes at the same time.
      const forged: Promise<number>[] = [];
      for (let round = 0; round < 20; round += 1) {
        forged.push(...Array.from({ length: 128 }, () => send(extension, forger, header())));
        expect(await send(extension, key)).toBe(200);
      }
      release();
      for (const status of await Promise.all(forged)) expect([401, 503]).toContain(status);
      expect(keyRequests).toBeLessThanOrEqual(1 + 5);
    },
  );

  test("while no keys are known, loads them once a second at most", async () => {
    answer = json({}, { status: 500 });
    const extension = start();
    for (let second = 0; second < 20; second += 1) {
      now += 1_000;
      expect(await Promise.all(Array.from({ length: 10 }, () => send(extension, forger)))).toEqual(Array(10).fill(503));
    }
    expect(keyRequests).toBeLessThanOrEqual(5 + 20);
  });
});
