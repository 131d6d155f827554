import { beforeEach, describe, expect, it, test } from "vitest";
import { createPlatform } from "../../../../runtime/testing.js";
import { openPlatform } from "../../../support/open-kiket.js";
import { type Answered, connect, now, time } from "../client.js";

const path = "/api/v1/ext/issues";
const stamps = { created_at: time, updated_at: time };
const ada = { id: 7, name: "Ada", email: "ada@example.com" };

const issue = {
  id: 42,
  key: "WEB-42",
  title: "Broken link",
  description: "On the **home** page",
  status: "todo",
  assignee: ada,
  priority: "high",
  labels: ["docs", "vip"],
  issue_type: "Bug",
  ...stamps,
};
const other = {
  id: 43,
  key: "APP-1",
  title: "Crash",
  description: null,
  status: "backlog",
  assignee: null,
  priority: null,
  labels: [],
  ...stamps,
};

const seed = {
  issues: [
    {
      id: 42,
      key: "WEB-42",
      title: "Broken link",
      description: "On the **home** page",
      status: "todo",
      assignee: ada,
      priority: "high",
      labels: ["docs", "vip"],
      issue_type: "Bug",
    },
    { id: 43, key: "APP-1", title: "Crash" },
  ],
  members: [ada, { id: 8, name: "Bob" }],
};

const platform = await openPlatform({ now, seed, extensionApiKey: "ext-key" });
const call = await connect(platform);
beforeEach(() => platform.reset());

/** As the only public client calls: with the extension's API key as bearer token, and without a runtime token. */
function send(method: string, at: string, body?: unknown): Promise<Answered> {
  return call(method, at, { body, token: null, headers: { authorization: "Bearer ext-key" } });
}

const statusAndBody = async (answer: Promise<Answered>) => {
  const { status, body } = await answer;
  return [status, body];
};

describe("N1: the calls of the only public client", () => {
  it("lists issues, with pagination", async () => {
    expect(await statusAndBody(send("GET", path))).toEqual([
      200,
      { issues: [issue, other], pagination: { page: 1, per_page: 25, total_pages: 1, total_count: 2 } },
    ]);
    expect(await statusAndBody(send("GET", `${path}?page=2&per_page=1`))).toEqual([
      200,
      { issues: [other], pagination: { page: 2, per_page: 1, total_pages: 2, total_count: 2 } },
    ]);
  });

  it.each([
    ["project_key=WEB", [42]],
    ["project_key=NONE", []],
    ["status=backlog", [43]],
    ["assignee_id=7", [42]],
    ["assignee_id=8", []],
    ["label=vip", [42]],
    ["label=vi", []],
    ["search=HOME", [42]],
    ["search=app-1", [43]],
    ["search=crash&status=todo", []],
    ["project_key=&status=&label=&search=&assignee_id=&page=&per_page=", [42, 43]],
    ["project_key=WEB&status=todo&assignee_id=7&label=docs&search=link&page=1&per_page=10", [42]],
  ])("filters by %s", async (query, ids) => {
    const { body } = await send("GET", `${path}?${query}`);
    const { issues } = body as { issues: readonly { readonly id: number }[] };
    expect(issues.map(({ id }) => id)).toEqual(ids);
  });

  it("reads an issue by its id and by its key", async () => {
    expect(await statusAndBody(send("GET", `${path}/WEB-42`))).toEqual([200, { issue }]);
    expect(await statusAndBody(send("GET", `${path}/42`))).toEqual([200, { issue }]);
  });

  it("creates an issue: nothing of the wrapper is stored, and the answer has all members", async () => {
    const input = {
      project_key: "WEB",
      title: "New",
      issue_type: "Story",
      priority: "low",
      assignee_id: 8,
      labels: ["a"],
    };
    const created = {
      id: 1,
      key: "WEB-1",
      project_key: "WEB",
      title: "New",
      description: null,
      status: "backlog",
      assignee: { id: 8, name: "Bob", email: null },
      priority: "low",
      labels: ["a"],
      issue_type: "Story",
      ...stamps,
    };
    expect(await statusAndBody(send("POST", path, { issue: input }))).toEqual([201, { issue: created }]);
    expect((await send("GET", `${path}/WEB-1`)).body).toEqual({ issue: created });
    const { body } = await send("POST", path, { issue: { title: "Least", assignee_id: 99 } });
    expect(body).toMatchObject({
      issue: { id: 2, key: "ISSUE-2", issue_type: "Task", assignee: { id: 99, name: null, email: null } },
    });
  });

  it("updates an issue: id and key stay", async () => {
    const changes = { title: "Fixed", assignee_id: 8, id: 1, key: "X-1" };
    const changed = { ...issue, title: "Fixed", assignee: { id: 8, name: "Bob", email: null } };
    expect(await statusAndBody(send("PATCH", `${path}/42`, { issue: changes }))).toEqual([200, { issue: changed }]);
    const { body } = await send("PATCH", `${path}/WEB-42`, { issue: { assignee_id: null } });
    expect(body).toEqual({ issue: { ...changed, assignee: null } });
  });

  it("sets itself what no write may set, and keeps the status where a write has none", async () => {
    const own = { created_at: 5, updated_at: null, assignee: "bob", status: null };
    const { body } = await send("POST", path, { issue: { ...own, title: "New", issue_type: null } });
    expect(body).toMatchObject({ issue: { ...stamps, status: "backlog", assignee: null, issue_type: "Task" } });
    expect(await statusAndBody(send("PATCH", `${path}/42`, { issue: own }))).toEqual([200, { issue }]);
  });

  it("comments: create, list, change, delete", async () => {
    const at = `${path}/42/comments`;
    const comment = { id: 1, body: "Hi", author: { id: 1, name: "extension", email: null }, ...stamps };
    expect(await statusAndBody(send("GET", at))).toEqual([200, { comments: [] }]);
    expect(await statusAndBody(send("POST", at, { comment: { body: "Hi" } }))).toEqual([201, { comment }]);
    expect((await send("GET", `${path}/WEB-42/comments`)).body).toEqual({ comments: [comment] });
    const changed = { ...comment, body: "Hello" };
    expect(await statusAndBody(send("PATCH", `${at}/1`, { comment: { body: "Hello" } }))).toEqual([
      200,
      { comment: changed },
    ]);
    expect((await send("GET", at)).body).toEqual({ comments: [changed] });
    expect((await send("GET", `${path}/43/comments`)).body).toEqual({ comments: [] });
    expect((await send("DELETE", `${path}/43/comments/1`)).status).toBe(404);
    expect(await statusAndBody(send("DELETE", `${at}/1`))).toEqual([204, undefined]);
    expect((await send("DELETE", `${at}/1`)).status).toBe(404);
    expect((await send("GET", at)).body).toEqual({ comments: [] });
  });

  it("lists the members of the project", async () => {
    const unknown = {
      role: null,
      organization_id: null,
      expertise_tags: null,
      historical_velocity: null,
      avatar_url: null,
      capacity: null,
      super_admin: null,
      deactivated: null,
      ...stamps,
    };
    const bob = { ...unknown, id: 8, name: "Bob", email: null };
    const members = "/api/v1/ext/project/members";
    expect(await statusAndBody(send("GET", members))).toEqual([200, { members: [{ ...unknown, ...ada }, bob] }]);
    expect((await send("GET", `${members}?page=2&per_page=1`)).body).toEqual({ members: [bob] });
  });

  it.each([
    ["POST", path, { title: "Bare" }, "body.issue", "is required"],
    ["POST", path, { issue: { priority: "low" } }, "body.issue.title", "is required"],
    ["POST", path, { issue: "New" }, "body.issue", "must be object"],
    ["PATCH", `${path}/42`, { title: "Bare" }, "body.issue", "is required"],
    ["PATCH", `${path}/42`, { issue: { labels: "docs" } }, "body.issue.labels", "must be array,null"],
    ["POST", `${path}/42/transitions`, { to: "done" }, "body.transition", "is required"],
    ["POST", `${path}/42/transitions`, { transition: { state: "done" } }, "body.transition", "must be string"],
    ["POST", `${path}/42/comments`, { body: "Hi" }, "body.comment", "is required"],
    [
      "POST",
      `${path}/42/comments`,
      { comment: { body: "" } },
      "body.comment.body",
      "must NOT have fewer than 1 characters",
    ],
  ])("refuses %s %s with %j", async (method, at, body, field, message) => {
    const details = [{ field, message }];
    expect(await statusAndBody(send(method, at, body))).toEqual([422, { error: "The request is not valid", details }]);
  });

  it.each([
    ["GET", "NONE-1", undefined],
    ["PATCH", "NONE-1", { issue: {} }],
    ["POST", "NONE-1/transitions", { transition: "approve" }],
    ["GET", "NONE-1/comments", undefined],
    ["POST", "NONE-1/comments", { comment: { body: "Hi" } }],
    ["PATCH", "NONE-1/comments/1", { comment: { body: "Hi" } }],
    ["PATCH", "42/comments/1", { comment: { body: "Hi" } }],
    ["DELETE", "NONE-1/comments/1", undefined],
  ])("answers 404 to %s %s", async (method, at, body) => {
    expect((await send(method, `${path}/${at}`, body)).status).toBe(404);
  });
});

describe("N1: a transition", () => {
  const at = `${path}/WEB-42/transitions`;

  it("leads to the status that the seed declares for its key", async () => {
    const declared = await openPlatform({
      now,
      seed: {
        issues: [{ ...seed.issues[0], workflow_state: "todo" }, { key: "APP-1" }],
        transitions: { start_progress: "in_progress", approve: "done" },
      },
    });
    const on = await connect(declared);
    const { status, body } = await on("POST", at, { body: { transition: "start_progress" } });
    const moved = { ...issue, status: "in_progress", workflow_state: "in_progress" };
    expect([status, body]).toEqual([200, { issue: moved }]);
    expect((await on("GET", `${path}/42`)).body).toEqual({ issue: moved });
    const plain = await on("POST", `${path}/APP-1/transitions`, { body: { transition: "approve" } });
    expect(plain.body).toMatchObject({ issue: { status: "done" } });
    expect(plain.body).not.toHaveProperty("issue.workflow_state");

    for (const transition of ["in_progress", "constructor"]) {
      const refused = await on("POST", at, { body: { transition } });
      expect(refused).toMatchObject({
        status: 422,
        body: {
          error: "Unknown transition",
          details: [
            {
              field: "body.transition",
              message: "is not in seed.transitions of the local Kiket, which has: start_progress, approve",
            },
          ],
        },
      });
    }
    expect((await on("GET", `${path}/42`)).body).toEqual({ issue: moved });
  });

  it("gives its key to the status where the seed declares none", async () => {
    const { status, body } = await send("POST", at, { transition: "start_progress" });
    expect([status, body]).toEqual([200, { issue: { ...issue, status: "start_progress" } }]);
  });
});

describe("N1: bare answers", async () => {
  const bare = await openPlatform({ now, seed, issueAnswers: "bare" });
  const on = await connect(bare);

  it("are the object or the list itself; a list of issues stays as it is", async () => {
    const comment = { id: 1, body: "Hi", author: { id: 1, name: "extension", email: null }, ...stamps };
    expect((await on("GET", `${path}/42`)).body).toEqual(issue);
    expect((await on("POST", `${path}/42/comments`, { body: { comment: { body: "Hi" } } })).body).toEqual(comment);
    expect((await on("GET", `${path}/42/comments`)).body).toEqual([comment]);
    expect((await on("GET", "/api/v1/ext/project/members?per_page=1")).body).toEqual([expect.objectContaining(ada)]);
    expect((await on("GET", `${path}?per_page=1`)).body).toEqual({
      issues: [issue],
      pagination: { page: 1, per_page: 1, total_pages: 2, total_count: 2 },
    });
  });
});

describe("N1: the credential", () => {
  it("may be the extension's API key, as bearer token or in the older header", async () => {
    expect((await send("GET", path)).status).toBe(200);
    expect((await call("GET", path, { token: null, headers: { "x-kiket-api-key": "ext-key" } })).status).toBe(200);
  });

  it.each(["Bearer other", "Bearer ", "Bearer undefined", "Basic ext-key"])("is not %j", async (authorization) => {
    expect((await call("GET", path, { token: null, headers: { authorization } })).status).toBe(401);
  });

  it("is the runtime token where both are sent, also with its scopes", async () => {
    const headers = { authorization: "Bearer ext-key" };
    const token = await platform.sign({ scopes: ["write:issues"] });
    expect((await call("GET", path, { token, headers })).status).toBe(403);
    expect((await call("GET", path, { token: "broken", headers })).status).toBe(401);
  });

  it("is none where the platform has no keys", async () => {
    const open = await connect(await openPlatform());
    const headers = { authorization: "Bearer undefined" };
    expect((await open("GET", path, { token: null, headers })).status).toBe(401);
  });
});

describe("the seed", () => {
  it("has comments, by the key or the id of an issue", async () => {
    const comments = [
      { issue: "WEB-42", body: "One", author: ada, created_at: "2026-01-01T00:00:00Z" },
      { issue: 42, id: 5, body: "Two" },
    ];
    const on = await connect(await openPlatform({ now, seed: { ...seed, comments } }));
    const first = "2026-01-01T00:00:00Z";
    expect((await on("GET", `${path}/42/comments`)).body).toEqual({
      comments: [
        { id: 1, body: "One", author: ada, created_at: first, updated_at: first },
        { id: 5, body: "Two", author: { id: 1, name: null, email: null }, ...stamps },
      ],
    });
  });

  it("is refused where a comment has no issue, and the port is free again", async () => {
    const first = await createPlatform();
    await first.close();
    const port = Number(new URL(first.baseUrl).port);
    const comments = [{ issue: "WEB-43", body: "One" }];
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await expect(createPlatform({ port, seed: { ...seed, comments } })).rejects.toThrow(
        "seed.comments: no issue in seed.issues has the key or id WEB-43.",
      );
    }
  });

  it.each([
    [{ key: "WEB-42" }, '{"key":"WEB-42"}'],
    [{ id: "42", key: "WEB-7" }, '{"key":"WEB-7","id":"42"}'],
  ])("is refused where %j has the key or id of another issue", async (twin, named) => {
    const issues = [{ id: 42, key: "WEB-42" }, twin];
    await expect(createPlatform({ seed: { issues } })).rejects.toThrow(
      new TypeError(`seed.issues: two issues have the same key or id: ${named}.`),
    );
  });

  it("gives no new issue a key that exists", async () => {
    const issues = [
      { id: 70, key: "WEB-1" },
      { id: 71, key: "WEB-2" },
    ];
    const on = await connect(await openPlatform({ seed: { issues } }));
    const { body } = await on("POST", path, { body: { issue: { project_key: "WEB", title: "New" } } });
    expect(body).toMatchObject({ issue: { id: 1, key: "WEB-3" } });
  });
});

test("N3: the address of an action has its base, and rotating ends the earlier one", async () => {
  const at = "/api/v1/ext/webhook_url";
  const base = `${platform.baseUrl}/webhooks/ext`;
  expect((await call("GET", `${at}?action_name=a%20b`)).body).toEqual({
    webhook_url: `${base}/whk_local/a%20b`,
    webhook_token: "whk_local",
    webhook_base_url: `${base}/whk_local`,
  });
  expect(await statusAndBody(call("POST", `${at}/rotate`))).toEqual([
    200,
    {
      webhook_url: `${base}/whk_local_2`,
      webhook_token: "whk_local_2",
      webhook_base_url: `${base}/whk_local_2`,
    },
  ]);
  expect((await call("GET", `${at}?action_name=a`)).body).toMatchObject({ webhook_url: `${base}/whk_local_2/a` });
});

test("N4: SLA events need read:issues", async () => {
  const at = "/api/v1/ext/sla/events?project_id=27";
  const refused = await call("GET", at, { token: await platform.sign({ scopes: ["write:issues"] }) });
  expect(refused).toMatchObject({ status: 403, body: { missing_scopes: ["read:issues"] } });
  expect((await call("GET", at, { token: await platform.sign({ scopes: ["issues:read"] }) })).status).toBe(200);
});
