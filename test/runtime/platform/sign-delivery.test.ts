import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { signDelivery } from "../../../runtime/testing.js";
import { openPlatform } from "../../support/open-kiket.js";

/** The vectors of schemas/record/inbound.md (fact 159). */
const secret = "whsec_test";
const timestamp = 1767225600;
const body = '{"event":"issue.created","issue":{"id":42}}';
const overBody = "e3c7bbdd1e9d48561ab17857dc3e70b9d0fee4c460b74c8a16404172dd3bfbb7";
const overTimestampAndBody = "271e2791240ed8646d0223e174d50201a02ec91049f5b0f6f2d307f15bbc79da";

describe("signDelivery with an HMAC", () => {
  it.each([
    ["bare hex", {}, overTimestampAndBody],
    ["bare hex, with explicit options", { encoding: "hex", signs: "timestamp.body" }, overTimestampAndBody],
    ["with its prefix", { encoding: "sha256=" }, `sha256=${overTimestampAndBody}`],
    ["over the body only", { signs: "body" }, overBody],
    ["over the body only, with its prefix", { signs: "body", encoding: "sha256=" }, `sha256=${overBody}`],
  ] as const)("signs %s", (_what, form, signature) => {
    const signed = signDelivery({ event: "issue.created", body }, { auth: "hmac", secret, timestamp, ...form });
    expect(signed).toEqual({
      url: "http://localhost/v/v1/webhooks/issue.created",
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-kiket-event": "issue.created",
        "x-kiket-event-version": "v1",
        "x-kiket-organization": "1",
        "x-kiket-project": "1",
        "x-kiket-signature": signature,
        "x-kiket-timestamp": "1767225600",
      },
      body,
    });
  });

  it("contains no runtime token", () => {
    const signed = signDelivery(
      { event: "issue.created", payload: { issue: { id: 42 } } },
      { auth: "hmac", secret, timestamp },
    );
    expect(signed.body).toBe('{"issue":{"id":42},"event":"issue.created","event_version":"v1","secrets":{}}');
  });
});

describe("signDelivery with a token", () => {
  it("puts the token into the envelope, and no signature into the headers", () => {
    const signed = signDelivery(
      { event: "a b", version: "2", payload: { project_id: 7 }, scopes: ["issues:read"], deliveryId: "dlv_1" },
      {
        auth: "token",
        token: "the.token.here",
        expiresAt: "2026-03-02T08:25:04Z",
        target: "https://extension.example/mounted/",
        apiBaseUrl: "https://kiket.example",
      },
    );
    expect(JSON.parse(signed.body)).toEqual({
      project_id: 7,
      event: "a b",
      event_version: "2",
      authentication: {
        runtime_token: "the.token.here",
        token_type: "runtime",
        expires_at: "2026-03-02T08:25:04Z",
        scopes: ["issues:read"],
      },
      api: { base_url: "https://kiket.example" },
      secrets: {},
    });
    expect(signed.url).toBe("https://extension.example/mounted/v/2/webhooks/a%20b");
    expect(signed.headers).toEqual({
      "content-type": "application/json",
      "x-kiket-delivery": "dlv_1",
      "x-kiket-event": "a%20b",
      "x-kiket-event-version": "2",
      "x-kiket-organization": "1",
      "x-kiket-project": "7",
    });
  });

  it("does both", () => {
    const signed = signDelivery({ event: "e" }, { auth: "both", token: "a.b.c", secret, timestamp });
    expect(JSON.parse(signed.body)).toMatchObject({ authentication: { runtime_token: "a.b.c" } });
    expect(signed.headers["x-kiket-signature"]).toBe(
      createHmac("sha256", secret).update(`${timestamp}.${signed.body}`).digest("hex"),
    );
  });

  it("uses the given path, headers and body", async () => {
    const signed = signDelivery(
      { event: "e", path: "/kiket", headers: { "X-Kiket-Signature": "forged" }, body: { type: "issue.created" } },
      { auth: "hmac", secret, timestamp },
    );
    expect(signed).toMatchObject({ url: "http://localhost/kiket", headers: { "x-kiket-signature": "forged" } });
    const request = new Request(signed.url, signed);
    expect([request.method, await request.text()]).toEqual(["POST", '{"type":"issue.created"}']);
  });
});

describe("deliver with an HMAC", async () => {
  const platform = await openPlatform({ webhookSecret: secret, now: () => timestamp * 1000 });

  const target = (seen: Request[]) => ({
    fetch: (request: Request) => {
      seen.push(request);
      return Response.json({ ok: true });
    },
  });

  it("signs with the platform's secret and clock", async () => {
    const seen: Request[] = [];
    const outcome = await platform.deliver(target(seen), { event: "issue.created", body, auth: "hmac" });
    const headers = seen[0]?.headers;
    expect([headers?.get("x-kiket-timestamp"), headers?.get("x-kiket-signature")]).toEqual([
      "1767225600",
      overTimestampAndBody,
    ]);
    expect(outcome.sent.body).toBe(body);
  });

  it("signs with the delivery's own secret, timestamp and encoding", async () => {
    const seen: Request[] = [];
    const own = { auth: "both", secret: "other", timestamp: 1, encoding: "sha256=" } as const;
    await platform.deliver(target(seen), { event: "e", ...own });
    const text = (await seen[0]?.text()) ?? "";
    expect(JSON.parse(text).authentication.runtime_token).toMatch(/^eyJ/);
    expect(seen[0]?.headers.get("x-kiket-signature")).toBe(
      `sha256=${createHmac("sha256", "other").update(`1.${text}`).digest("hex")}`,
    );
  });

  it("without a secret, the error says what is missing", async () => {
    const other = await openPlatform();
    await expect(other.deliver(target([]), { event: "e", auth: "hmac" })).rejects.toThrow(
      'A delivery with auth "hmac" or "both" needs a secret: set secret in the delivery, or webhookSecret in createPlatform.',
    );
  });
});
