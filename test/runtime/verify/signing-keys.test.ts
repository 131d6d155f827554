import { exportJWK, generateKeyPair } from "jose";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { defineHandler, type Extension, type ExtensionOptions } from "../../../runtime/index.js";
import { createTestLogger } from "../../support/deliveries.js";
import { type OpenKiket, openKiket } from "../../support/open-kiket.js";
import { createSigningKey, type SigningKey, testClaims, testTime } from "../../support/tokens.js";

const handler = defineHandler({ event: "issue.created", version: "v1" }, () => "ran");
const hour = 3_600_000;
const unavailable = { status: 503, retryAfter: "30" };

let kiket: OpenKiket;
let logger: ReturnType<typeof createTestLogger>;
let now = testTime;

beforeEach(async () => {
  kiket = await openKiket();
  logger = createTestLogger();
  now = testTime;
});

const start = (options: Partial<ExtensionOptions> = {}): Extension =>
  kiket.extension({ handlers: [handler], logger, now: () => now, ...options });

async function send(to: Extension, signer: SigningKey = kiket.key, header?: { readonly kid?: string | undefined }) {
  const iat = Math.floor(now / 1000);
  const claims = { ...testClaims, iat, exp: iat + 300, jti: crypto.randomUUID() };
  const runtime_token = await signer.sign(claims, header);
  const request = new Request("http://extension.test/v/v1/webhooks/issue.created", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ authentication: { runtime_token } }),
  });
  const response = await to.fetch(request);
  return { status: response.status, retryAfter: response.headers.get("retry-after") };
}

const levels = () => logger.others.map(({ level, message }) => `${level} ${message}`);

describe("a set without a usable key", () => {
  test("is a 503 until a usable one arrives, with an error that says why", async () => {
    kiket.keys = [];
    const extension = start();
    expect(await send(extension)).toEqual(unavailable);
    expect(logger.others).toMatchObject([
      {
        level: "error",
        message: "Kiket answered without usable signing keys",
        fields: { url: `${kiket.baseUrl}/.well-known/jwks.json`, cause: { message: "the list of keys is empty" } },
      },
    ]);
    for (let index = 0; index < 20; index += 1) expect(await send(extension)).toEqual(unavailable);
    expect(kiket.keyRequests()).toBe(5);
    kiket.keys = [kiket.key.publicJwk];
    now += 1_000;
    expect(await send(extension)).toMatchObject({ status: 200 });
  });

  test("does not replace an earlier good one, which serves for 24 hours at most, with an error each time", async () => {
    const extension = start();
    expect(await send(extension)).toMatchObject({ status: 200 });
    kiket.keys = [];
    now = testTime + 10 * 60_000;
    expect(await send(extension)).toMatchObject({ status: 200 });
    await vi.waitFor(() => expect(levels()).toHaveLength(1));
    now = testTime + 24 * hour - 1;
    expect(await send(extension)).toMatchObject({ status: 200 });
    await vi.waitFor(() => expect(levels()).toHaveLength(2));
    expect(new Set(levels())).toEqual(
      new Set([
        "error Kiket answered without usable signing keys; the keys of an earlier response stay in use, for 24 h at most",
      ]),
    );
    now = testTime + 24 * hour;
    expect(await send(extension)).toEqual(unavailable);
    kiket.keys = [kiket.key.publicJwk];
    now += 1_000;
    expect(await send(extension)).toMatchObject({ status: 200 });
  });

  test("does not decide about a key that is not known, or a signature that does not fit", async () => {
    const extension = start();
    await send(extension);
    kiket.keys = [];
    expect(await send(extension, await createSigningKey("key-2"))).toEqual(unavailable);
    expect(await send(extension, await createSigningKey("key-1"))).toEqual(unavailable);
    expect(await send(extension)).toMatchObject({ status: 200 });
  });
});

test("a usable set that lacks a key revokes it as soon as it is loaded", async () => {
  const next = await createSigningKey("key-2");
  const extension = start();
  expect(await send(extension)).toMatchObject({ status: 200 });
  kiket.keys = [next.publicJwk];
  expect(await send(extension, next)).toMatchObject({ status: 200 });
  expect(await send(extension)).toMatchObject({ status: 401 });
});

describe("a signature that does not fit under a known kid", () => {
  test("is verified with another key of the same kid, which is loaded at once", async () => {
    const extension = start();
    expect(await send(extension)).toMatchObject({ status: 200 });
    const anew = await createSigningKey("key-1");
    kiket.keys = [anew.publicJwk];
    expect(await send(extension, anew)).toMatchObject({ status: 200 });
    expect(await send(extension)).toMatchObject({ status: 401 });
    expect(kiket.keyRequests()).toBe(3);
  });

  test("is a 503 when the keys cannot be loaded once more, and a new key is used within 5 s", async () => {
    const extension = start();
    const forger = await createSigningKey("key-1");
    const statuses: number[] = [];
    for (let index = 0; index < 7; index += 1) statuses.push((await send(extension, forger)).status);
    // The first load is that of the first token, so it decides about it.
    expect(statuses).toEqual([401, 401, 401, 401, 401, 401, 503]);
    const anew = await createSigningKey("key-1");
    kiket.keys = [anew.publicJwk];
    expect(await send(extension, anew)).toEqual(unavailable);
    now += 5_000;
    expect(await send(extension, anew)).toMatchObject({ status: 200 });
  });

  test("is a 503 while Kiket cannot be reached, and good tokens still pass", async () => {
    const extension = start();
    await send(extension);
    kiket.keys = 500;
    expect(await send(extension, await createSigningKey("key-1"))).toEqual(unavailable);
    expect(await send(extension)).toMatchObject({ status: 200 });
  });
});

describe("a set with keys that cannot be used", () => {
  test("verifies with the others, and says in the log what is wrong", async () => {
    const { x = "" } = kiket.key.publicJwk;
    kiket.keys = [
      { ...kiket.key.publicJwk, kid: "key-0", y: x },
      kiket.key.publicJwk,
      { kty: "RSA", kid: "other", n: "AQAB", e: "AQAB" },
    ];
    expect(await send(start())).toMatchObject({ status: 200 });
    expect(logger.others).toMatchObject([
      {
        level: "error",
        message: "Some of Kiket's signing keys cannot be used",
        fields: {
          cause: { message: expect.stringMatching(/^"key-0": x and y are not a point on the curve \([^;]+\)$/) },
        },
      },
    ]);
  });

  test("is a 503 for the kid of such a key, also if it was usable before, and a 200 within 5 s after it was mended", async () => {
    const other = await createSigningKey("key-2");
    const broken = { ...kiket.key.publicJwk, x: "AA" };
    const extension = start();
    kiket.keys = [broken, other.publicJwk];
    for (let index = 0; index < 10; index += 1) expect(await send(extension)).toEqual(unavailable);
    expect(await send(extension, other)).toMatchObject({ status: 200 });
    kiket.keys = [kiket.key.publicJwk, other.publicJwk];
    now += 5_000;
    expect(await send(extension)).toMatchObject({ status: 200 });
  });

  test("is a 503 for a token without kid, which a broken key may have signed, but not for one of another purpose", async () => {
    const other = await createSigningKey("key-2");
    const nameless = { kid: undefined };
    kiket.keys = [{ ...kiket.key.publicJwk, x: "AA" }, other.publicJwk];
    expect(await send(start(), kiket.key, nameless)).toEqual(unavailable);
    expect(await send(start(), other, nameless)).toMatchObject({ status: 200 });
    kiket.keys = [{ ...kiket.key.publicJwk, use: "enc" }, other.publicJwk];
    expect(await send(start(), kiket.key, nameless)).toMatchObject({ status: 401 });
    expect(await send(start(), kiket.key)).toEqual(unavailable);
  });
});

describe("kid", () => {
  test.each([
    ["without kid", undefined],
    ["with kid null", null],
  ])("a key %s may have signed any token", async (_what, kid) => {
    kiket.keys = [{ ...kiket.key.publicJwk, kid } as object];
    const extension = start();
    expect(await send(extension)).toMatchObject({ status: 200 });
    expect(await send(extension, kiket.key, { kid: undefined })).toMatchObject({ status: 200 });
    expect(await send(extension, await createSigningKey("key-1"))).toMatchObject({ status: 401 });
  });

  test.each([[7], [true], [["key-1"]], [{ kid: "key-1" }]])("%j in a token is a 401 without a request", async (kid) => {
    expect(await send(start(), kiket.key, { kid: kid as never })).toMatchObject({ status: 401 });
    expect(kiket.keyRequests()).toBe(0);
  });

  test("null in a token is none", async () => {
    expect(await send(start(), kiket.key, { kid: null as never })).toMatchObject({ status: 200 });
  });

  test.each(["__proto__", "constructor", "toString", ""])("%j is a name like any other", async (kid) => {
    const key = await createSigningKey(kid);
    kiket.keys = [kiket.key.publicJwk, key.publicJwk];
    expect(await send(start(), key)).toMatchObject({ status: 200 });
    kiket.keys = [kiket.key.publicJwk];
    expect(await send(start(), key)).toMatchObject({ status: 401 });
  });
});

test("a private key in the set is not used, although its public half fits", async () => {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const leaked = { ...(await exportJWK(privateKey)), kid: "key-1" };
  expect(leaked.x).toBe((await exportJWK(publicKey)).x);
  kiket.keys = [leaked];
  expect(await send(start())).toEqual(unavailable);
  expect(logger.others).toMatchObject([
    { fields: { cause: { message: 'no key is usable: "key-1": it contains a private key' } } },
  ]);
  expect(JSON.stringify(logger.lines)).not.toContain(leaked.d);
});

test("keys are asked for without a copy of a cache on the way, and redirects are not followed", async () => {
  const seen: RequestInit[] = [];
  const extension = start({
    fetch: (input, init) => {
      if (init !== undefined) seen.push(init);
      return fetch(input, init);
    },
  });
  await send(extension);
  expect(seen).toMatchObject([{ redirect: "manual", headers: { "cache-control": "no-cache" } }]);
});

describe("a system clock that is set back by two days", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date", "performance"], now: testTime });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  /** Changes the time of the system, but not the monotonic clock. */
  const setBack = (): void => {
    now = Date.now() - 48 * hour;
    vi.setSystemTime(now);
  };
  const pass = (milliseconds: number): void => {
    vi.advanceTimersByTime(milliseconds);
    now = Date.now();
  };

  test("does not stop the loads after failed ones", async () => {
    kiket.keys = 500;
    const extension = start({ now: undefined });
    for (let index = 0; index < 6; index += 1) await send(extension);
    setBack();
    kiket.keys = [kiket.key.publicJwk];
    pass(1_000);
    expect(await send(extension)).toMatchObject({ status: 200 });
  });

  test("does not prolong the trust in a revoked key", async () => {
    const next = await createSigningKey("key-2");
    const extension = start({ now: undefined });
    expect(await send(extension)).toMatchObject({ status: 200 });
    setBack();
    kiket.keys = [next.publicJwk];
    pass(10 * 60_000);
    await send(extension);
    await vi.waitFor(async () => expect(await send(extension)).toMatchObject({ status: 401 }));
  });

  test("does not stop loads for unknown keys", async () => {
    const extension = start({ now: undefined });
    const stranger = await createSigningKey("stranger");
    for (let index = 0; index < 7; index += 1) await send(extension, stranger);
    expect(await send(extension, stranger)).toEqual(unavailable);
    setBack();
    pass(5_000);
    expect(await send(extension, stranger)).toMatchObject({ status: 401 });
  });
});
