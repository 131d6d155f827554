import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { allow, createExtension, defineHandler, type Extension } from "../../../runtime/index.js";
import { type RunningServer, serve } from "../../../runtime/node.js";
import type { Platform } from "../../../runtime/testing.js";
import { openPlatform } from "../../support/open-kiket.js";

const logger = { info() {}, warn() {}, error() {} };

const greet = defineHandler(
  { event: "issue.created", version: "v1", requiredScopes: ["issues:read"] },
  async (_, { endpoints, secrets, api, auth }) => {
    const data = endpoints.customData();
    await data.create("com.example.crm", "leads", { email: "a@example.com" });
    const found = await data.list("com.example.crm", "leads", { filters: { email: "a@example.com" } });
    await endpoints.logEvent("lead.added", { count: found.length });
    await secrets.set("LAST", "a@example.com");
    const events = await api.GET("/api/v1/ext/sla/events", { params: { query: { project_id: auth.projId ?? 0 } } });
    const last = await secrets.get("LAST");
    return allow({ message: `${found.length} lead, ${events.data?.data.length} event, ${last}` });
  },
);

let platform: Platform;
let extension: Extension;
let server: RunningServer;

beforeEach(async () => {
  platform = await openPlatform({ seed: { slaEvents: [{ issue_id: 1, project_id: 27, state: "imminent" }] } });
  extension = createExtension({ handlers: [greet], baseUrl: platform.baseUrl, extensionId: "com.example", logger });
  server = await serve(extension, { port: 0, host: "127.0.0.1" });
});
afterEach(() => server.close());

describe("an extension with a local Kiket", () => {
  const delivery = { event: "issue.created", payload: { issue: { id: 1, project_id: 27 } } };

  it.each(["in this process", "over HTTP"])("receives a delivery and makes calls, %s", async (way) => {
    const outcome = await platform.deliver(way === "over HTTP" ? server.url : extension, delivery);
    expect(outcome).toMatchObject({
      status: 200,
      verdict: "allow",
      body: { status: "allow", message: "1 lead, 1 event, a@example.com", metadata: {} },
    });
    expect(outcome.calls.map(({ operationId, status }) => `${operationId} ${status}`)).toEqual([
      "createCustomDataRecord 201",
      "listCustomDataRecords 200",
      expect.stringMatching(/^log(Event|Message) 204$/),
      "createSecret 201",
      "listSlaEvents 200",
      "getSecret 200",
    ]);
  });

  it("is refused calls that its token does not allow", async () => {
    const outcome = await platform.deliver(extension, { ...delivery, scopes: ["issues:read"] });
    expect(outcome.calls.map(({ operationId, status }) => `${operationId} ${status}`)).toEqual([
      "createCustomDataRecord 403",
    ]);
    expect(outcome.status).toBeGreaterThanOrEqual(400);
  });

  it("refuses a delivery of another platform, without fetching keys from there", async () => {
    const stranger = await openPlatform();
    const outcome = await stranger.deliver(extension, delivery);
    expect([outcome.status, outcome.verdict]).toEqual([401, undefined]);
    expect(stranger.calls).toEqual([]);
    expect(platform.calls.map(({ operationId }) => operationId)).toContain("getJwks");
  });

  it("tells of each request when its response is known", async () => {
    const told: string[] = [];
    const { baseUrl, jwksUrl } = await openPlatform({
      onCall: ({ operationId, path, status }) => told.push(`${operationId} ${path} ${status}`),
    });
    await fetch(jwksUrl);
    await fetch(`${baseUrl}/nowhere`);
    expect(told).toEqual(["getJwks /.well-known/jwks.json 200", "undefined /nowhere 404"]);
  });
});
