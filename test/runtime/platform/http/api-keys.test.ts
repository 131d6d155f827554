import { beforeEach, describe, expect, it } from "vitest";
import { openPlatform } from "../../../support/open-kiket.js";
import { connect, connectWithKey, now, organization } from "../client.js";

const other = "00000000-0000-4000-8000-0000000000b2";
const platform = await openPlatform({
  now,
  workspaceToken: "workspace-1",
  extensionApiKey: "extension-1",
  apiKeys: [
    { key: "kik_local" },
    { key: "kik_claims", scopes: ["raw-events:claim"] },
    { key: "kik_other", organizationId: other },
  ],
});
const claim = "/raw-events/claim";
const whole = `/api/v1/platform${claim}`;
beforeEach(() => platform.reset());

/** Sends only these headers. */
async function sent(headers: Record<string, string>) {
  const response = await fetch(`${platform.baseUrl}${whole}`, { headers });
  return { status: response.status, body: await response.json() };
}

describe("N9: an API key", () => {
  it("is accepted as X-API-Key with X-Organization-Id, and as Bearer with and without it", async () => {
    const ok = { status: 200, body: { data: [] } };
    expect(await sent({ "x-api-key": "kik_local", "x-organization-id": organization })).toEqual(ok);
    expect(await sent({ authorization: "Bearer kik_local" })).toEqual(ok);
    expect(await sent({ authorization: "Bearer kik_local", "x-organization-id": organization })).toEqual(ok);
  });

  it.each([
    ["no credential", {}, "Missing credential: send X-API-Key and X-Organization-Id, or Authorization: Bearer"],
    ["an unknown key", { "x-api-key": "kik_guess", "x-organization-id": organization }, "Invalid API key"],
    ["an unknown key as Bearer", { authorization: "Bearer kik_guess" }, "Invalid API key"],
    ["a key without its organization", { "x-api-key": "kik_local" }, "Missing X-Organization-Id beside X-API-Key"],
    [
      "a key of another organization",
      { "x-api-key": "kik_local", "x-organization-id": other },
      "The API key belongs to another organization than X-Organization-Id",
    ],
    [
      "a Bearer key of another organization",
      { authorization: "Bearer kik_other", "x-organization-id": organization },
      "The API key belongs to another organization than X-Organization-Id",
    ],
    ["the name of a member of Map", { authorization: "Bearer constructor" }, "Invalid API key"],
    ["the workspace token", { authorization: "Bearer workspace-1" }, "Invalid API key"],
    ["the extension API key", { "x-kiket-api-key": "extension-1" }, "Missing credential: send X-API-Key"],
  ])("is refused for %s", async (_, headers, error) => {
    const { status, body } = await sent(headers as Record<string, string>);
    expect([status, body]).toEqual([401, { error: expect.stringContaining(error) }]);
  });

  it("is not replaced by a runtime token, and is no credential of the first generation", async () => {
    const token = await platform.sign({ scopes: ["*"] });
    expect((await sent({ "x-kiket-runtime-token": token })).status).toBe(401);
    const extension = await connect(platform);
    const headers = { "x-api-key": "kik_local", "x-organization-id": organization };
    expect((await extension("GET", "/api/v1/ext/rate_limit", { token: null, headers })).status).toBe(401);
  });

  it("needs the scope of the operation", async () => {
    const claims = connectWithKey(platform, "kik_claims");
    expect((await claims("GET", claim)).status).toBe(200);
    const body = { evidenceType: "ticket", title: "T-7", sourceSystem: "desk", dedupeKey: "desk:7" };
    expect(await claims("POST", "/evidence", { body })).toMatchObject({
      status: 403,
      body: { required_scopes: ["evidence:write"], missing_scopes: ["evidence:write"] },
    });
    expect((await claims("POST", "/raw-events", { body: {} })).status).toBe(403);
    expect((await claims("POST", "/raw-events/x/submit", { body: {} })).status).toBe(403);
    expect((await claims("GET", "/cases")).status).toBe(200);
  });

  it("is in no recorded call", async () => {
    await connectWithKey(platform)("GET", claim);
    await sent({ authorization: "Bearer kik_local" });
    expect(platform.calls.map(({ operationId }) => operationId)).toEqual(["claimRawEvents", "claimRawEvents"]);
    expect(JSON.stringify(platform.calls)).not.toContain("kik_local");
    expect(platform.calls[0]?.headers).toMatchObject({
      "x-api-key": "[redacted]",
      "x-organization-id": organization,
    });
  });
});

describe("N9: the rate limit of API keys", () => {
  it("is 1,200 calls a minute for each key, and every answer tells it", async () => {
    const send = connectWithKey(platform);
    const limitOf = (headers: Headers) =>
      ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"].map((name) => headers.get(name));
    const first = await send("GET", claim);
    expect([first.status, ...limitOf(first.headers)]).toEqual([200, "1200", "1199", "60"]);
    const missing = await send("GET", "/cases/none");
    expect([missing.status, ...limitOf(missing.headers)]).toEqual([404, "1200", "1198", "60"]);
    const others = await connectWithKey(platform, "kik_claims")("GET", claim);
    expect(limitOf(others.headers)).toEqual(["1200", "1199", "60"]);
  });

  it("refuses with 429 until the window ends", async () => {
    let time = now();
    const limited = await openPlatform({
      now: () => time,
      apiKeys: [{ key: "kik_local" }, { key: "kik_second" }],
      apiKeyRateLimit: { limit: 2, windowSeconds: 60 },
    });
    const send = connectWithKey(limited);
    await send("GET", claim);
    time += 20_000;
    await send("GET", claim);
    const refused = await send("GET", claim);
    expect([refused.status, refused.body]).toEqual([429, { error: "Rate limit exceeded", retry_after: 40 }]);
    expect(refused.headers.get("retry-after")).toBe("40");
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
    expect((await connectWithKey(limited, "kik_second")("GET", claim)).status).toBe(200);
    time += 40_000;
    expect((await send("GET", claim)).status).toBe(200);
  });

  it("counts no call with a wrong key", async () => {
    const limited = await openPlatform({
      now,
      apiKeys: [{ key: "kik_local" }],
      apiKeyRateLimit: { limit: 1, windowSeconds: 60 },
    });
    await connectWithKey(limited, "kik_guess")("GET", claim);
    expect((await connectWithKey(limited)("GET", claim)).status).toBe(200);
  });
});
