import { expect, test } from "vitest";
import { defineHandler, type Handler, pending } from "../../runtime/index.js";
import { createTestExtension, type PlatformOptions, type TestExtension } from "../../runtime/testing.js";
import { closeAfterwards } from "../support/open-kiket.js";

async function open(handler: Handler, platform: PlatformOptions = {}): Promise<TestExtension> {
  const kiket = await createTestExtension({ handlers: [handler], platform });
  closeAfterwards(() => kiket.close());
  return kiket;
}

test("9: custom data is listed with limit and filters, created, read, changed and deleted, in the project that is named", async () => {
  const [module, table] = ["com.example.crm.contacts", "people"];
  const handler = defineHandler({ event: "issue.created", version: "v1" }, async (_payload, context) => {
    const people = context.endpoints.customData(42);
    const listed = await people.list(module, table, { limit: 2, filters: { stage: "lead" } });
    const created = await people.create(module, table, { email: "a@example.com", tags: ["new"] });
    const id = created.id as number;
    const changed = await people.update(module, table, id, { stage: "customer" });
    await people.delete(module, table, id);
    return { listed, created, changed, gone: await people.get(module, table, id) };
  });
  const at = { created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-01T00:00:00Z" };
  const rows = ["lead", "customer", "lead", "lead"].map((stage, index) => ({ id: index + 1, stage, ...at }));
  const kiket = await open(handler, {
    seed: {
      records: [
        { module, table, projectId: 42, rows },
        { module, table, projectId: 7, rows: [{ id: 99, stage: "lead" }] },
      ],
    },
  });
  const { status, body, calls } = await kiket.deliver("issue.created", "v1", { issue: { project_id: 7 } });
  expect([status, body]).toEqual([
    200,
    {
      listed: [
        { id: 1, stage: "lead", ...at },
        { id: 3, stage: "lead", ...at },
      ],
      created: expect.objectContaining({ email: "a@example.com", tags: ["new"] }),
      changed: expect.objectContaining({ email: "a@example.com", stage: "customer" }),
      gone: null,
    },
  ]);
  expect(calls.map(({ method, query }) => [method, query])).toEqual([
    ["GET", { project_id: "42", limit: "2", filters: '{"stage":"lead"}' }],
    ["POST", { project_id: "42" }],
    ["PATCH", { project_id: "42" }],
    ["DELETE", { project_id: "42" }],
    ["GET", { project_id: "42" }],
  ]);
});

test("10: a handler of workflow.sla_status lists the alerts of its project by state and limit, and notifies", async () => {
  const handler = defineHandler({ event: "workflow.sla_status", version: "v1" }, async (payload, { endpoints }) => {
    const { project_id, title } = payload.issue as { project_id: number; title: string };
    const events = await endpoints.slaEvents(project_id).list({ state: "breached", limit: 1 });
    const [first] = events;
    if (first === undefined) return { ok: true };
    await endpoints.notify("SLA exceeded", `${title}: issue ${first.issueId}`, "warning");
    return { alerts: events.length, state: first.state };
  });
  const slaEvents = [
    { issue_id: 70, project_id: 9, state: "imminent" },
    { issue_id: 71, project_id: 9, state: "breached" },
    { issue_id: 72, project_id: 9, state: "breached" },
    { issue_id: 73, project_id: 8, state: "breached" },
  ] as const;
  const kiket = await open(handler, { seed: { slaEvents } });
  const late = await kiket.deliver("workflow.sla_status", "v1", { issue: { project_id: 9, title: "Quote" } });
  expect([late.status, late.body]).toEqual([200, { alerts: 1, state: "breached" }]);
  expect(late.calls.map(({ operationId, query, body }) => [operationId, query, body])).toEqual([
    ["listSlaEvents", { project_id: "9", state: "breached", limit: "1" }, undefined],
    ["notify", {}, { title: "SLA exceeded", body: "Quote: issue 71", level: "warning" }],
  ]);
  const calm = await kiket.deliver("workflow.sla_status", "v1", { issue: { project_id: 5, title: "Quote" } });
  expect([calm.body, calm.calls.length]).toEqual([{ ok: true }, 1]);
});

test("11: a handler sees how many calls remain and when the window ends, and defers its work", async () => {
  const handler = defineHandler({ event: "automation.dispatch", version: "v1" }, async (_payload, { endpoints }) => {
    const { remaining, resetIn } = await endpoints.rateLimit();
    if (remaining < 1) return pending({ message: `again in ${resetIn} s`, metadata: { remaining } });
    await endpoints.logEvent("dispatched");
    return { remaining, resetIn };
  });
  const kiket = await open(handler, { rateLimit: { limit: 3, windowSeconds: 60 }, now: () => 1_772_439_904_000 });
  const deliver = () => kiket.deliver("automation.dispatch", "v1");
  expect((await deliver()).body).toEqual({ remaining: 2, resetIn: 60 });
  kiket.platform.clock.advance(15_000);
  const deferred = await deliver();
  expect(deferred.body).toEqual({ status: "pending", message: "again in 45 s", metadata: { remaining: 0 } });
  expect(deferred.calls).toHaveLength(1);
  kiket.platform.clock.advance(45_000);
  expect((await deliver()).body).toEqual({ remaining: 2, resetIn: 60 });
});

test("12: log_event writes a name with data, and a metric has name, value and unit", async () => {
  const handler = defineHandler({ event: "issue.created", version: "v1" }, async (_payload, { endpoints }) => {
    await endpoints.logEvent("contact.synced", { contact: "c-1", attempts: 2 });
    await endpoints.logEvent("contact.seen");
    await endpoints.emitMetric("sync.seconds", 1.5, "seconds");
    await endpoints.emitMetric("sync.runs", 1);
  });
  const kiket = await open(handler);
  const { status, calls } = await kiket.deliver("issue.created", "v1");
  expect(status).toBe(200);
  expect(calls.map(({ method, path, body, status: answered }) => [method, path, body, answered])).toEqual([
    ["POST", "/api/v1/extensions/logs", { message: "contact.synced", metadata: { contact: "c-1", attempts: 2 } }, 204],
    ["POST", "/api/v1/extensions/logs", { message: "contact.seen", metadata: {} }, 204],
    ["POST", "/api/v1/extensions/metrics", { name: "sync.seconds", value: 1.5, unit: "seconds" }, 204],
    ["POST", "/api/v1/extensions/metrics", { name: "sync.runs", value: 1, unit: "count" }, 204],
  ]);
});

test("15: required scopes are checked before the handler runs, and context.requireScopes inside it", async () => {
  const runs: string[] = [];
  const handlers = [
    defineHandler({ event: "issue.created", version: "v1", requiredScopes: ["issues:read", "issues:write"] }, () => {
      runs.push("required at registration");
    }),
    defineHandler({ event: "issue.updated", version: "v1" }, (_payload, context) => {
      runs.push("before");
      context.requireScopes("issues:write");
      runs.push("after");
      return { ok: true };
    }),
  ];
  const kiket = await createTestExtension({ handlers });
  closeAfterwards(() => kiket.close());

  const refused = await kiket.deliver("issue.created", "v1", {}, { scopes: ["issues:read"] });
  expect([refused.status, refused.body]).toMatchObject([
    403,
    { required_scopes: ["issues:read", "issues:write"], missing_scopes: ["issues:write"] },
  ]);
  expect(runs).toEqual([]);
  await kiket.deliver("issue.created", "v1", {}, { scopes: ["issues:write", "issues:read"] });
  expect(runs.splice(0)).toEqual(["required at registration"]);

  const inside = await kiket.deliver("issue.updated", "v1", {}, { scopes: ["issues:read"] });
  expect([inside.status, inside.body]).toMatchObject([403, { missing_scopes: ["issues:write"] }]);
  expect(runs.splice(0)).toEqual(["before"]);
  expect((await kiket.deliver("issue.updated", "v1", {}, { scopes: ["issues:write"] })).body).toEqual({ ok: true });
  expect(runs).toEqual(["before", "after"]);
});
