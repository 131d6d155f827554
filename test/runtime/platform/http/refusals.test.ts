import { request as httpRequest } from "node:http";
import { beforeEach, describe, expect, it } from "vitest";
import { openPlatform } from "../../../support/open-kiket.js";
import { connect, now } from "../client.js";

const list = "/api/v1/ext/custom_data/com.example.crm/leads?project_id=27";
const logs = "/api/v1/extensions/logs";

const platform = await openPlatform({ now, workspaceToken: "workspace-1", extensionApiKey: "key-1" });
const stranger = await openPlatform({ now });
const call = await connect(platform);
beforeEach(() => platform.reset());

describe("paths and methods", () => {
  it("refuses an unknown path", async () => {
    const { status, body } = await call("GET", "/api/v1/ext/custom_dat/x/y?project_id=1");
    expect({ status, body }).toEqual({ status: 404, body: { error: "No such path: /api/v1/ext/custom_dat/x/y" } });
    expect(platform.calls).toMatchObject([{ operationId: undefined, status: 404, query: { project_id: "1" } }]);
  });

  it.each([
    ["/api/v1/ext/custom_data/com.example.crm//1"],
    ["/api/v1/ext/custom_data/com.example.crm/leads/%E0%A4%A"],
    ["/api/v1/extensions/e/secrets/"],
  ])("refuses %s", async (path) => {
    expect((await call("GET", path)).status).toBe(404);
  });

  it("does not resolve dot segments", async () => {
    const { port } = new URL(platform.baseUrl);
    const status = await new Promise((resolve, reject) => {
      httpRequest({ port, host: "127.0.0.1", path: "/api/v1/ext/x/../rate_limit" }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on("error", reject)
        .end();
    });
    expect(status).toBe(404);
    expect(platform.calls.at(-1)?.path).toBe("/api/v1/ext/x/../rate_limit");
  });

  it("refuses a method and names the allowed ones", async () => {
    const { status, headers, body } = await call("PUT", list);
    expect({ status, body }).toEqual({
      status: 405,
      body: { error: "Method PUT is not allowed here; allowed: GET, POST" },
    });
    expect(headers.get("allow")).toBe("GET, POST");
  });

  it("prefers a path without parameters", async () => {
    const { status, headers } = await call("GET", logs);
    expect([status, headers.get("allow")]).toEqual([405, "POST"]);
  });

  it("keeps an encoded slash inside its segment", async () => {
    const path = "/api/v1/ext/custom_data/a%2Fb/..%2Ft?project_id=1";
    expect((await call("POST", path, { body: { record: { x: 1 } } })).status).toBe(201);
    expect((await call("GET", path)).body).toMatchObject({ data: [{ id: 1, x: 1 }] });
    expect((await call("GET", "/api/v1/ext/custom_data/a/b?project_id=1")).body).toEqual({ data: [] });
  });
});

describe("credentials", () => {
  it("refuses a call without credentials", async () => {
    const { status, headers, body } = await call("GET", list, { token: null });
    expect({ status, body }).toEqual({
      status: 401,
      body: { error: "Missing credential: send X-Kiket-Runtime-Token or Authorization: Bearer" },
    });
    expect(headers.get("www-authenticate")).toBe("Bearer");
  });

  const seconds = now() / 1000;
  it.each([
    ["expired", { iat: seconds - 600, exp: seconds - 1 }],
    ["of another issuer", { iss: "kiket.test" }],
    ["without expiry", { exp: undefined }],
    ["without issue time", { iat: undefined }],
    ["issued in an hour", { iat: seconds + 3600, exp: seconds + 3900 }],
    ["valid in an hour", { nbf: seconds + 3600 }],
    ["with an expiry later than any date", { exp: 1e15 }],
    ["with scopes that are not text", { scopes: ["*", 5] as unknown as string[] }],
    ["with scopes that are not a list", { scopes: "*" as unknown as string[] }],
  ])("refuses a token %s", async (_, claims) => {
    const token = await platform.sign({ scopes: ["*"], ...claims });
    const { status, body } = await call("GET", list, { token });
    expect({ status, body }).toEqual({ status: 401, body: { error: "Invalid or expired runtime token" } });
  });

  it("refuses a token of another platform", async () => {
    const token = await stranger.sign({ scopes: ["*"] });
    expect((await call("GET", list, { token })).status).toBe(401);
  });

  it("refuses text that is not a token", async () => {
    expect((await call("GET", list, { token: "x.y.z" })).status).toBe(401);
  });

  it("refuses an invalid token, even with a valid workspace token", async () => {
    const headers = { authorization: "Bearer workspace-1" };
    expect((await call("GET", list, { token: "x", headers })).status).toBe(401);
  });

  it.each([
    [{ authorization: "Bearer workspace-1" }, 200],
    [{ authorization: "bearer workspace-1" }, 200],
    [{ authorization: "Bearer workspace-2" }, 401],
    [{ authorization: "Basic workspace-1" }, 401],
    [{ "x-kiket-api-key": "key-1" }, 200],
    [{ "x-kiket-api-key": "key-2" }, 401],
  ])("answers %o with %i", async (headers, status) => {
    expect((await call("GET", list, { token: null, headers })).status).toBe(status);
  });

  it("accepts no workspace token unless one is configured", async () => {
    const client = await connect(stranger);
    const headers = { authorization: "Bearer undefined", "x-kiket-api-key": "undefined" };
    expect((await client("GET", list, { token: null, headers })).status).toBe(401);
  });

  it("never records credentials", async () => {
    await call("GET", list, {
      headers: {
        authorization: "Bearer workspace-1",
        "x-kiket-api-key": "key-1",
        "x-api-key": "key-2",
        cookie: "session=1",
        "x-hub-signature-256": "sha256=00",
        accept: "a/b",
      },
    });
    expect(platform.calls[0]?.headers).toMatchObject({
      "x-kiket-runtime-token": "[redacted]",
      authorization: "[redacted]",
      "x-kiket-api-key": "[redacted]",
      "x-api-key": "[redacted]",
      cookie: "[redacted]",
      "x-hub-signature-256": "[redacted]",
      accept: "a/b",
    });
  });
});

describe("scopes", () => {
  it("refuses a token that lacks them", async () => {
    const token = await platform.sign({ scopes: ["custom_data.read"] });
    const { status, body } = await call("POST", list, { token, body: { record: {} } });
    expect({ status, body }).toEqual({
      status: 403,
      body: {
        error: "Insufficient scopes",
        required_scopes: ["custom_data.write"],
        missing_scopes: ["custom_data.write"],
      },
    });
  });

  it("refuses a token with none, before looking at the request", async () => {
    const token = await platform.sign();
    expect((await call("POST", list, { token, body: "{" })).status).toBe(403);
  });

  it.each(["custom_data:read", "custom_data.read", "read:custom_data", "Custom_Data:Read", "*"])(
    "accepts %s for custom_data.read",
    async (scope) => {
      const token = await platform.sign({ scopes: [scope] });
      expect((await call("GET", list, { token })).status).toBe(200);
    },
  );

  it.each(["custom_data", "custom_data.*", "custom_data.read.all", "custom_data.write"])(
    "does not accept %s for it",
    async (scope) => {
      const token = await platform.sign({ scopes: [scope] });
      expect((await call("GET", list, { token })).status).toBe(403);
    },
  );

  it("accepts every token if the document names no scope", async () => {
    const token = await platform.sign({ scopes: null });
    expect((await call("GET", "/api/v1/ext/rate_limit", { token })).status).toBe(200);
  });
});

describe("shapes", () => {
  const invalid = (details: unknown) => ({ status: 422, body: { error: "The request is not valid", details } });

  it.each([
    ["?limit=5", [{ field: "query.project_id", message: "is required" }]],
    ["?project_id=", [{ field: "query.project_id", message: "is required" }]],
    ["?project_id=1&projectId=1", [{ field: "query.projectId", message: "is not known" }]],
    ["?project_id=1&limit=0", [{ field: "query.limit", message: "must be >= 1" }]],
    ["?project_id=1&limit=ten", [{ field: "query.limit", message: "must be integer" }]],
    ["?project_id=1&limit=1&limit=2", [{ field: "query.limit", message: "must be integer" }]],
    ["?project_id=1&filters=[]", [{ field: "query.filters", message: "must be a JSON object" }]],
    ["?project_id=1&filters={", [{ field: "query.filters", message: "must be a JSON object" }]],
  ])("refuses the query %s", async (query, details) => {
    const { status, body } = await call("GET", `/api/v1/ext/custom_data/m/t${query}`);
    expect({ status, body }).toEqual(invalid(details));
  });

  it("refuses an unknown state", async () => {
    const { status, body } = await call("GET", "/api/v1/ext/sla/events?project_id=1&state=late");
    expect({ status, body }).toEqual(
      invalid([{ field: "query.state", message: "must be equal to one of the allowed values" }]),
    );
  });

  it.each([
    [
      {},
      [
        { field: "body.name", message: "is required" },
        { field: "body.value", message: "is required" },
      ],
    ],
    [
      { name: "", value: "1" },
      [
        { field: "body.name", message: "must NOT have fewer than 1 characters" },
        { field: "body.value", message: "must be number" },
      ],
    ],
    [[], [{ field: "body", message: "must be object" }]],
    [undefined, [{ field: "body", message: "is required" }]],
  ])("refuses the body %j", async (body, details) => {
    const answer = await call("POST", "/api/v1/extensions/metrics", { body });
    expect({ status: answer.status, body: answer.body }).toEqual(invalid(details));
  });

  it("refuses a blank secret", async () => {
    const { status, body } = await call("POST", "/api/v1/extensions/e/secrets", {
      body: { secret: { key: "K", value: " " } },
    });
    expect({ status, body }).toEqual(invalid([{ field: "body.secret.value", message: 'must match pattern "\\S"' }]));
  });

  it("refuses a path parameter that cannot exist", async () => {
    const { status, body } = await call("GET", "/api/v1/audit/anchors/0x12");
    expect({ status, body }).toEqual({ status: 404, body: { error: "Resource not found" } });
  });

  it("refuses a body that is not JSON", async () => {
    const { status, body } = await call("POST", logs, { body: "{message" });
    expect({ status, body }).toEqual({ status: 400, body: { error: "The body is not JSON" } });
    expect(platform.calls[0]).toMatchObject({ operationId: "logMessage", body: "{message", status: 400 });
  });

  it("refuses a body of another type", async () => {
    const { status, body } = await call("POST", logs, { body: "{}", headers: { "content-type": "text/plain" } });
    expect({ status, body }).toEqual({ status: 415, body: { error: "The body must be application/json" } });
  });

  it("accepts every content type for JSON", async () => {
    const { status } = await call("POST", logs, {
      body: '{"message":"Hello"}',
      headers: { "content-type": "Application/vnd.api+JSON" },
    });
    expect(status).toBe(204);
  });

  it("refuses a body above 10 MiB", async () => {
    const { status, body } = await call("POST", logs, { body: { message: "x".repeat(10 * 1024 * 1024) } });
    expect({ status, body }).toEqual({ status: 413, body: { error: "The body is too large" } });
    expect(platform.calls).toMatchObject([{ operationId: "logMessage", body: undefined, status: 413 }]);
  });

  it("does not let a member `__proto__` change a prototype", async () => {
    const { body } = await call("POST", list, { body: '{"record":{"__proto__":{"polluted":true},"a":1}}' });
    expect(body).toMatchObject({ data: { id: 1, a: 1 } });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe("the rate limit", () => {
  it("refuses calls above it, until the next window", async () => {
    let time = now();
    const limited = await openPlatform({ now: () => time, rateLimit: { limit: 2, windowSeconds: 30 } });
    const client = await connect(limited);
    expect((await client("GET", "/api/v1/ext/rate_limit")).status).toBe(200);
    time += 10_500;
    expect((await client("GET", "/api/v1/ext/rate_limit")).body).toEqual({
      rate_limit: { limit: 2, remaining: 0, window_seconds: 30, reset_in: 20 },
    });
    const { status, headers, body } = await client("GET", list);
    expect({ status, body }).toEqual({ status: 429, body: { error: "Rate limit exceeded", retry_after: 20 } });
    const sent = ["retry-after", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];
    expect(sent.map((name) => headers.get(name))).toEqual(["20", "2", "0", "20"]);
    time += 19_500;
    expect((await client("GET", list)).status).toBe(200);
  });

  it("is only reported by default", async () => {
    for (let index = 0; index < 601; index += 1) await call("GET", "/api/v1/ext/rate_limit");
    const { status, body } = await call("GET", "/api/v1/ext/rate_limit");
    expect(status).toBe(200);
    expect(body).toMatchObject({ rate_limit: { remaining: 0 } });
  });
});

describe("an idempotency key", () => {
  const headers = { "idempotency-key": "k-1" };

  it("writes once", async () => {
    const first = await call("POST", list, { headers, body: { record: { a: 1 } } });
    const second = await call("POST", list, { headers, body: { record: { a: 1 } } });
    expect(second.body).toEqual(first.body);
    expect((await call("GET", list)).body).toMatchObject({ data: [{ id: 1 }] });
  });

  it("is refused for another request", async () => {
    await call("POST", list, { headers, body: { record: { a: 1 } } });
    const { status, body } = await call("POST", list, { headers, body: { record: { a: 2 } } });
    expect({ status, body }).toEqual({
      status: 422,
      body: { error: "The Idempotency-Key was used for another request" },
    });
  });

  it("is ignored for reads", async () => {
    await call("GET", list, { headers });
    expect((await call("GET", `${list}&limit=1`, { headers })).status).toBe(200);
  });
});
