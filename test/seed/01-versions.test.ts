import { describe, expect, test } from "vitest";
import { defineHandler } from "../../runtime/index.js";
import { openServed } from "./served.js";

const event = "issue.created";
const handlers = ["v1", "v2"].map((version) =>
  defineHandler({ event, version }, async (_payload, context) => {
    await context.endpoints.logEvent("seen");
    await context.api.GET("/api/v1/ext/rate_limit");
    await context.secrets.list();
    return { handler: version, eventVersion: context.eventVersion };
  }),
);

const { platform, url, sent } = await openServed({ handlers, extensionId: "com.example.versions" });

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A delivery whose body does not say the version. */
async function post(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const runtime_token = await platform.sign({ scopes: ["*"] });
  const response = await fetch(`${url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ event, issue: { id: 1, title: "A" }, authentication: { runtime_token } }),
  });
  return { status: response.status, body: await response.json() };
}

describe("1: handlers by event and version", () => {
  test.each([
    ["the path", "/v/v1/webhooks/issue.created", {}, "v1"],
    ["the path", "/v/v2/webhooks/issue.created", {}, "v2"],
    ["the header", "/webhooks/issue.created", { "X-Kiket-Event-Version": "v1" }, "v1"],
    ["the header", "/webhooks/issue.created", { "X-Kiket-Event-Version": "v2" }, "v2"],
    ["the query", "/webhooks/issue.created?version=v1", {}, "v1"],
    ["the query", "/webhooks/issue.created?version=v2", {}, "v2"],
    [
      "the path, before header and query",
      "/v/v2/webhooks/issue.created?version=v1",
      { "X-Kiket-Event-Version": "v1" },
      "v2",
    ],
    ["the header, before the query", "/webhooks/issue.created?version=v1", { "X-Kiket-Event-Version": "v2" }, "v2"],
  ] as const)("1: %s selects the version: %s %j", async (_place, path, headers, version) => {
    const body = { handler: version, eventVersion: version };
    expect(await post(path, headers)).toEqual({ status: 200, body });
  });

  test("1: without a version, or with one that has no handler, no handler runs", async () => {
    const before = sent.length;
    expect(await post("/webhooks/issue.created")).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining("Event version required") },
    });
    expect(await post("/v/v3/webhooks/issue.created")).toMatchObject({ status: 404 });
    expect(sent.slice(before)).toEqual([]);
  });
});

describe("2: version headers of outbound calls", () => {
  test.each(["v1", "v2"])("2: every call of a handler for %s carries its version", async (version) => {
    const before = sent.length;
    expect((await post(`/webhooks/${event}?version=${version}`)).status).toBe(200);
    const calls = sent.slice(before).map(({ path, headers }) => [path, headers.get("x-kiket-event-version")]);
    expect(calls).toEqual([
      ["/api/v1/extensions/logs", version],
      ["/api/v1/ext/rate_limit", version],
      ["/api/v1/extensions/com.example.versions/secrets", version],
    ]);
  });
});
