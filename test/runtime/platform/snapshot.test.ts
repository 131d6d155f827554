import { describe, expect, it } from "vitest";
import type { PlatformSeed } from "../../../runtime/testing.js";
import { openPlatform } from "../../support/open-kiket.js";
import { operations } from "../../support/openapi.js";
import { type Client, connect, connectWithKey, organization, time } from "./client.js";

const leads = "/api/v1/ext/custom_data/com.example.crm/leads";
const forms = "/api/v1/ext/intake_forms";
const secrets = "/api/v1/extensions/com.example.crm/secrets";
const issues = "/api/v1/ext/issues";

const seed: PlatformSeed = {
  records: [
    { module: "com.example.crm", table: "leads", projectId: 27, rows: [{ id: 7, status: "new" }, { status: "won" }] },
  ],
  slaEvents: [{ issue_id: 42, project_id: 27, state: "breached" }],
  intakeForms: [
    { key: "bug", project_id: 27, fields: [{ key: "a", label: "A", field_type: "text", required: true }] },
    { key: "idea", project_id: 27, submissions: [{ id: 5, data: { title: "Old" } }] },
  ],
  secrets: { API_KEY: "first-secret" },
  issues: [{ key: "MOB-1", title: "Broken link" }],
  comments: [{ issue: "MOB-1", body: "First" }],
  members: [{ name: "Ada", email: "ada@example.com" }],
  transitions: { start: "in_progress" },
  auditAnchors: [{ records: [{ action: "a" }, { id: 9, action: "b" }] }],
  extension: { name: "CRM" },
  rawEvents: [{ payload: { ticket: 1 }, idempotencyKey: "one" }],
  eventSources: [{ sourceKey: "desk", sourceSystem: "webhook", configuration: { mapping: { a: "b" } } }],
  cases: [{ id: "case_1", title: "Case", currentStateKey: "open", transitions: [{ to: "closed" }] }],
  ingestionContract: { version: "1" },
};

const normalized = {
  organizationId: organization,
  eventType: "evidence.observed",
  sourceSystem: "desk",
  actor: {},
  subject: {},
  occurredAt: time,
  correlationIds: [],
  attributes: {},
  dedupeKey: "desk:1",
  evidence: [],
  intents: [],
};
const evidence = {
  sourceSystem: "desk",
  evidenceType: "ticket",
  title: "T-7",
  capturedAt: time,
  payload: {},
  dedupeKey: "desk:evidence:7",
};

const start = Date.parse(time);
let clock = start;
/** Each call is at another time. A restored platform is at the same time as the first. */
const tick = (): void => {
  clock += 1000;
};

async function open(from: PlatformSeed) {
  const platform = await openPlatform({ now: () => clock, apiKeys: [{ key: "kik_local" }], seed: from });
  const [call, callWithKey] = [await connect(platform), connectWithKey(platform)];
  const timed =
    (client: Client): Client =>
    async (...request) => {
      tick();
      return client(...request);
    };
  return { platform, call: timed(call), callWithKey: timed(callWithKey) };
}

type Opened = Awaited<ReturnType<typeof open>>;

/** Writes of every kind. */
async function work({ platform, ...clients }: Opened): Promise<void> {
  const successful =
    (client: Client): Client =>
    async (method, path, options) => {
      const answered = await client(method, path, options);
      expect([method, path, answered.status >= 200 && answered.status < 300 ? "done" : answered.body]).toEqual([
        method,
        path,
        "done",
      ]);
      return answered;
    };
  const [call, callWithKey] = [successful(clients.call), successful(clients.callWithKey)];

  const project = "?project_id=27";
  const record = (body: object) => ({ body: { record: body } });
  await call("POST", `${leads}${project}`, record({ status: "lost", note: null }));
  await call("POST", `${leads}${project}`, record({ status: "gone" }));
  await call("DELETE", `${leads}/10${project}`);
  await call("PATCH", `${leads}/7${project}`, record({ status: "won" }));
  await call("POST", `${leads}?project_id=28`, record({ status: "elsewhere" }));
  const tasks = leads.replace("leads", "tasks");
  await call("POST", `${tasks}${project}`, record({ name: "Only" }));
  await call("DELETE", `${tasks}/1${project}`);
  for (const title of ["One", "Two"]) {
    await call("POST", `${forms}/bug/submissions`, { body: { project_id: 27, data: { title } } });
  }
  await call("POST", `${forms}/bug/submissions/6/approve`, { body: { project_id: 27, notes: "Fine" } });
  await call("POST", secrets, { body: { secret: { key: "TOKEN", value: "second-secret" } } });
  await call("PATCH", `${secrets}/API_KEY`, { body: { secret: { value: "third-secret" } } });
  await call("POST", issues, { body: { issue: { title: "Created", project_key: "MOB" } } });
  await call("POST", `${issues}/MOB-1/transitions`, { body: { transition: "start" } });
  await call("POST", `${issues}/MOB-1/comments`, { body: { comment: { body: "Second" } } });
  await call("POST", `${issues}/MOB-1/comments`, { body: { comment: { body: "Third" } } });
  await call("DELETE", `${issues}/MOB-1/comments/3`);
  await call("PATCH", `${issues}/MOB-1/comments/1`, { body: { comment: { body: "First, changed" } } });
  await call("POST", "/api/v1/ext/webhook_url/rotate?action_name=sync");
  const idempotent = { headers: { "idempotency-key": "key-1" } };
  await call("POST", "/api/v1/extensions/logs", { body: { message: "Hello" }, ...idempotent });
  await call("POST", `${leads}?project_id=29`, { ...record({ status: "once" }), ...idempotentKey("once") });
  await call("POST", "/api/v1/extensions/com.example.crm/events", { body: { event: "done" } });
  await call("POST", "/api/v1/extensions/metrics", { body: { name: "leads", value: 3 } });
  await call("POST", "/api/v1/extensions/notifications", { body: { title: "Late", body: "By hours" } });
  await call("POST", "/api/v1/ext/telemetry", {
    body: { event: "issue.created", version: "v1", status: "ok", duration_ms: 3, timestamp: time },
  });
  await call("POST", "/api/v1/ext/analytics/events", { body: { name: "viewed" } });
  await call("POST", "/api/v1/ext/inbound_emails", { body: { inbound_email: { subject: "Hi" } } });
  await platform.deliver(replying, {
    event: "comment.created",
    deliveryId: "dlv_1",
    payload: { issue: { id: 77, key: "WEB-7", title: "Delivered" }, comment: { id: 12, body: "Delivered too" } },
  });
  await callWithKey("POST", "/raw-events", {
    body: {
      sourceSystem: "desk",
      sourceEventType: "ticket.closed",
      idempotencyKey: "two",
      payload: { ticket: 2 },
    },
  });
  await callWithKey("GET", "/raw-events/claim?limit=1&leaseSeconds=600");
  await callWithKey("POST", `/raw-events/${firstRawEvent(platform.snapshot())}/submit`, { body: { normalized } });
  await callWithKey("POST", "/evidence", { body: evidence });
  await callWithKey("POST", "/extensions", {
    body: { extensionKey: "desk", displayName: "Desk", version: "1.0.0", configuration: {} },
  });
  await callWithKey("POST", "/event-sources", {
    body: { sourceKey: "chat", sourceSystem: "slack", configuration: { webhookSecret: "s3cret" } },
  });
  await callWithKey("POST", "/cases", { body: { title: "Second" } });
  await callWithKey("PATCH", "/cases/case_1", { body: { title: "Changed" } });
  await callWithKey("POST", "/cases/case_1/transition", { body: { toState: "closed" } });
}

const idempotentKey = (key: string) => ({ headers: { "idempotency-key": key } });
const replying = { fetch: () => new Response(null, { status: 204 }) };
const firstRawEvent = ({ rawEvents = [] }: PlatformSeed): string => String(rawEvents[0]?.id);

/** The answers of everything that can be read. */
async function view({ platform, call, callWithKey }: Opened): Promise<Record<string, unknown>> {
  const read: Record<string, unknown> = {};
  const project = "?project_id=27";
  const paths = [
    `${leads}${project}`,
    `${leads}?project_id=28`,
    `${leads}/9${project}`,
    `/api/v1/ext/sla/events${project}`,
    `${forms}${project}`,
    `${forms}/bug${project}`,
    `${forms}/bug/submissions${project}`,
    `${forms}/bug/submissions/6${project}`,
    `${forms}/bug/stats${project}`,
    "/api/v1/extensions/com.example.crm",
    secrets,
    `${secrets}/API_KEY`,
    "/api/v1/ext/webhook_url?action_name=sync",
    issues,
    `${issues}/WEB-7`,
    `${issues}/MOB-1/comments`,
    `${issues}/77/comments`,
    "/api/v1/ext/project/members",
    "/api/v1/ext/projects/mob/workflows",
    "/api/v1/ext/projects/mob/boards",
    "/api/v1/audit/anchors",
    "/api/v1/audit/records/1/proof",
  ];
  for (const path of paths) read[path] = (await call("GET", path)).body;
  const { anchors } = read["/api/v1/audit/anchors"] as { anchors: { merkle_root: string }[] };
  for (const { merkle_root } of anchors) {
    const path = `/api/v1/audit/anchors/${merkle_root}?include_records=true`;
    read[path] = (await call("GET", path)).body;
  }
  const cases = ["", "/case_1", "/case_1/transitions", "/case_1/check-transition?toState=closed"];
  for (const path of ["/extension-ingestion/contract", ...cases.map((one) => `/cases${one}`)]) {
    read[path] = (await callWithKey("GET", path)).body;
  }
  const byAddress = platform.baseUrl;
  return JSON.parse(JSON.stringify(read).replaceAll(byAddress, "http://kiket.example"));
}

describe("a snapshot", async () => {
  const first = await open(seed);
  await work(first);
  const taken = first.platform.snapshot();
  const restored = await open(JSON.parse(JSON.stringify(taken)));

  it("is plain JSON, and that of a restored platform is the same", () => {
    expect(JSON.parse(JSON.stringify(taken))).toEqual(taken);
    expect(restored.platform.snapshot()).toEqual(taken);
  });

  it("does not change with the platform", async () => {
    const other = await open(seed);
    const before = other.platform.snapshot();
    const copy = structuredClone(before);
    await work(other);
    expect(before).toEqual(copy);
  });

  it("gives the same answers to everything that can be read", async () => {
    const expected = await view(first);
    expect(expected[`${leads}?project_id=27`]).toMatchObject({
      data: [
        { id: 7, status: "won" },
        { id: 8, status: "won" },
        { id: 9, status: "lost", note: null },
      ],
    });
    expect(expected[`${issues}/WEB-7`]).toMatchObject({ issue: { id: 77, title: "Delivered", project_id: 1 } });
    expect(expected[`${issues}/77/comments`]).toMatchObject({ comments: [{ id: 12, body: "Delivered too" }] });
    expect(expected[`${secrets}/API_KEY`]).toMatchObject({ value: "third-secret" });
    expect(expected["/api/v1/ext/webhook_url?action_name=sync"]).toMatchObject({ webhook_token: "whk_local_2" });
    expect(await view(restored)).toEqual(expected);
    // What is read here is all that a GET can read, but keys, limits, files and leases.
    const seen = new Set(restored.platform.calls.map(({ operationId }) => operationId));
    const readable = operations.filter(({ method }) => method === "get").map(({ operation }) => operation.operationId);
    expect(readable.filter((operationId) => !seen.has(operationId as never)).sort()).toEqual([
      "getAuditReport",
      "getJwks",
      "getRateLimit",
    ]);
  });

  it("lets ids go on", async () => {
    const write = async ({ call, callWithKey }: Opened) => {
      const project = "?project_id=27";
      const record = { body: { record: { status: "next" } } };
      return [
        (await call("POST", `${leads}${project}`, record)).body,
        (await call("POST", `${leads.replace("leads", "tasks")}${project}`, record)).body,
        (await call("POST", `${forms}/idea/submissions`, { body: { project_id: 27, data: {} } })).body,
        (await call("POST", issues, { body: { issue: { title: "Next", project_key: "MOB" } } })).body,
        (await call("POST", `${issues}/MOB-1/comments`, { body: { comment: { body: "Next" } } })).body,
        (await call("POST", "/api/v1/ext/inbound_emails", { body: { inbound_email: {} } })).body,
        (await callWithKey("POST", "/cases", { body: { title: "Next" } })).body,
      ];
    };
    clock = start + 200_000;
    const expected = await write(first);
    clock = start + 200_000;
    expect(expected).toMatchObject([
      { data: { id: 13 } },
      { data: { id: 2 } },
      { id: 8 },
      { issue: { id: 3, key: "MOB-3" } },
      { comment: { id: 4 } },
      { id: 2 },
      { id: expect.stringMatching(/^00000000-0000-4000-8000-\d/) },
    ]);
    expect(await write(restored)).toEqual(expected);
  });

  it("keeps answers that must not change", async () => {
    const { call, callWithKey, platform } = await open(taken);
    const again = await call("POST", `${leads}?project_id=29`, {
      body: { record: { status: "once" } },
      ...idempotentKey("once"),
    });
    expect([again.status, again.body]).toMatchObject([201, { data: { status: "once" } }]);
    expect((await call("GET", `${leads}?project_id=29`)).body).toMatchObject({ data: [{ status: "once" }] });

    await call("PATCH", `${issues}/WEB-7`, { body: { issue: { title: "By the handler" } } });
    await platform.deliver(replying, {
      event: "comment.created",
      deliveryId: "dlv_1",
      payload: { issue: { id: 77, key: "WEB-7", title: "Delivered" } },
    });
    expect((await call("GET", `${issues}/WEB-7`)).body).toMatchObject({ issue: { title: "By the handler" } });

    const repeated = await callWithKey("POST", "/evidence", { body: evidence });
    expect([repeated.status, repeated.body]).toMatchObject([200, { id: taken.evidence?.[0]?.id }]);
    const submitted = await callWithKey("POST", `/raw-events/${firstRawEvent(taken)}/submit`, { body: { normalized } });
    expect([submitted.status, submitted.body]).toMatchObject([200, { duplicate: true }]);
  });

  it("keeps leases, and keys of installed extensions", async () => {
    const { platform } = await open(taken);
    const [runner] = (taken.progress as { apiKeys: { key: string }[] }).apiKeys;
    const call = connectWithKey(platform, runner?.key);
    const claim = async () => (await call("GET", "/raw-events/claim")).body;
    expect(await claim()).toMatchObject({ data: [{ payload: { ticket: 2 } }] });
    const again = connectWithKey((await open(platform.snapshot())).platform);
    expect((await again("GET", "/raw-events/claim")).body).toEqual({ data: [] });
    clock += 60_000;
    expect((await again("GET", "/raw-events/claim")).body).toMatchObject({ data: [{ payload: { ticket: 2 } }] });
  });

  it("has what extensions reported", () => {
    const { reports } = restored.platform;
    expect(reports.logs).toEqual([{ at: expect.any(String), caller: "extension", body: { message: "Hello" } }]);
    expect(Object.entries(reports).filter(([, kept]) => kept.length === 0)).toEqual([]);
    expect(taken.reports).toEqual({ ...reports, inboundEmails: reports.inboundEmails.slice(0, 1) });
  });

  it("is what reset restores", async () => {
    const platform = await openPlatform({ now: () => clock, seed: taken });
    const call = await connect(platform);
    await call("DELETE", `${issues}/MOB-1/comments/1`);
    expect(platform.snapshot()).not.toEqual(taken);
    platform.reset();
    expect(platform.snapshot()).toEqual(taken);
  });

  it("has no secret of an event source, since no call needs it", () => {
    expect(taken.eventSources?.map(({ sourceKey }) => sourceKey)).toEqual(["desk", "chat"]);
    expect(JSON.stringify(taken)).not.toContain("s3cret");
  });
});

describe("reports", () => {
  it("are the newest 1,000 of each kind", async () => {
    const logs = Array.from({ length: 1000 }, (_, index) => ({ at: time, caller: null, body: { index } }));
    const { platform, call } = await open({ reports: { logs } });
    await call("POST", "/api/v1/extensions/logs", { body: { message: "newest" } });
    expect(platform.reports.logs).toHaveLength(1000);
    expect(platform.reports.logs[0]?.body).toEqual({ index: 1 });
    expect(platform.reports.logs.at(-1)?.body).toEqual({ message: "newest" });
    platform.reset();
    expect(platform.reports.logs.at(-1)?.body).toEqual({ index: 999 });
  });
});

describe("issues with one id", () => {
  it("are told apart, whatever a delivery says, so that a snapshot can be restored", async () => {
    const { platform, call } = await open({
      issues: [
        { key: "MOB-1", id: 1 },
        { key: "MOB-2", id: 2 },
      ],
    });
    await platform.deliver(replying, {
      event: "issue.updated",
      payload: { issue: { key: "MOB-1", id: 2, title: "x" } },
    });
    expect((await call("GET", `${issues}/MOB-1`)).body).toMatchObject({ issue: { id: 1, title: "x" } });
    await expect(open(platform.snapshot())).resolves.toBeDefined();
  });
});
