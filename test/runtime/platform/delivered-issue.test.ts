import { afterEach, describe, expect, it } from "vitest";
import { defineHandler, type HandlerContext } from "../../../runtime/index.js";
import { createTestExtension, type TestExtension, type TestExtensionOptions } from "../../../runtime/testing.js";
import { openPlatform } from "../../support/open-kiket.js";
import { connect } from "./client.js";

const event = "issue.created";
const one = "/api/v1/ext/issues/{key}" as const;

/** What the platform adds to an issue that was delivered without it. */
const least = {
  description: null,
  status: "backlog",
  assignee: null,
  priority: null,
  labels: [],
  created_at: expect.any(String),
  updated_at: expect.any(String),
};

let kiket: TestExtension;
afterEach(() => kiket.close());

async function open(
  use: (context: HandlerContext, payload: Readonly<Record<string, unknown>>) => Promise<unknown>,
  platform: TestExtensionOptions["platform"] = {},
): Promise<void> {
  const handler = defineHandler({ event, version: "v1" }, (payload, context) => use(context, payload) as Promise<null>);
  kiket = await createTestExtension({ handlers: [handler], platform });
}

async function get({ api }: HandlerContext, key: string): Promise<unknown> {
  const { data } = await api.GET(one, { params: { path: { key } } });
  return (data as { issue: unknown }).issue;
}

const deliver = (payload: object, deliveryId?: string) =>
  kiket.platform.deliver(kiket.extension, { event, payload, ...(deliveryId === undefined ? {} : { deliveryId }) });

describe("an issue that was delivered", () => {
  it("is found by its id and its key, in every call of the handler", async () => {
    await open(async (context) => {
      const { api } = context;
      const before = [await get(context, "71"), await get(context, "DCK-9")];
      await api.PATCH(one, { params: { path: { key: "71" } }, body: { issue: { title: "Changed" } } });
      const comment = await api.POST(`${one}/comments`, {
        params: { path: { key: "71" } },
        body: { comment: { body: "Hi" } },
      });
      const moved = await api.POST(`${one}/transitions`, {
        params: { path: { key: "DCK-9" } },
        body: { transition: "done" },
      });
      const listed = await api.GET("/api/v1/ext/issues", { params: { query: { project_key: "DCK" } } });
      return { before, comment: comment.data, moved: moved.data, listed: listed.data };
    });
    const { status, body } = await deliver({ issue: { id: 71, key: "DCK-9", title: "Quote" } });
    const issue = { ...least, id: 71, key: "DCK-9", title: "Quote", project_id: 1 };
    const changed = { ...issue, title: "Changed", status: "done" };
    expect([status, body]).toEqual([
      200,
      {
        before: [issue, issue],
        comment: { comment: expect.objectContaining({ id: 1, body: "Hi" }) },
        moved: { issue: changed },
        listed: { issues: [changed], pagination: expect.objectContaining({ total_count: 1 }) },
      },
    ]);
  });

  it("is merged with the one of the seed, and `reset` brings the seed back", async () => {
    await open((context) => get(context, "DCK-9"), {
      seed: { issues: [{ id: 71, key: "DCK-9", title: "Seeded", project_id: 3, labels: ["vip"] }] },
    });
    const merged = { ...least, id: 71, key: "DCK-9", title: "Delivered", project_id: 3, labels: ["vip"] };
    expect((await deliver({ issue: { id: "71", title: "Delivered", key: null } })).body).toEqual({
      ...merged,
      id: "71",
    });
    kiket.reset();
    expect((await deliver({ issue: { key: "DCK-9", status: "open" } })).body).toEqual({
      ...merged,
      title: "Seeded",
      status: "open",
    });
  });

  it("keeps what a handler has changed when the same delivery is repeated, but not when another one says otherwise", async () => {
    let attempts = 0;
    await open(async (context) => {
      attempts += 1;
      if (attempts > 1) return get(context, "71");
      await context.api.PATCH(one, { params: { path: { key: "71" } }, body: { issue: { status: "triaged" } } });
      throw new Error("after the write");
    });
    const payload = { issue: { id: 71, key: "DCK-9", status: "open" } };
    const { attempts: tried } = await kiket.platform.deliverWithRetries(kiket.extension, { event, payload });
    expect(tried.map(({ outcome }) => outcome?.status)).toEqual([500, 200]);
    expect(tried[1]?.outcome?.body).toMatchObject({ status: "triaged" });
    const later = await deliver({ issue: { id: 71, status: "closed" } });
    expect(later.body).toEqual({ ...least, id: 71, key: "DCK-9", title: "DCK-9", status: "closed", project_id: 1 });
  });

  it("has no id of another issue, and gives none to a new one", async () => {
    await open(
      async ({ api }) => {
        const { data } = await api.POST("/api/v1/ext/issues", { body: { issue: { title: "New" } } });
        return data;
      },
      { seed: { issues: [{ title: "Second" }, { id: 1, title: "First" }] } },
    );
    expect((await deliver({ issue: { id: 3, title: "Third" } })).body).toEqual({
      issue: { ...least, id: 4, key: "ISSUE-4", title: "New", issue_type: "Task" },
    });
  });
});

describe("an issue and another name", () => {
  const names = async () => {
    const { body } = await (await connect(kiket.platform))("GET", "/api/v1/ext/issues");
    return (body as { issues: readonly Record<string, unknown>[] }).issues.map(({ id, key, title }) => [
      id,
      key,
      title,
    ]);
  };

  it("keeps its comments when a later delivery tells its id", async () => {
    await open(async ({ endpoints: { comments } }, { issue }) => {
      if ((issue as { id?: unknown }).id === undefined) await comments.create("A-1", "Hi");
      return (await comments.list("A-1")).map(({ body }) => body);
    });
    expect((await deliver({ issue: { key: "A-1" } })).body).toEqual(["Hi"]);
    expect((await deliver({ issue: { id: 42, key: "A-1" } })).body).toEqual(["Hi"]);
    expect(await names()).toEqual([[42, "A-1", "A-1"]]);
  });

  it("keeps what an answer always has where a later delivery has null", async () => {
    await open((context) => get(context, "A-1"), {
      seed: { issues: [{ id: 7, key: "A-1", title: "One", status: "todo" }] },
    });
    const nothing = { title: null, status: null, created_at: null, updated_at: null, priority: null };
    expect((await deliver({ issue: { id: 7, ...nothing } })).body).toEqual({
      ...least,
      id: 7,
      key: "A-1",
      title: "One",
      status: "todo",
      project_id: 1,
    });
  });

  it("is not taken for the one whose key looks like its id", async () => {
    const issues = [
      { id: 1, key: "2", title: "One" },
      { id: 2, key: "X", title: "Two" },
    ];
    await open(({ endpoints }) => endpoints.comments.list("X"), { seed: { issues } });
    const { body } = await deliver({ issue: { id: 2, title: "New" }, comment: { id: 5, body: "Hi" } });
    expect(body).toEqual([expect.objectContaining({ id: 5, body: "Hi" })]);
    expect(await names()).toEqual([
      [1, "2", "One"],
      [2, "X", "New"],
    ]);
  });

  it("is found by a key that a delivery names as its id, and gets no id that is none", async () => {
    await open(async () => null, { seed: { issues: [{ id: 7, key: "A-1", title: "One" }] } });
    await deliver({ issue_id: "A-1", issue: { title: "New" } });
    await deliver({ issue: { id: {}, key: "B-1" } });
    expect(await names()).toEqual([
      [7, "A-1", "New"],
      [1, "B-1", "B-1"],
    ]);
  });
});

describe("the issue is found in", () => {
  it.each([
    ["a case", { case: { id: 71, title: "x" } }, "71", { id: 71, key: "ISSUE-71", title: "x", project_id: 1 }],
    ["a context", { context: { issue: { id: 71 } } }, "71", { id: 71, key: "ISSUE-71", project_id: 1 }],
    ["an id alone", { issue_id: 71, project_id: 9 }, "71", { id: 71, key: "ISSUE-71", project_id: 9 }],
    ["an id beside it", { issue: { title: "x" }, case_id: "c1" }, "c1", { id: "c1", title: "x", project_id: 1 }],
    ["an issue without an id", { issue: { key: "A-1" } }, "A-1", { id: 1, key: "A-1", project_id: 1 }],
    ["an issue with a type", { issue: { id: 71, type: "Bug" } }, "71", { id: 71, type: "Bug", issue_type: "Bug" }],
    [
      "an issue with a type of the API",
      { issue: { id: 71, type: "Bug", issue_type: "Story" } },
      "71",
      { id: 71, issue_type: "Story" },
    ],
    ["a case with a state", { case: { id: "c1", current_state_key: "won" } }, "c1", { id: "c1", status: "won" }],
    ["nothing", { issue: { title: "x" } }, "1", undefined],
    ["another type", { issue: "71" }, "71", undefined],
  ])("%s", async (_, payload, key, expected) => {
    await open(async () => null);
    await deliver(payload);
    const { body } = await (await connect(kiket.platform))("GET", `/api/v1/ext/issues/${key}`);
    expect(body).toEqual(
      expected === undefined ? { error: "Issue not found" } : { issue: expect.objectContaining(expected) },
    );
  });

  it.each([
    ["webhook", { type: "issue.created", data: { issue: { key: "A-1", title: "x", issueType: "Task" } } }],
    ["webhook-v1", { event: "issue.created", occurred_at: "2026-03-02", data: { issue: { key: "A-1", title: "x" } } }],
  ])("a body of the family %s, by its key", async (_, body) => {
    const platform = await openPlatform({ webhookSecret: "s", seed: { issues: [{ id: 71, key: "A-1" }] } });
    await platform.deliver({ fetch: () => Response.json({}) }, { event, auth: "hmac", body });
    const found = await (await connect(platform))("GET", "/api/v1/ext/issues/A-1");
    expect(found.body).toMatchObject({ issue: { id: 71, key: "A-1", title: "x" } });
  });
});

describe("a comment that was delivered", () => {
  const author = { name: "Tomas Reh", email: "tomas@ferry.example" };
  const written = { id: 88310, body: "On its way.", author: { id: 1, ...author } };

  it.each([
    ["in `comment`", { issue: { id: 71 }, comment: { id: 88310, body: "On its way.", author } }],
    ["in a case", { case: { id: 71 }, comment: { id: 88310, body: "On its way.", author } }],
    ["beside `comment_id`", { issue_id: 71, comment_id: 88310, body: "On its way.", author }],
  ])("%s is found, and can be changed", async (_, payload) => {
    await open(async ({ endpoints: { comments } }) => {
      const before = await comments.list(71);
      await comments.update(71, 88310, "Arrived.");
      await comments.create(71, "Thanks.");
      return [before, (await comments.list(71)).map(({ id, body }) => [id, body])];
    });
    const { status, body } = await deliver(payload);
    expect([status, body]).toEqual([
      200,
      [
        [expect.objectContaining(written)],
        [
          [88310, "Arrived."],
          [1, "Thanks."],
        ],
      ],
    ]);
  });

  it("has the time of the delivery", async () => {
    await open(({ endpoints }) => endpoints.comments.list(71));
    const created_at = "2026-01-05T08:00:00Z";
    const { body } = await deliver({ issue: { id: 71 }, comment: { id: 5, body: "One", created_at } });
    expect(body).toEqual([expect.objectContaining({ id: 5, createdAt: created_at })]);
  });

  it("replaces the text that was known; without id or text it is ignored", async () => {
    await open(({ endpoints }) => endpoints.comments.list(71));
    const issue = { id: 71 };
    await deliver({ issue, comment: { id: 5, body: "One" } });
    await deliver({ issue, comment: { id: "5", body: "Two" } });
    await deliver({ issue, comment: { body: "Lost" } });
    const { body } = await deliver({ issue, comment: { id: 6 } });
    expect(body).toEqual([expect.objectContaining({ id: 5, body: "Two" })]);
  });
});
