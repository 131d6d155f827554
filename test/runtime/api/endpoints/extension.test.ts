import { describe, expect, test } from "vitest";
import { ConfigError, type HandlerContext, KiketError } from "../../../../runtime/index.js";
import { openCalls } from "../../../support/context-calls.js";

const { run, sent } = await openCalls();

describe("logs, metrics, notifications", () => {
  test("logEvent", async () => {
    await run(({ endpoints }) => endpoints.logEvent("issue.greeted", { title: "Broken link" }));
    await run(({ endpoints }) => endpoints.logEvent("issue.greeted"));
    expect(sent()).toEqual([
      ["POST", "/api/v1/extensions/logs", { message: "issue.greeted", metadata: { title: "Broken link" } }],
      ["POST", "/api/v1/extensions/logs", { message: "issue.greeted", metadata: {} }],
    ]);
  });

  test("emitMetric", async () => {
    await run(({ endpoints }) => endpoints.emitMetric("leads", 3));
    await run(({ endpoints }) => endpoints.emitMetric("delay", 0.5, "seconds"));
    expect(sent()).toEqual([
      ["POST", "/api/v1/extensions/metrics", { name: "leads", value: 3, unit: "count" }],
      ["POST", "/api/v1/extensions/metrics", { name: "delay", value: 0.5, unit: "seconds" }],
    ]);
    await expect(run(({ endpoints }) => endpoints.emitMetric("leads", Number.NaN))).rejects.toThrow(KiketError);
  });

  test("notify", async () => {
    await run(({ endpoints }) => endpoints.notify("Import done", "Three leads were added."));
    await run(({ endpoints }) => endpoints.notify("Import slow", "Still running.", "warning"));
    expect(sent()).toEqual([
      [
        "POST",
        "/api/v1/extensions/notifications",
        { title: "Import done", body: "Three leads were added.", level: "info" },
      ],
      ["POST", "/api/v1/extensions/notifications", { title: "Import slow", body: "Still running.", level: "warning" }],
    ]);
  });
});

test("rateLimit", async () => {
  const answer = { rate_limit: { limit: 600, remaining: 599, window_seconds: 60, reset_in: 42 } };
  const limit = await run(({ endpoints }) => endpoints.rateLimit(), [{ status: 200, body: answer }]);
  expect(limit).toEqual({ limit: 600, remaining: 599, windowSeconds: 60, resetIn: 42 });
  expect(sent()).toEqual([["GET", "/api/v1/ext/rate_limit", null]]);
  await expect(run(({ endpoints }) => endpoints.rateLimit(), [{ status: 200, body: {} }])).rejects.toThrow(KiketError);
});

describe("extensionMetadata", () => {
  const use = ({ endpoints }: HandlerContext) => endpoints.extensionMetadata();

  test("is returned unchanged", async () => {
    const body = { id: "com.example/greeter", created_at: "2026-03-02T08:25:04Z" };
    expect(await run(use, [{ status: 200, body }])).toEqual(body);
    expect(sent()).toEqual([["GET", "/api/v1/extensions/com.example%2Fgreeter", null]]);
    await expect(run(use, [{ status: 200, body: [] }])).rejects.toThrow(KiketError);
  });

  test("needs the extension's id", async () => {
    const call = run(use, [], {});
    await expect(call).rejects.toThrow(ConfigError);
    await expect(call).rejects.toThrow("The extension's metadata needs the extension's id");
    const climbing = run(use, [], { extensionId: ".." });
    await expect(climbing).rejects.toThrow("extension_id must be an id that can be used as a path segment.");
    expect(sent()).toEqual([]);
  });
});

describe("logEvent to the extension's events", () => {
  const use = ({ endpoints }: HandlerContext) => endpoints.logEvent("issue.greeted", { issue_title: "Broken link" });

  test("sends event, version, data and time", async () => {
    await run(use, [], { extensionId: "com.example/greeter", outbound: { logEventTo: "events" } });
    expect(sent()).toEqual([
      [
        "POST",
        "/api/v1/extensions/com.example%2Fgreeter/events",
        {
          event: "issue.greeted",
          version: "v1",
          data: { issue_title: "Broken link" },
          timestamp: "2026-03-02T08:25:04.000Z",
        },
      ],
    ]);
  });

  test("needs the extension's id", async () => {
    const call = run(use, [], { outbound: { logEventTo: "events" } });
    await expect(call).rejects.toThrow('logEventTo: "events" needs the extension\'s id');
    expect(sent()).toEqual([]);
  });
});
