import { describe, expect, test } from "vitest";
import { ApiError, type HandlerContext, KiketError } from "../../../../runtime/index.js";
import { openCalls } from "../../../support/context-calls.js";

const { run, sent } = await openCalls();

const path = "/api/v1/ext/issues";
const time = "2026-03-02T08:25:04Z";
const wireIssue = {
  id: 42,
  key: "WEB-42",
  title: "Broken link",
  description: null,
  status: "todo",
  workflow_state: "todo",
  assignee: { id: 7, name: "Ada", email: null },
  priority: "high",
  labels: ["docs"],
  issue_type: "Bug",
  parent_key: null,
  custom_fields: { story_points: 3, nested_list: [{ some_key: 1 }] },
  created_at: time,
  updated_at: time,
};
const issue = {
  id: 42,
  key: "WEB-42",
  title: "Broken link",
  description: null,
  status: "todo",
  workflowState: "todo",
  assignee: { id: 7, name: "Ada", email: null },
  priority: "high",
  labels: ["docs"],
  issueType: "Bug",
  parentKey: null,
  customFields: { story_points: 3, nested_list: [{ some_key: 1 }] },
  createdAt: time,
  updatedAt: time,
};
const wireComment = {
  id: 3,
  body: "Hi",
  author: { id: 7, name: "Ada", email: null },
  created_at: time,
  updated_at: time,
};
const comment = { id: 3, body: "Hi", author: { id: 7, name: "Ada", email: null }, createdAt: time, updatedAt: time };

const issues =
  <T>(use: (endpoint: HandlerContext["endpoints"]["issues"]) => T) =>
  ({ endpoints }: HandlerContext) =>
    use(endpoints.issues);
const comments =
  <T>(use: (endpoint: HandlerContext["endpoints"]["comments"]) => T) =>
  ({ endpoints }: HandlerContext) =>
    use(endpoints.comments);

describe("N1: issues", () => {
  test("lists, with filters and pagination of every known shape", async () => {
    const pagination = { page: 2, per_page: 10, total_pages: 3, total_count: 21 };
    const meta = { current_page: 2, total_pages: 3, total_count: 21 };
    const filters = {
      projectKey: "WEB",
      status: "todo",
      assigneeId: 7,
      label: "a b",
      search: "x&y",
      page: 2,
      perPage: 10,
    };
    const results = await run(
      issues(async ({ list }) => [await list(filters), await list(), await list({}), await list()]),
      [
        { status: 200, body: { issues: [wireIssue], pagination } },
        { status: 200, body: { issues: [] } },
        { status: 200, body: { data: [wireIssue], meta } },
        { status: 200, body: [wireIssue] },
      ],
    );
    const none = { page: undefined, perPage: undefined, total: undefined, totalPages: undefined };
    expect(results).toEqual([
      { issues: [issue], pagination: { page: 2, perPage: 10, total: 21, totalPages: 3 } },
      { issues: [], pagination: none },
      { issues: [issue], pagination: { page: 2, perPage: undefined, total: 21, totalPages: 3 } },
      { issues: [issue], pagination: none },
    ]);
    const query = "project_key=WEB&status=todo&assignee_id=7&label=a%20b&search=x%26y&page=2&per_page=10";
    expect(sent()).toEqual([
      ["GET", `${path}?${query}`, null],
      ["GET", path, null],
      ["GET", path, null],
      ["GET", path, null],
    ]);
  });

  test.each([
    ["wrapped", (name: string, value: unknown) => ({ [name]: value })] as const,
    ["bare", (_: string, value: unknown) => value] as const,
  ])("are read where the answer is %s", async (_, answer) => {
    const results = await run(
      issues(async (endpoint) => [
        await endpoint.get("WEB-42/x"),
        await endpoint.create({ title: "Broken link" }),
        await endpoint.update(42, { description: null }),
        await endpoint.transition("WEB-42", "start_progress"),
        await endpoint.comment("WEB-42", "Hi"),
      ]),
      [
        { status: 200, body: answer("issue", wireIssue) },
        { status: 201, body: answer("issue", wireIssue) },
        { status: 200, body: answer("issue", wireIssue) },
        { status: 200, body: answer("issue", wireIssue) },
        { status: 201, body: answer("comment", wireComment) },
      ],
    );
    expect(results).toEqual([issue, issue, issue, issue, comment]);
    expect(sent()).toEqual([
      ["GET", `${path}/WEB-42%2Fx`, null],
      ["POST", path, { issue: { title: "Broken link" } }],
      ["PATCH", `${path}/42`, { issue: { description: null } }],
      ["POST", `${path}/WEB-42/transitions`, { transition: "start_progress" }],
      ["POST", `${path}/WEB-42/comments`, { comment: { body: "Hi" } }],
    ]);
  });

  test("are written with Kiket's names; custom fields keep theirs", async () => {
    const input = {
      projectKey: "WEB",
      projectId: 27,
      title: "New",
      description: "Text",
      issueType: "Story",
      priority: "critical",
      status: "backlog",
      assigneeId: 7,
      labels: ["a"] as const,
      parentId: 1,
      customFields: { storyPoints: 3, some_key: { innerKey: 1 } },
    };
    await run(
      issues(({ create }) => create(input)),
      [{ status: 201, body: {} }],
    );
    expect(sent()).toEqual([
      [
        "POST",
        path,
        {
          issue: {
            project_key: "WEB",
            project_id: 27,
            title: "New",
            description: "Text",
            issue_type: "Story",
            priority: "critical",
            status: "backlog",
            assignee_id: 7,
            labels: ["a"],
            parent_id: 1,
            custom_fields: { storyPoints: 3, some_key: { innerKey: 1 } },
          },
        },
      ],
    ]);
  });

  test("get: null for 404 only, and an error for an answer without an issue", async () => {
    const get = issues((endpoint) => endpoint.get(1));
    expect(await run(get, [{ status: 404, body: { error: "Issue not found" } }])).toBeNull();
    await expect(run(get, [{ status: 403, body: {} }])).rejects.toThrow(ApiError);
    await expect(run(get, [{ status: 200, body: { issue: null } }])).rejects.toThrow(
      new KiketError("Unexpected response from Kiket: missing issue."),
    );
  });

  test.each([[{}], [null], [[]], ["ok"], [{ issue: null }], [undefined]])(
    "a write does not fail for the answer %j",
    async (body) => {
      const results = await run(
        async ({ endpoints }) => [
          await endpoints.issues.create({ title: "a" }),
          await endpoints.issues.update(1, {}),
          await endpoints.issues.transition(1, "approve"),
        ],
        Array(3).fill({ status: 200, body }),
      );
      expect(results.map((result) => (result as { id?: unknown }).id)).toEqual([undefined, undefined, undefined]);
    },
  );

  test.each([[{}], [{ issues: "none" }], [null]])("a list needs a list: %j", async (body) => {
    await expect(
      run(
        issues((endpoint) => endpoint.list()),
        [{ status: 200, body }],
      ),
    ).rejects.toThrow("Unexpected response from Kiket: expected a list of issues.");
  });
});

describe("N1: comments", () => {
  test.each([
    ["wrapped", (name: string, value: unknown) => ({ [name]: value })] as const,
    ["bare", (_: string, value: unknown) => value] as const,
  ])("are read where the answer is %s", async (_, answer) => {
    const results = await run(
      comments(async (endpoint) => [
        await endpoint.list("WEB-42"),
        await endpoint.create(42, "Hi"),
        await endpoint.update(42, 3, "Hi"),
        await endpoint.delete("WEB-42", "3/4"),
      ]),
      [
        { status: 200, body: answer("comments", [wireComment]) },
        { status: 201, body: answer("comment", wireComment) },
        { status: 200, body: answer("comment", wireComment) },
        { status: 204 },
      ],
    );
    expect(results).toEqual([[comment], comment, comment, undefined]);
    expect(sent()).toEqual([
      ["GET", `${path}/WEB-42/comments`, null],
      ["POST", `${path}/42/comments`, { comment: { body: "Hi" } }],
      ["PATCH", `${path}/42/comments/3`, { comment: { body: "Hi" } }],
      ["DELETE", `${path}/WEB-42/comments/3%2F4`, null],
    ]);
  });
});

describe("N2: the reasons of a refusal are in `details` of the error", () => {
  const title = { field: "title", message: "can't be blank" };
  test.each([
    [422, { error: "Invalid", errors: ["Title can't be blank"] }, [{ message: "Title can't be blank" }]],
    [
      422,
      { errors: { title: ["can't be blank", "is too short"], labels: ["is invalid"] } },
      [title, { field: "title", message: "is too short" }, { field: "labels", message: "is invalid" }],
    ],
    [422, { error: "Invalid", errors: { title: ["can't be blank"] } }, [title]],
    [422, { error: "Invalid", details: [title] }, [title]],
    [
      409,
      { error: "Blocked", blockers: [{ type: "check", message: "Review is missing" }] },
      [{ type: "check", message: "Review is missing" }],
    ],
  ])("%i %j", async (status, body, details) => {
    const error = await run(
      issues((endpoint) => endpoint.transition(1, "approve")),
      [{ status, body }],
    ).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status, details });
  });
});
