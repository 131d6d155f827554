import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError, defineHandler, type ExtensionOptions } from "../../../runtime/index.js";
import { normalise } from "../../../runtime/verify/normalise-envelope.js";
import { hmacRequest, webhookSecret } from "../../support/hmac.js";
import { openKiket } from "../../support/open-kiket.js";
import { bodyOf } from "../../support/replies.js";
import { type Target, targets } from "../../support/targets.js";
import { testSeconds } from "../../support/tokens.js";

/** One event in each webhook family (facts 802 to 805). */
const webhooks = {
  webhook: {
    id: "evt_71",
    type: "issue.transitioned",
    createdAt: "2026-03-02T08:24:59Z",
    organizationId: "org_4",
    projectKey: "MILL",
    data: {
      issue: { id: "MILL-9", title: "Grease the bearing", projectId: 5, customFields: { lineNo: 3 } },
      from: "open",
      to: "done",
      actor: { id: "usr_2", email: "lena@mill.example" },
    },
  },
  "webhook-v1": {
    id: "evt_72",
    event: "issue.transitioned",
    occurred_at: "2026-03-02T08:24:59Z",
    project: { slug: "mill", name: "Mill" },
    data: {
      issue: { key: "MILL-9", title: "Grease the bearing" },
      transition: { from: "open", to: "done", performed_by: "lena@mill.example" },
    },
  },
  "webhook-flat": {
    event: "issue.transitioned",
    timestamp: "2026-03-02T08:24:59Z",
    organization_id: 4,
    issue_id: 9,
    project_id: 5,
    title: "Grease the bearing",
    status: "done",
    previous_status: "open",
    issue_type: "Task",
    priority: "low",
    assignee_id: null,
    custom_fields: { lineNo: 3 },
    labels: ["oil"],
  },
  catalog: {
    event: "issue.transitioned",
    id: "evt_75",
    timestamp: "2026-03-02T08:24:59Z",
    organization_id: 4,
    payload: { issue: { id: 9, title: "Grease the bearing" }, transition: { from: "open", to: "done" } },
  },
};

describe("each webhook family becomes like the family runtime", () => {
  test("webhook, in camelCase, with the transition beside the issue", () => {
    expect(normalise(webhooks.webhook)).toEqual({
      event: "issue.transitioned",
      family: "identified",
      id: "evt_71",
      payload: {
        id: "evt_71",
        event: "issue.transitioned",
        received_at: "2026-03-02T08:24:59Z",
        organization: { id: "org_4" },
        project: { key: "MILL" },
        issue: { id: "MILL-9", title: "Grease the bearing", project_id: 5, custom_fields: { lineNo: 3 } },
        transition: { from: "open", to: "done", performed_by: "lena@mill.example" },
        user: { id: "usr_2", email: "lena@mill.example" },
      },
    });
  });

  test("webhook of a workspace, with a case, a comment, and unknown members", () => {
    const { payload } = normalise({
      id: "evt_73",
      type: "case.commented",
      workspaceId: "ws_1",
      attempt: 2,
      data: {
        case: { id: 9, dueDate: "2026-04-01", sourceURL: "mail:3" },
        comment: { id: 3, bodyText: "Done" },
        from: "mail",
        extra: [1],
      },
    });
    expect(payload).toEqual({
      id: "evt_73",
      event: "case.commented",
      attempt: 2,
      context: { workspace: "ws_1" },
      case: { id: 9, due_date: "2026-04-01", source_url: "mail:3" },
      comment: { id: 3, body_text: "Done" },
      from: "mail",
      extra: [1],
    });
  });

  test.each([
    ["none", {}, {}],
    ["null", { data: null }, {}],
    ["a list", { data: [7] }, { data: [7] }],
  ])("webhook whose data is %s: its type is its event all the same", (_, data, kept) => {
    const { family, event, id, payload } = normalise({
      id: "evt_76",
      type: "workspace.updated",
      createdAt: "2026-06-01T07:00:00Z",
      organizationId: "org_4",
      workspaceId: "ws_1",
      ...data,
    });
    expect({ family, event, id }).toEqual({ family: "identified", event: "workspace.updated", id: "evt_76" });
    expect(payload).toEqual({
      id: "evt_76",
      event: "workspace.updated",
      received_at: "2026-06-01T07:00:00Z",
      organization: { id: "org_4" },
      context: { workspace: "ws_1" },
      ...kept,
    });
  });

  test("webhook-v1, with an issue that has a key and no id", () => {
    expect(normalise(webhooks["webhook-v1"])).toEqual({
      event: "issue.transitioned",
      family: "identified",
      id: "evt_72",
      payload: {
        id: "evt_72",
        event: "issue.transitioned",
        received_at: "2026-03-02T08:24:59Z",
        project: { key: "mill", slug: "mill", name: "Mill" },
        issue: { id: "MILL-9", key: "MILL-9", title: "Grease the bearing" },
        transition: { from: "open", to: "done", performed_by: "lena@mill.example" },
      },
    });
  });

  test("webhook-flat", () => {
    expect(normalise(webhooks["webhook-flat"])).toEqual({
      event: "issue.transitioned",
      family: "flat",
      id: undefined,
      payload: {
        event: "issue.transitioned",
        received_at: "2026-03-02T08:24:59Z",
        organization_id: 4,
        organization: { id: 4 },
        project_id: 5,
        project: { id: 5 },
        issue: {
          id: 9,
          title: "Grease the bearing",
          status: "done",
          type: "Task",
          priority: "low",
          project_id: 5,
          organization_id: 4,
          assignee_id: null,
          custom_fields: { lineNo: 3 },
          labels: ["oil"],
        },
        transition: { from: "open", to: "done" },
      },
    });
  });

  test("webhook-flat, for a comment on a case", () => {
    const { payload } = normalise({
      event: "case.commented",
      timestamp: "2026-03-02T08:24:59Z",
      case_id: 9,
      project_id: 5,
      comment_id: 12,
      author: { id: 2, name: "Lena", email: "lena@mill.example" },
      body: "Done",
    });
    expect(payload).toEqual({
      event: "case.commented",
      received_at: "2026-03-02T08:24:59Z",
      project_id: 5,
      project: { id: 5 },
      case: { id: 9, project_id: 5 },
      comment: { id: 12, body: "Done", author: { id: 2, name: "Lena", email: "lena@mill.example" } },
      user: { id: 2, name: "Lena", email: "lena@mill.example" },
    });
  });

  test.each([
    ["comment.created", { case_id: 5 }, { case: { id: 5 } }],
    ["sla.breach", { case_id: 5, issue_id: null }, { case: { id: 5 } }],
    ["comment.created", { issue_id: 9 }, { issue: { id: 9 } }],
    ["comment.created", { issue_id: 9, case_id: 5 }, { issue: { id: 9 } }],
    ["case.created", { issue_id: 9 }, { case: { id: 9 } }],
    ["issue.created", { case_id: 5 }, { issue: { id: 5 } }],
  ])("webhook-flat, %s with %j", (event, ids, expected) => {
    const timestamp = "2026-03-02T08:24:59Z";
    expect(normalise({ event, timestamp, ...ids }).payload).toEqual({ event, received_at: timestamp, ...expected });
  });

  test("catalog, with the objects in payload", () => {
    expect(normalise(webhooks.catalog)).toEqual({
      event: "issue.transitioned",
      family: "identified",
      id: "evt_75",
      payload: {
        id: "evt_75",
        event: "issue.transitioned",
        received_at: "2026-03-02T08:24:59Z",
        organization_id: 4,
        organization: { id: 4 },
        issue: { id: 9, title: "Grease the bearing" },
        transition: { from: "open", to: "done" },
      },
    });
  });
});

describe("other payloads are not changed", () => {
  test.each([
    ["runtime", { event: "issue.created", issue: { id: 1 }, authentication: { runtime_token: "x" } }],
    [
      "runtime, with parameters that have names of a webhook's members",
      {
        event: "email.send",
        type: "digest",
        data: { from: "a", to: "b" },
        payload: {},
        timestamp: "now",
        issue_id: 1,
        authentication: { runtime_token: "x" },
      },
    ],
    [
      "replay",
      { event: "issue.created", event_type: "issue_created", issue: { id: 1 }, transition: { from: "a", to: "b" } },
    ],
    [
      "runtime without an event, with parameters that have names of a webhook's members",
      { type: "digest", createdAt: "now", authentication: { runtime_token: "x" } },
    ],
    ["a payload without an event", { issue_id: 1, timestamp: "now" }],
    ["nothing", {}],
  ])("%s", (_family, payload) => {
    expect(normalise(payload).payload).toBe(payload);
    expect(normalise(payload).family).toBe("platform");
  });
});

test("members with names of Object.prototype have no effect", () => {
  const text = `{"id":"evt_1","type":"issue.created","createdAt":"x","__proto__":{"polluted":1},
    "data":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"issue":{"__proto__":{"polluted":1},"id":1}}}`;
  const { payload } = normalise(JSON.parse(text));
  expect(payload.event).toBe("issue.created");
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  expect((payload as Record<string, unknown>).polluted).toBeUndefined();
  expect(Object.getPrototypeOf(payload.issue)).toBe(Object.prototype);
});

test("renaming a large object is fast", () => {
  const issue = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`someField${index}`, index]));
  const { payload } = normalise({ id: "evt_1", type: "issue.created", createdAt: "x", data: { issue } });
  expect(payload.issue).toMatchObject({ some_field0: 0, some_field49999: 49_999 });
});

const kiket = await openKiket();

const echo = (event: string, version: string) =>
  defineHandler({ event, version }, (payload, context) => ({
    event: context.event,
    version: context.eventVersion,
    id: context.deliveryId,
    issue: payload.issue,
  }));
const handlers = [echo("issue.transitioned", "v1"), echo("issue.created", "v1"), echo("issue.created", "v2")];

const byHmac = (options: Partial<ExtensionOptions> = {}) =>
  kiket.extension({
    handlers,
    auth: "hmac",
    webhookSecrets: webhookSecret,
    webhookPath: "/kiket",
    ...options,
  });

describe.each(targets)("a path where the event comes from the body, through %s", (_name, open) => {
  let target: Target;
  let time = testSeconds;
  beforeAll(async () => {
    target = await open(byHmac());
  });
  afterAll(() => target.close());

  const send = async (body: object, path = "/kiket", headers: Record<string, string> = {}) => {
    time += 1;
    const request = hmacRequest({ body: JSON.stringify(body), path, headers, timestamp: String(time) });
    const response = await target.send(request);
    return { status: response.status, body: await bodyOf(response) };
  };

  test.each([
    ["webhook", { id: "MILL-9" }, "evt_71"],
    ["webhook-v1", { id: "MILL-9" }, "evt_72"],
    ["webhook-flat", { id: 9 }, expect.stringMatching(/^sha256:[0-9a-f]{64}$/)],
    ["catalog", { id: 9 }, "evt_75"],
  ] as const)("%s", async (family, issue, id) => {
    expect(await send(webhooks[family])).toMatchObject({
      status: 200,
      body: { event: "issue.transitioned", version: "v1", id, issue },
    });
  });

  test("the version: header, query, body, else the only version", async () => {
    const event = { event: "issue.created", issue: { id: 1 } };
    const version = { "x-kiket-event-version": "2" };
    expect(await send(event, "/kiket", version)).toMatchObject({ body: { version: "v2" } });
    expect(await send(event, "/kiket?version=v1", {})).toMatchObject({ body: { version: "v1" } });
    expect(await send({ ...event, event_version: "v2" })).toMatchObject({ body: { version: "v2" } });
    expect(await send(event)).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/^Event version required/) },
    });
    expect(await send({ event: "issue.transitioned" })).toMatchObject({ body: { version: "v1" } });
  });

  test("400 without an event, 404 for an event without a handler", async () => {
    for (const body of [{}, { event: "" }, { event: 7 }, { type: "issue.created" }]) {
      expect(await send(body)).toEqual({
        status: 400,
        body: { error: "Event name required: send it as event or type in the body." },
      });
    }
    for (const event of ["issue.deleted", "__proto__", "../health", "issue.created/../x"]) {
      expect(await send({ event })).toEqual({
        status: 404,
        body: { error: `No handler registered for event '${event}' with version 'v1'` },
      });
    }
  });

  test("webhook families are also converted on the usual path", async () => {
    const anew = { ...webhooks.webhook, id: "evt_81" };
    expect(await send(anew, "/v/v1/webhooks/issue.transitioned")).toMatchObject({
      status: 200,
      body: { id: "evt_81" },
    });
  });

  test("401 unless signed, 405 for another method, 404 below it", async () => {
    const unsigned = new Request("http://extension.test/kiket", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(webhooks.webhook),
    });
    expect((await target.send(unsigned)).status).toBe(401);
    expect((await target.send(new Request("http://extension.test/kiket"))).status).toBe(405);
    expect((await target.send(new Request("http://extension.test/kiket/x", { method: "POST" }))).status).toBe(404);
  });
});

test("tokens are accepted there too", async () => {
  const extension = kiket.extension({ handlers, webhookPath: "/in/kiket" });
  const response = await extension.fetch(
    await kiket.request({ path: "/in/kiket", payload: { event: "issue.transitioned", issue: { id: 4 } } }),
  );
  expect(await response.json()).toMatchObject({ event: "issue.transitioned", issue: { id: 4 } });
});

test("without the option the path does not exist", async () => {
  const response = await byHmac({ webhookPath: undefined }).fetch(
    hmacRequest({ body: JSON.stringify(webhooks.webhook), path: "/kiket" }),
  );
  expect(response.status).toBe(404);
});

test.each([
  "",
  "kiket",
  "/",
  "/:event",
  "/*",
  "/**",
  "/a b",
  "/kiket/",
  "/health",
  "/ready",
  "/webhooks/x",
  "/v/v1",
  "/a?b",
])("%j cannot be the path", (webhookPath) => {
  expect(() => byHmac({ webhookPath })).toThrow(ConfigError);
  expect(() => byHmac({ webhookPath })).toThrow("webhookPath must be a plain path");
});
