import { describe, expect, test } from "vitest";
import { type HandlerContext, KiketError } from "../../../../runtime/index.js";
import { openCalls } from "../../../support/context-calls.js";

const { run, sent } = await openCalls();

const wireForm = {
  id: 3,
  key: "bug-report",
  name: "Bug report",
  description: null,
  active: true,
  public: true,
  fields: [
    {
      key: "title",
      label: "Title",
      field_type: "text",
      required: true,
      options: null,
      placeholder: null,
      help_text: "One line",
    },
  ],
  form_url: "https://kiket.dev/forms/bug-report",
  embed_allowed: false,
  submissions_count: 2,
  created_at: "2026-03-02T08:25:04Z",
  updated_at: "2026-03-02T08:25:04Z",
};
const form = {
  id: 3,
  key: "bug-report",
  name: "Bug report",
  description: null,
  active: true,
  public: true,
  fields: [
    {
      key: "title",
      label: "Title",
      fieldType: "text",
      required: true,
      options: null,
      placeholder: null,
      helpText: "One line",
    },
  ],
  formUrl: "https://kiket.dev/forms/bug-report",
  embedAllowed: false,
  submissionsCount: 2,
  createdAt: "2026-03-02T08:25:04Z",
  updatedAt: "2026-03-02T08:25:04Z",
};
const wireSubmission = {
  id: 5,
  intake_form_id: 3,
  status: "pending",
  data: { page_title: "Broken link", nested_list: [{ some_key: 1 }] },
  metadata: { import_source: "mail" },
  submitted_by_email: "lead@example.com",
  reviewed_by: null,
  reviewed_at: null,
  notes: null,
  created_at: "2026-03-02T08:25:04Z",
  updated_at: "2026-03-02T08:25:04Z",
};
const submission = {
  id: 5,
  intakeFormId: 3,
  status: "pending",
  data: { page_title: "Broken link", nested_list: [{ some_key: 1 }] },
  metadata: { import_source: "mail" },
  submittedByEmail: "lead@example.com",
  reviewedBy: null,
  reviewedAt: null,
  notes: null,
  createdAt: "2026-03-02T08:25:04Z",
  updatedAt: "2026-03-02T08:25:04Z",
};

const intake =
  <T>(use: (forms: ReturnType<HandlerContext["endpoints"]["intakeForms"]>) => T) =>
  ({ endpoints }: HandlerContext) =>
    use(endpoints.intakeForms(27));

test("forms", async () => {
  const since = new Date(Date.UTC(2026, 2, 1));
  const results = await run(
    intake(async (forms) => [
      await forms.list(),
      await forms.list({ active: true, public: false, limit: 5 }),
      await forms.get("bug report/1"),
      await forms.listSubmissions(3, { status: "pending", limit: 10, since }),
      await forms.listSubmissions(3, { since: "2026-03-01T00:00:00Z" }),
    ]),
    [
      { status: 200, body: { data: [wireForm] } },
      { status: 200, body: [] },
      { status: 200, body: wireForm },
      { status: 200, body: { data: [wireSubmission] } },
      { status: 200, body: { data: [] } },
    ],
  );
  expect(results).toEqual([[form], [], form, [submission], []]);
  expect(sent()).toEqual([
    ["GET", "/api/v1/ext/intake_forms?project_id=27", null],
    ["GET", "/api/v1/ext/intake_forms?project_id=27&active=true&public=false&limit=5", null],
    ["GET", "/api/v1/ext/intake_forms/bug%20report%2F1?project_id=27", null],
    [
      "GET",
      "/api/v1/ext/intake_forms/3/submissions?project_id=27&status=pending&limit=10&since=2026-03-01T00%3A00%3A00.000Z",
      null,
    ],
    ["GET", "/api/v1/ext/intake_forms/3/submissions?project_id=27&since=2026-03-01T00%3A00%3A00Z", null],
  ]);
});

test("submissions: the project is a string in a body", async () => {
  const answer = { status: 201, body: wireSubmission };
  const results = await run(
    intake(async (forms) => [
      await forms.createSubmission("bug-report", { page_title: "Broken link" }),
      await forms.createSubmission("bug-report", { page_title: "Broken link" }, { import_source: "mail" }),
      await forms.getSubmission("bug-report", "5/6"),
      await forms.approveSubmission("bug-report", 5, "Looks good"),
      await forms.rejectSubmission("bug-report", 5),
    ]),
    [answer, answer, answer, answer, answer],
  );
  expect(results).toEqual(Array(5).fill(submission));
  const path = "/api/v1/ext/intake_forms/bug-report/submissions";
  expect(sent()).toEqual([
    ["POST", path, { project_id: "27", data: { page_title: "Broken link" } }],
    ["POST", path, { project_id: "27", data: { page_title: "Broken link" }, metadata: { import_source: "mail" } }],
    ["GET", `${path}/5%2F6?project_id=27`, null],
    ["POST", `${path}/5/approve`, { project_id: "27", notes: "Looks good" }],
    ["POST", `${path}/5/reject`, { project_id: "27" }],
  ]);
});

test("statistics", async () => {
  const body = { total_submissions: 3, pending: 1, approved: 1, rejected: 1, converted: 0, period: "week" };
  const stats = await run(
    intake((forms) => forms.getStats(3, { period: "week" })),
    [{ status: 200, body }],
  );
  expect(stats).toEqual({
    totalSubmissions: 3,
    pending: 1,
    approved: 1,
    rejected: 1,
    converted: 0,
    period: "week",
  });
  expect(sent()).toEqual([["GET", "/api/v1/ext/intake_forms/3/stats?project_id=27&period=week", null]]);
});

describe("the shape of the response", () => {
  const one = intake((forms) => forms.getSubmission(3, 5));

  test("a single object is bare, or wrapped in data", async () => {
    expect(await run(one, [{ status: 200, body: { data: wireSubmission } }])).toEqual(submission);
    const wrappedForm = [{ status: 200, body: { data: wireForm } }];
    expect(
      await run(
        intake((forms) => forms.get(3)),
        wrappedForm,
      ),
    ).toEqual(form);
  });

  test("null for a 404 only", async () => {
    expect(await run(one, [{ status: 404, body: {} }])).toBeNull();
    expect(
      await run(
        intake((forms) => forms.get(3)),
        [{ status: 404, body: {} }],
      ),
    ).toBeNull();
    await expect(run(one, [{ status: 403, body: { error: "404" } }])).rejects.toMatchObject({ status: 403 });
  });

  test.each([[{}], [{ data: {} }], [[]], [{ data: [wireSubmission] }]])("%j is not a single object", async (body) => {
    await expect(run(one, [{ status: 200, body }])).rejects.toThrow(KiketError);
  });

  test.each([
    [{ data: wireSubmission }, submission],
    [{ status: "pending" }, { status: "pending" }],
    [{ data: { status: "pending" } }, { status: "pending" }],
    [{ submission: { id: 5 } }, { submission: { id: 5 } }],
    [{}, {}],
    [[], {}],
    [null, {}],
    ["created", {}],
    [undefined, {}],
  ])("an answer of %j to a write is not an error, because the write has happened", async (body, expected) => {
    const write = intake(async (forms) => [
      await forms.createSubmission("bug-report", {}),
      await forms.approveSubmission("bug-report", 5),
      await forms.rejectSubmission("bug-report", 5),
    ]);
    const answer = { status: 201, body };
    expect(await run(write, [answer, answer, answer])).toEqual([expected, expected, expected]);
  });

  test.each([[{}], [{ data: {} }], [{ forms: [] }]])("%j is not a list", async (body) => {
    const list = run(
      intake((forms) => forms.list()),
      [{ status: 200, body }],
    );
    await expect(list).rejects.toThrow("Unexpected response from Kiket: expected a list of intake forms.");
  });
});

test("the public URL needs no call, and is null for a form that is not public", async () => {
  const urls = await run(
    intake((forms) => [
      forms.publicUrl(form),
      forms.publicUrl({ ...form, public: false }),
      forms.publicUrl({ public: true, formUrl: null }),
      forms.publicUrl({ public: true }),
    ]),
  );
  expect(urls).toEqual(["https://kiket.dev/forms/bug-report", null, null, null]);
  expect(sent()).toEqual([]);
});

test("the default is the delivery's project", async () => {
  await run(({ endpoints }) => endpoints.intakeForms().list(), [{ status: 200, body: { data: [] } }]);
  expect(sent()).toEqual([["GET", "/api/v1/ext/intake_forms?project_id=33", null]]);
});

test.each([
  [["a", "b"]],
  [[{ value: "due_date", label: "Due", sort_order: 1 }]],
  [{ values: [{ value: "a", label: "A" }] }],
  [{ allowed_types: ["image/png"], max_size_mb: 5, max_files: 2 }],
  [null],
])("N10: the options %j of a field are as Kiket answers them", async (options) => {
  const { fields } = wireForm;
  const body = { ...wireForm, fields: [{ ...fields[0], options }] };
  const found = await run(
    intake(async (forms) => [await forms.get("bug-report"), ...(await forms.list())]),
    [
      { status: 200, body },
      { status: 200, body: { data: [body] } },
    ],
  );
  expect(found.map((one) => one?.fields[0]?.options)).toEqual([options, options]);
});
