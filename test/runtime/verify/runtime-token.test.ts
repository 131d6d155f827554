import { createHmac } from "node:crypto";
import { SignJWT } from "jose";
import { beforeEach, describe, expect, test } from "vitest";
import { createExtension, defineHandler, type Extension } from "../../../runtime/index.js";
import { createTestLogger, testOptions } from "../../support/deliveries.js";
import { type OpenKiket, openKiket } from "../../support/open-kiket.js";
import { bodyOf } from "../../support/replies.js";
import {
  createSigningKey,
  rawToken,
  type SigningKey,
  testClaims,
  testSeconds,
  testTime,
} from "../../support/tokens.js";

const handler = defineHandler({ event: "issue.created", version: "v1" }, (_payload, { auth }) => ({ ...auth }));

let kiket: OpenKiket;
let extension: Extension;

beforeEach(async () => {
  kiket = await openKiket();
  extension = kiket.extension({ handlers: [handler] });
});

async function send(runtimeToken: unknown, more: object = {}, to: Extension = extension) {
  const request = new Request("http://extension.test/v/v1/webhooks/issue.created", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...more, authentication: { runtime_token: runtimeToken } }),
  });
  const response = await to.fetch(request);
  const body = (await bodyOf(response)) as Record<string, unknown>;
  return { status: response.status, retryAfter: response.headers.get("retry-after"), body };
}

test("a genuine token is accepted, and its claims reach the handler", async () => {
  const token = await kiket.key.sign(testClaims);
  expect(await send(token)).toEqual({
    status: 200,
    retryAfter: null,
    body: {
      runtimeToken: token,
      tokenType: "runtime",
      expiresAt: "2026-03-02T08:30:04.000Z",
      scopes: ["issues:read", "custom_data.read"],
      orgId: 11,
      extId: 22,
      projId: 33,
    },
  });
});

test("missing optional claims are null or empty", async () => {
  const { iss, sub, iat, exp } = testClaims;
  const token = await kiket.key.sign({ iss, sub, iat, exp, scopes: null, org_id: null, ext_id: "ext-9" });
  expect((await send(token)).body).toMatchObject({ scopes: [], orgId: null, extId: "ext-9", projId: null });
});

test("an empty id is ignored", async () => {
  const token = await kiket.key.sign({ ...testClaims, org_id: "", ext_id: "", proj_id: "" });
  expect((await send(token)).body).toMatchObject({ orgId: null, extId: null, projId: null });
});

describe("401", () => {
  test.each([
    ["expired", { exp: testSeconds - 61 }, "Runtime token has expired"],
    ["of another issuer", { iss: "kiket.dev.evil.test" }, "Invalid token issuer"],
    ["of no issuer", { iss: undefined }, "Invalid token issuer"],
    ["of several issuers", { iss: ["kiket.dev"] }, "Invalid token issuer"],
    ["without expiry", { exp: undefined }, "Invalid token claim: exp"],
    ["with an expiry that is not a number", { exp: "later" }, "Invalid token claim: exp"],
    ["with an expiry later than any date", { exp: 1e300 }, "Invalid token claim: exp"],
    ["without time of issue", { iat: undefined }, "Invalid token claim: iat"],
    ["issued later than any date", { iat: 1e300 }, "Invalid token claim: iat"],
    ["valid later than any date", { nbf: 1e300 }, "Invalid token claim: nbf"],
    ["with scopes as one text", { scopes: "issues:read" }, "Invalid token claim: scopes"],
    ["with a scope that is not text", { scopes: ["issues:read", null] }, "Invalid token claim: scopes"],
  ])("for a token %s", async (_what, claims, error) => {
    const token = await kiket.key.sign({ ...testClaims, ...claims });
    expect(await send(token)).toMatchObject({ status: 401, body: { error } });
  });

  test.each([
    ["expired a minute ago", { exp: testSeconds - 59 }],
    ["issued in a minute", { iat: testSeconds + 59 }],
  ])("not for a token %s, since clocks differ", async (_what, claims) => {
    expect(await send(await kiket.key.sign({ ...testClaims, ...claims }))).toMatchObject({ status: 200 });
  });

  test.each([
    ["iat", { iat: testSeconds + 61 }],
    ["iat", { iat: testSeconds + 2 * 86_400, exp: testSeconds + 2 * 86_400 + 300 }],
    ["nbf", { nbf: testSeconds + 61 }],
  ])(
    "but 503 for a token from the future (%s), because only the clock of this process can be wrong",
    async (claim, claims) => {
      expect(await send(await kiket.key.sign({ ...testClaims, ...claims }))).toEqual({
        status: 503,
        retryAfter: "30",
        body: { error: `Runtime token is not valid yet (${claim}): check the clock of this process` },
      });
      const forger = await createSigningKey("key-1");
      expect(await send(await forger.sign({ ...testClaims, ...claims }))).toMatchObject({ status: 401 });
    },
  );

  test("for a token of another key with the same kid", async () => {
    const forger = await createSigningKey("key-1");
    expect(await send(await forger.sign(testClaims))).toMatchObject({
      status: 401,
      body: { error: "Invalid token signature" },
    });
  });

  test("for claims that were changed after signing", async () => {
    const [head, , signature] = (await kiket.key.sign(testClaims)).split(".");
    const claims = Buffer.from(JSON.stringify({ ...testClaims, scopes: ["*"] })).toString("base64url");
    expect(await send(`${head}.${claims}.${signature}`)).toMatchObject({
      status: 401,
      body: { error: "Invalid token signature" },
    });
  });

  test("for a token without signature, in every spelling", async () => {
    for (const alg of ["none", "None", "NONE"]) {
      const token = rawToken({ alg, kid: "key-1" }, testClaims, "");
      expect(await send(token)).toMatchObject({ status: 401 });
    }
    expect(kiket.keyRequests()).toBe(0);
  });

  test("for a token signed with the public key as HMAC secret", async () => {
    for (const secret of [JSON.stringify(kiket.key.publicJwk), String(kiket.key.publicJwk.x)]) {
      const unsigned = rawToken({ alg: "HS256", kid: "key-1" }, testClaims, "");
      const signature = createHmac("sha256", secret).update(unsigned.slice(0, -1)).digest("base64url");
      expect(await send(unsigned + signature)).toMatchObject({
        status: 401,
        body: { error: "Invalid token: only ES256 is accepted" },
      });
    }
    expect(kiket.keyRequests()).toBe(0);
  });

  test("for other algorithms", async () => {
    for (const alg of ["ES384", "RS256", "PS256", "EdDSA", "es256"]) {
      expect(await send(rawToken({ alg, kid: "key-1" }, testClaims, "AAAA"))).toMatchObject({ status: 401 });
    }
  });

  test("for a token that contains its own key", async () => {
    const forger = await createSigningKey("key-1");
    const forged = await forger.sign(testClaims);
    const [, claims = "", signature] = forged.split(".");
    for (const header of [
      { alg: "ES256", kid: "key-1", jwk: forger.publicJwk },
      { alg: "ES256", kid: "key-1", jku: "http://127.0.0.1:1/keys" },
      { alg: "ES256", kid: "key-1", crit: ["b64"], b64: false },
    ]) {
      const head = Buffer.from(JSON.stringify(header)).toString("base64url");
      expect(await send(`${head}.${claims}.${signature}`)).toMatchObject({ status: 401 });
    }
  });

  test.each([
    ["a"],
    ["a.b"],
    ["a.b.c"],
    ["a.b.c.d"],
    [".."],
    [" "],
    ["\u0000.\u0000.\u0000"],
    [42],
    [{}],
    [["a.b.c"]],
    [true],
  ])("for %j, which is not a token, without the library's message", async (token) => {
    const { status, body } = await send(token);
    expect(status).toBe(401);
    expect(body.error).toMatch(/^(Missing runtime_token in payload|Invalid token)$/);
  });

  test("for a genuine token in another spelling", async () => {
    const token = await kiket.key.sign(testClaims);
    const [head, claims, signature = ""] = token.split(".");
    // Four bits of the last letter have no meaning.
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const last = letters[letters.indexOf(signature.at(-1) ?? "") + 1];
    for (const other of [
      `${token} `,
      `${token}==`,
      `${token.slice(0, -9)}\n${token.slice(-9)}`,
      `${head}.${claims}.${signature.slice(0, -1)}${last}`,
      `${head}.${claims}\t.${signature}`,
      `${token}.`,
    ]) {
      expect(await send(other)).toMatchObject({ status: 401, body: { error: "Invalid token" } });
    }
    expect(await send(token)).toMatchObject({ status: 200 });
  });

  test("for a kid that is a name of Object.prototype or a path", async () => {
    for (const kid of ["__proto__", "constructor", "../../key-1", "key-1\u0000", ""]) {
      expect(await send(await kiket.key.sign(testClaims, { kid }))).toMatchObject({ status: 401 });
    }
  });
});

test("keys are never fetched from the payload's base URL", async () => {
  const forger = await createSigningKey("key-1");
  const evil = await openKiket();
  const token = await forger.sign({ ...testClaims, scopes: ["*"] });
  for (const baseUrl of [evil.baseUrl, `${evil.baseUrl}/`, evil.baseUrl.replace("127.0.0.1", "localhost")]) {
    const answer = await send(token, { api: { base_url: baseUrl } });
    expect(answer).toMatchObject({ status: 401, body: { error: "Invalid token signature" } });
  }
  expect(evil.keyRequests()).toBe(0);
  expect(evil.calls).toEqual([]);
});

test("an `api` in the payload that is not an object has no effect", async () => {
  const token = await kiket.key.sign(testClaims);
  for (const api of [null, 1, "text", [], { base_url: 7 }, { base_url: "not a url" }]) {
    expect(await send(token, { api })).toMatchObject({ status: 200 });
  }
});

describe("keys", () => {
  test("are fetched once", async () => {
    const token = await kiket.key.sign(testClaims);
    await Promise.all([send(token), send(token), send(token)]);
    await send(token);
    expect(kiket.keyRequests()).toBe(1);
  });

  test("are fetched again for an unknown kid, so that a new key is accepted at once", async () => {
    expect(await send(await kiket.key.sign(testClaims))).toMatchObject({ status: 200 });
    const next = await createSigningKey("key-2");
    kiket.keys = [kiket.key.publicJwk, next.publicJwk];
    expect(await send(await next.sign(testClaims))).toMatchObject({ status: 200 });
    expect(kiket.keyRequests()).toBe(2);
  });

  test("an unknown kid that stays unknown is a 401", async () => {
    await send(await kiket.key.sign(testClaims));
    const stranger = await createSigningKey("stranger");
    expect(await send(await stranger.sign(testClaims))).toMatchObject({
      status: 401,
      body: { error: "Invalid token: no such signing key" },
    });
    expect(kiket.keyRequests()).toBe(2);
  });

  test("after too many unknown kids no keys are fetched, the answer is 503, and known keys still work", async () => {
    await send(await kiket.key.sign(testClaims));
    const stranger = await createSigningKey("stranger");
    const token = await stranger.sign(testClaims);
    const statuses: number[] = [];
    for (let index = 0; index < 8; index += 1) statuses.push((await send(token)).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 503, 503, 503]);
    expect(kiket.keyRequests()).toBe(6);
    expect(await send(await kiket.key.sign(testClaims))).toMatchObject({ status: 200 });
  });

  test("one more fetch is allowed after 5 s", async () => {
    let now = testTime;
    const clocked = kiket.extension({ now: () => now, handlers: [handler] });
    const stranger = await createSigningKey("stranger");
    const token = await stranger.sign(testClaims);
    for (let index = 0; index < 6; index += 1) await send(token, {}, clocked);
    expect(await send(token, {}, clocked)).toMatchObject({ status: 503, retryAfter: "30" });
    now += 4_999;
    expect(await send(token, {}, clocked)).toMatchObject({ status: 503 });
    now += 1;
    expect(await send(token, {}, clocked)).toMatchObject({ status: 401 });
    expect(await send(token, {}, clocked)).toMatchObject({ status: 503 });
  });

  test("a token without kid may be signed with any key, also with one that is not loaded yet", async () => {
    const [second, third, stranger] = await Promise.all(["2", "3", "4"].map((kid) => createSigningKey(kid)));
    const anonymous = (by: SigningKey | undefined, jti: string) =>
      (by ?? kiket.key).sign({ ...testClaims, jti }, { kid: undefined });
    expect(await send(await anonymous(kiket.key, "a"))).toMatchObject({ status: 200 });
    kiket.keys = [kiket.key, second, third].flatMap((of) => of?.publicJwk ?? []);
    expect(await send(await anonymous(third, "b"))).toMatchObject({ status: 200 });
    expect(await send(await anonymous(second, "c"))).toMatchObject({ status: 200 });
    expect(kiket.keyRequests()).toBe(2);
    expect(await send(await anonymous(stranger, "d"))).toMatchObject({
      status: 401,
      body: { error: "Invalid token signature" },
    });
  });

  test("all keys with the same kid are tried", async () => {
    const twin = await createSigningKey("key-1");
    const forger = await createSigningKey("key-1");
    kiket.keys = [kiket.key.publicJwk, twin.publicJwk];
    expect(await send(await kiket.key.sign({ ...testClaims, jti: "a" }))).toMatchObject({ status: 200 });
    expect(await send(await twin.sign({ ...testClaims, jti: "b" }))).toMatchObject({ status: 200 });
    expect(await send(await forger.sign(testClaims))).toMatchObject({
      status: 401,
      body: { error: "Invalid token signature" },
    });
    expect(kiket.keyRequests()).toBe(2);
  });

  describe("a new key while keys are being fetched", () => {
    /** Answers requests for keys one after another, each with the keys at the time of the request. */
    function createSlowKeys() {
      const open: (() => void)[] = [];
      const fetchKeys = () => {
        const keys = kiket.keys;
        return new Promise<Response>((resolve) => {
          open.push(() => resolve(Response.json({ keys })));
        });
      };
      const until = async (count: number): Promise<void> => {
        while (open.length < count) await new Promise((resolve) => setImmediate(resolve));
      };
      const answerNext = async (): Promise<void> => {
        await until(1);
        open.shift()?.();
      };
      return { fetchKeys, answerNext, until };
    }

    test.each([
      ["for the first time", false],
      ["because of a forged token", true],
    ])("%s: the token is accepted, after one more fetch", async (_why, isWarm) => {
      const { fetchKeys, answerNext, until } = createSlowKeys();
      const slow = kiket.extension({ fetch: fetchKeys, handlers: [handler] });
      const next = await createSigningKey("key-2");
      const stranger = await createSigningKey("stranger");
      if (isWarm) {
        const first = send(await kiket.key.sign({ ...testClaims, jti: "first" }), {}, slow);
        await answerNext();
        expect(await first).toMatchObject({ status: 200 });
      }
      const pending = send(await (isWarm ? stranger : kiket.key).sign({ ...testClaims, jti: "pending" }), {}, slow);
      await until(1);
      kiket.keys = [kiket.key.publicJwk, next.publicJwk];
      const rotated = ["a", "b"].map(async (jti) => send(await next.sign({ ...testClaims, jti }), {}, slow));
      await new Promise((resolve) => setTimeout(resolve, 20));
      await answerNext();
      await answerNext();
      expect(await Promise.all(rotated)).toMatchObject([{ status: 200 }, { status: 200 }]);
      expect(await pending).toMatchObject({ status: isWarm ? 401 : 200 });
    });
  });

  test("while no keys are known and Kiket is down, many tokens do not cause many fetches", async () => {
    let now = testTime;
    kiket.keys = 500;
    const clocked = kiket.extension({ now: () => now, handlers: [handler] });
    const token = await kiket.key.sign(testClaims);
    for (let index = 0; index < 20; index += 1) {
      expect(await send(token, {}, clocked)).toMatchObject({ status: 503, retryAfter: "30" });
    }
    expect(kiket.keyRequests()).toBe(5);
    now += 1_000;
    kiket.keys = [kiket.key.publicJwk];
    expect(await send(token, {}, clocked)).toMatchObject({ status: 200 });
  });

  test.each([[500], [404], [429]])(
    "503 with Retry-After, never 401, while the response for keys is %i",
    async (status) => {
      kiket.keys = status;
      const answer = await send(await kiket.key.sign(testClaims));
      expect(answer).toEqual({ status: 503, retryAfter: "30", body: { error: "Signing keys are unavailable" } });
      kiket.keys = [kiket.key.publicJwk];
      expect(await send(await kiket.key.sign(testClaims))).toMatchObject({ status: 200 });
    },
  );

  test("503 while Kiket cannot be reached, and while its keys are invalid", async () => {
    const token = await kiket.key.sign(testClaims);
    for (const fetchKeys of [
      () => Promise.reject(new TypeError("fetch failed")),
      async () => new Response("<html>", { status: 200 }),
      async () => Response.json({ keys: "none" }),
      async () => Response.json({ keys: [{ ...kiket.key.publicJwk, x: "AA" }] }),
      async () => new Response(null, { status: 302, headers: { location: "http://127.0.0.1:1/" } }),
    ]) {
      const cut = kiket.extension({ fetch: fetchKeys, handlers: [handler] });
      expect(await send(token, {}, cut)).toMatchObject({ status: 503, retryAfter: "30" });
    }
  });

  test("known keys are used for a day while Kiket is down", async () => {
    let now = testTime;
    const clocked = kiket.extension({ now: () => now, handlers: [handler] });
    const sendAt = async (time: number) => {
      now = time;
      const iat = Math.floor(time / 1000);
      return send(await kiket.key.sign({ ...testClaims, iat, exp: iat + 60 }), {}, clocked);
    };
    expect(await sendAt(testTime)).toMatchObject({ status: 200 });
    kiket.keys = 500;
    expect(await sendAt(testTime + 23 * 3_600_000)).toMatchObject({ status: 200 });
    expect(await sendAt(testTime + 24 * 3_600_000)).toMatchObject({ status: 503 });
  });

  test("the failure is logged, without the token", async () => {
    kiket.keys = 500;
    const logger = createTestLogger();
    const logged = kiket.extension({ logger, handlers: [handler] });
    const token = await kiket.key.sign(testClaims);
    await send(token, {}, logged);
    expect(logger.others).toMatchObject([{ level: "warn", message: "Signing keys could not be loaded" }]);
    expect(JSON.stringify(logger.lines)).not.toContain(token);
  });
});

test("tokens are checked by the configured clock", async () => {
  const later = kiket.extension({ now: () => testTime + 3_600_000, handlers: [handler] });
  const response = await later.fetch(await kiket.request());
  expect(response.status).toBe(401);
});

test("a private key of another curve in the key set does not help an attacker", async () => {
  const token = await new SignJWT(testClaims)
    .setProtectedHeader({ alg: "HS256", kid: "oct" })
    .sign(new TextEncoder().encode("a secret that is long enough for HS256"));
  kiket.keys = [kiket.key.publicJwk, { kty: "oct", kid: "oct", k: "c2VjcmV0" }];
  expect(await send(token)).toMatchObject({ status: 401 });
});

describe("expectedExtId", () => {
  const demanding = (expectedExtId: number | string) => kiket.extension({ handlers: [handler], expectedExtId });

  test.each([
    [22, 22],
    ["22", 22],
    [22, "22"],
    ["ext-9", "ext-9"],
  ])("%j accepts a token with %j", async (expected, ext_id) => {
    expect(await send(await kiket.key.sign({ ...testClaims, ext_id }), {}, demanding(expected))).toMatchObject({
      status: 200,
    });
  });

  test.each([[23], ["22 "], [null], [undefined], [[22]], [{ toString: "22" }], [true]])(
    "22 refuses one of %j",
    async (ext_id) => {
      expect(await send(await kiket.key.sign({ ...testClaims, ext_id }), {}, demanding(22))).toMatchObject({
        status: 401,
        body: { error: "Invalid token claim: ext_id" },
      });
    },
  );

  test("a blank value, or any value with auth hmac, is an error", () => {
    expect(() => demanding(" ")).toThrow("expectedExtId must not be blank");
    const byHmac = { ...testOptions(kiket), handlers: [handler], auth: "hmac", webhookSecrets: "whsec_test" } as const;
    expect(() => createExtension({ ...byHmac, expectedExtId: 22 })).toThrow("expectedExtId cannot be checked");
  });

  test("'null' does not accept tokens without an extension", async () => {
    const token = await kiket.key.sign({ ...testClaims, ext_id: null });
    expect(await send(token, {}, demanding("null"))).toMatchObject({ status: 401 });
  });
});
