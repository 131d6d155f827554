import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ExtensionOptions, HandlerContext } from "../../../../runtime/index.js";
import { ApiError, ConfigError, KiketError } from "../../../../runtime/index.js";
import { runInContext, type TestDelivery } from "../../../support/deliveries.js";
import { type CannedAnswer, createKiketServer, type KiketServer } from "../../../support/kiket-server.js";
import { createSigningKey, type SigningKey } from "../../../support/tokens.js";

let key: SigningKey;
let kiket: KiketServer;

beforeAll(async () => {
  key = await createSigningKey("key-1");
  kiket = await createKiketServer([key.publicJwk]);
});
afterAll(() => kiket.close());
beforeEach(() => {
  kiket.calls.length = 0;
  kiket.answers.length = 0;
});

const extensionId = "com.example/greeter";

function run<T>(
  use: (context: HandlerContext) => T | Promise<T>,
  answers: readonly CannedAnswer[] = [],
  options: Omit<ExtensionOptions, "handlers"> = { extensionId },
  delivery: TestDelivery = {},
): Promise<T> {
  kiket.answers.push(...answers);
  return runInContext(kiket, key, use, options, delivery);
}

/** Method, path and body of the calls made. */
function sent(): readonly (readonly [string, string, unknown])[] {
  return kiket.calls.map(({ method, path, body }) => [method, path, body] as const);
}

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

test("slaEvents", async () => {
  const event = {
    id: 9,
    issue_id: "ISS-4",
    project_id: 27,
    state: "breached",
    triggered_at: "2026-03-02T08:25:04Z",
    resolved_at: null,
    definition: { status: "in_progress", max_duration_minutes: 240 },
    metrics: { duration_minutes: 300, overdue_minutes: 60 },
  };
  const answers = [
    { status: 200, body: { data: [event] } },
    { status: 200, body: { data: [] } },
  ];
  const events = await run(async ({ endpoints }) => {
    const found = await endpoints.slaEvents(27).list({ issueId: "ISS-4", state: "breached", limit: 10 });
    await endpoints.slaEvents().list();
    return found;
  }, answers);
  expect(events).toEqual([
    {
      id: 9,
      issueId: "ISS-4",
      projectId: 27,
      state: "breached",
      triggeredAt: "2026-03-02T08:25:04Z",
      resolvedAt: null,
      definition: { status: "in_progress", maxDurationMinutes: 240 },
      metrics: { durationMinutes: 300, overdueMinutes: 60 },
    },
  ]);
  expect(sent()).toEqual([
    ["GET", "/api/v1/ext/sla/events?project_id=27&issue_id=ISS-4&state=breached&limit=10", null],
    ["GET", "/api/v1/ext/sla/events?project_id=33", null],
  ]);
});

describe("custom data by wire names", () => {
  const module = "com.example.crm.contacts";
  const record = { id: 7, email: "lead@example.com" };

  test("each call", async () => {
    const results = await run(
      async ({ endpoints }) => {
        const data = endpoints.customData("p 1");
        return [
          await data.list(module, "people/all"),
          await data.list(module, "people", { limit: 5, filters: { email: "a b&c@example.com", age: 3 } }),
          await data.list(module, "people", { filters: {} }),
          await data.get(module, "people", 7),
          await data.create(module, "people", { email: "lead@example.com" }),
          await data.update(module, "people", "a/b", { email: null }),
          await data.delete(module, "people", 7),
        ];
      },
      [
        { status: 200, body: { data: [record] } },
        { status: 200, body: { data: [] } },
        { status: 200, body: { data: [] } },
        { status: 200, body: { data: record } },
        { status: 201, body: { data: record } },
        { status: 200, body: { data: record } },
        { status: 204 },
      ],
    );
    expect(results).toEqual([[record], [], [], record, record, record, undefined]);
    const people = "/api/v1/ext/custom_data/com.example.crm.contacts/people";
    expect(sent()).toEqual([
      ["GET", "/api/v1/ext/custom_data/com.example.crm.contacts/people%2Fall?project_id=p%201", null],
      [
        "GET",
        `${people}?project_id=p%201&limit=5&filters=%7B%22email%22%3A%22a%20b%26c%40example.com%22%2C%22age%22%3A3%7D`,
        null,
      ],
      ["GET", `${people}?project_id=p%201`, null],
      ["GET", `${people}/7?project_id=p%201`, null],
      ["POST", `${people}?project_id=p%201`, { record: { email: "lead@example.com" } }],
      ["PATCH", `${people}/a%2Fb?project_id=p%201`, { record: { email: null } }],
      ["DELETE", `${people}/7?project_id=p%201`, null],
    ]);
  });

  test("get gives null on a real 404 only", async () => {
    const get = ({ endpoints }: HandlerContext) => endpoints.customData(1).get(module, "people", 8);
    expect(await run(get, [{ status: 404, body: { error: "Not found" } }])).toBeNull();
    await expect(run(get, [{ status: 500, body: { error: "404" } }])).rejects.toMatchObject({ status: 500 });
    await expect(run(get, [{ status: 200, body: {} }])).rejects.toThrow(KiketError);
  });

  test.each([[".."], ["."], [""]])("%j is no id: it would climb the path", async (id) => {
    const results = run(({ endpoints }) => endpoints.customData(1).delete(module, "people", id));
    await expect(results).rejects.toThrow("record_id must be an id that can stand in a path.");
    expect(sent()).toEqual([]);
  });
});

describe("which project", () => {
  const list = ({ endpoints }: HandlerContext) => endpoints.slaEvents().list();
  const empty = [{ status: 200, body: { data: [] } }];

  test.each([
    ["the token's", {}, { project_id: 5 }, "33"],
    ["the payload's project_id", { proj_id: null }, { project_id: "p5", project: { id: 6 } }, "p5"],
    ["the payload's project", { proj_id: null }, { project: { id: 6 }, issue: { project_id: 7 } }, "6"],
    ["the issue's", { proj_id: null }, { issue: { project_id: 7 } }, "7"],
    ["the case's", { proj_id: null }, { case: { project_id: 8 } }, "8"],
  ])("%s", async (_what, claims, payload, expected) => {
    await run(list, empty, {}, { claims, payload });
    expect(sent()).toEqual([["GET", `/api/v1/ext/sla/events?project_id=${expected}`, null]]);
  });

  test("none: a clear error, and no call", async () => {
    const nowhere = { claims: { proj_id: null }, payload: { project: null, issue: "7" } };
    for (const use of [
      list,
      ({ customData }: HandlerContext) => customData(),
      ({ endpoints }: HandlerContext) => endpoints.customData(),
      ({ endpoints }: HandlerContext) => endpoints.slaEvents(""),
    ]) {
      await expect(run<unknown>(use, [], {}, nowhere)).rejects.toThrow("This call needs a project: give its id");
    }
    expect(sent()).toEqual([]);
  });
});

describe("typed custom data", () => {
  const customData = {
    contacts: {
      module: "com.example.crm.contacts",
      operations: ["list", "create"],
      tables: { automationRecords: "automation_records" },
    },
    orders: { module: "com.example.shop.orders", operations: ["get"] },
  } as const;

  test("has the accessors and only the calls allowed", async () => {
    const shape = await run(
      (context) => {
        const data: Record<string, unknown> = context.customData(1);
        const contacts = data.contacts as Record<string, object>;
        const orders = data.orders as (table: string) => object;
        return [
          Object.keys(data),
          Object.keys(contacts),
          Object.keys(contacts.automationRecords ?? {}),
          Object.keys(orders("lines")),
        ];
      },
      [],
      { customData },
    );
    expect(shape).toEqual([["contacts", "orders"], ["automationRecords"], ["list", "create"], ["get"]]);
  });

  test("calls by wire names", async () => {
    await run(
      async (context) => {
        const data: Record<string, unknown> = context.customData();
        const { automationRecords } = data.contacts as {
          automationRecords: { create(record: object): Promise<object>; list(options: object): Promise<object[]> };
        };
        const orders = data.orders as (table: string) => { get(id: string): Promise<object> };
        await automationRecords.create({ email: "lead@example.com" });
        await automationRecords.list({ limit: 1 });
        await orders("order_lines").get("7");
      },
      [
        { status: 201, body: { data: { id: 1 } } },
        { status: 200, body: { data: [] } },
        { status: 200, body: { data: { id: 7 } } },
      ],
      { customData },
    );
    expect(sent()).toEqual([
      [
        "POST",
        "/api/v1/ext/custom_data/com.example.crm.contacts/automation_records?project_id=33",
        { record: { email: "lead@example.com" } },
      ],
      ["GET", "/api/v1/ext/custom_data/com.example.crm.contacts/automation_records?project_id=33&limit=1", null],
      ["GET", "/api/v1/ext/custom_data/com.example.shop.orders/order_lines/7?project_id=33", null],
    ]);
  });
});

describe("secrets", () => {
  const path = "/api/v1/extensions/com.example%2Fgreeter/secrets";

  test("get: the value, null on a real 404 only, an error otherwise", async () => {
    const get = ({ secrets }: HandlerContext) => secrets.get("api/key");
    expect(await run(get, [{ status: 200, body: { key: "api/key", value: "s3cr3t" } }])).toBe("s3cr3t");
    expect(await run(get, [{ status: 404, body: {} }])).toBeNull();
    for (const status of [401, 403, 500]) {
      await expect(run(get, [{ status, body: { error: "404" } }])).rejects.toMatchObject({ status });
    }
    await expect(run(get, [{ status: 200, body: { key: "api/key" } }])).rejects.toThrow(KiketError);
    expect(sent()[0]).toEqual(["GET", `${path}/api%2Fkey`, null]);
  });

  test.each([
    ["a bare array", [{ key: "A", created_at: "2026-03-02T08:25:04Z", updated_at: null }, { key: "B" }]],
    ["keys", { keys: ["A", "B"] }],
    ["data", { data: [{ key: "A" }, { key: "B" }] }],
    ["secrets", { secrets: [{ key: "A" }, { key: "B" }] }],
  ])("list accepts %s", async (_what, body) => {
    const entries = await run(({ endpoints }) => endpoints.secrets.list(), [{ status: 200, body }]);
    expect(entries.map(({ key: name }) => name)).toEqual(["A", "B"]);
    expect(sent()).toEqual([["GET", path, null]]);
  });

  test("list keeps the times, and refuses other shapes", async () => {
    const times = { created_at: "2026-03-02T08:25:04Z", updated_at: "2026-03-03T08:25:04Z" };
    const list = ({ secrets }: HandlerContext) => secrets.list();
    expect(await run(list, [{ status: 200, body: [{ key: "A", ...times }] }])).toEqual([
      { key: "A", createdAt: "2026-03-02T08:25:04Z", updatedAt: "2026-03-03T08:25:04Z" },
    ]);
    for (const body of [{}, { keys: "A" }, [{}], [7]]) {
      await expect(run(list, [{ status: 200, body }])).rejects.toThrow(KiketError);
    }
  });

  test("set creates", async () => {
    await run(({ secrets }) => secrets.set("A", "one"), [{ status: 201, body: {} }]);
    expect(sent()).toEqual([["POST", path, { secret: { key: "A", value: "one" } }]]);
  });

  test.each([
    [422, { error: "Key has been taken" }],
    [409, { error: "Secret already exists" }],
  ])("set updates where creating answers %i", async (status, body) => {
    await run(
      ({ secrets }) => secrets.set("A", "two"),
      [
        { status, body },
        { status: 200, body: {} },
      ],
    );
    expect(sent()).toEqual([
      ["POST", path, { secret: { key: "A", value: "two" } }],
      ["PATCH", `${path}/A`, { secret: { value: "two" } }],
    ]);
  });

  test("set gives the first refusal where there is nothing to update", async () => {
    const set = run(
      ({ secrets }) => secrets.set("A", "two"),
      [
        { status: 422, body: { error: "Value is too long" } },
        { status: 404, body: { error: "Not found" } },
      ],
    );
    await expect(set).rejects.toMatchObject({ status: 422, message: expect.stringContaining("Value is too long") });
  });

  test("set does not try again after other failures", async () => {
    await expect(run(({ secrets }) => secrets.set("A", "x"), [{ status: 500, body: {} }])).rejects.toThrow(ApiError);
    expect(sent()).toHaveLength(1);
  });

  test("rotate replaces in one step, creates where missing, and never deletes", async () => {
    await run(({ secrets }) => secrets.rotate("A", "new"), [{ status: 200, body: {} }]);
    await run(
      ({ secrets }) => secrets.rotate("B", "new"),
      [
        { status: 404, body: {} },
        { status: 201, body: {} },
      ],
    );
    expect(sent()).toEqual([
      ["PATCH", `${path}/A`, { secret: { value: "new" } }],
      ["PATCH", `${path}/B`, { secret: { value: "new" } }],
      ["POST", path, { secret: { key: "B", value: "new" } }],
    ]);
    await expect(run(({ secrets }) => secrets.rotate("A", "x"), [{ status: 500, body: {} }])).rejects.toThrow(ApiError);
    expect(sent().map(([method]) => method)).not.toContain("DELETE");
  });

  test("a value that Kiket quotes stays out of the error", async () => {
    const details = [{ field: "s3cr3t-value", message: "s3cr3t-value is too short" }];
    const refused = [{ status: 400, body: { error: "s3cr3t-value is too weak", details } }];
    for (const use of [
      ({ secrets }: HandlerContext) => secrets.set("A", "s3cr3t-value"),
      ({ secrets }: HandlerContext) => secrets.rotate("A", "s3cr3t-value"),
    ]) {
      await expect(run(use, refused)).rejects.toMatchObject({
        status: 400,
        message: expect.stringMatching(
          / answered 400: \[redacted\] is too weak \(\[redacted\] \[redacted\] is too short\)$/,
        ),
        details: [{ field: "[redacted]", message: "[redacted] is too short" }],
      });
    }
  });

  test("delete", async () => {
    await run(({ secrets }) => secrets.delete("A"), [{ status: 204 }]);
    expect(sent()).toEqual([["DELETE", `${path}/A`, null]]);
  });

  test("blank values and impossible keys are refused before any call", async () => {
    await expect(run(({ secrets }) => secrets.set("A", " "))).rejects.toThrow("A secret's value must not be blank.");
    await expect(run(({ secrets }) => secrets.rotate("A", ""))).rejects.toThrow("A secret's value must not be blank.");
    await expect(run(({ secrets }) => secrets.delete(".."))).rejects.toThrow("key must be an id");
    expect(sent()).toEqual([]);
  });

  test("without an extension id: a clear error, and no call", async () => {
    for (const use of [
      ({ secrets }: HandlerContext) => secrets.get("A"),
      ({ secrets }: HandlerContext) => secrets.set("A", "x"),
      ({ secrets }: HandlerContext) => secrets.list(),
      ({ secrets }: HandlerContext) => secrets.delete("A"),
      ({ secrets }: HandlerContext) => secrets.rotate("A", "x"),
    ]) {
      const result = run<unknown>(use, [], {});
      await expect(result).rejects.toThrow(ConfigError);
      await expect(result).rejects.toThrow("Secrets need the extension's id: pass extensionId to createExtension.");
    }
    expect(sent()).toEqual([]);
  });
});
