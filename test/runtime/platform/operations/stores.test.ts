import { beforeEach, describe, expect, it } from "vitest";
import { openPlatform } from "../../../support/open-kiket.js";
import { connect } from "../client.js";

const start = Date.parse("2026-03-02T08:25:04Z");
const day = 86_400_000;
const table = "/api/v1/ext/custom_data/com.example.crm/leads";
const forms = "/api/v1/ext/intake_forms";
const secrets = "/api/v1/extensions/com.example.marketing/secrets";

let time = start;

const sla = (issue_id: number, state: "imminent" | "breached", project_id: number | string = 27) => ({
  issue_id,
  state,
  project_id,
});

const platform = await openPlatform({
  now: () => time,
  seed: {
    records: [
      {
        module: "com.example.crm",
        table: "leads",
        projectId: "27",
        rows: [
          { id: 7, status: "new", score: 1, tags: ["a"] },
          { status: "won", score: 2, owner: null },
          { status: "new", score: 2 },
        ],
      },
    ],
    slaEvents: [sla(42, "breached"), sla(43, "imminent"), sla(44, "breached", "28")],
    intakeForms: [
      {
        key: "open",
        project_id: 27,
        public: true,
        fields: [{ key: "a", label: "A", field_type: "text", required: true }],
      },
      { key: "closed", project_id: 27, active: false },
      {
        id: 9,
        key: "elsewhere",
        project_id: 28,
        submissions: [
          { data: {}, status: "converted", created_at: new Date(start - 40 * day).toISOString() },
          { data: {}, status: "rejected", created_at: new Date(start - 2 * day).toISOString() },
          { id: 20, data: {}, submitted_by_email: "lead@example.com" },
        ],
      },
    ],
    secrets: { API_KEY: "one" },
  },
});
const call = await connect(platform);
beforeEach(() => {
  time = start;
  platform.reset();
});

async function ids(path: string): Promise<unknown> {
  const { body } = await call("GET", path);
  return (body as { data: { id: unknown }[] }).data.map(({ id }) => id);
}

describe("custom data", () => {
  const filtered = (filters: unknown) =>
    `${table}?project_id=27&filters=${encodeURIComponent(JSON.stringify(filters))}`;

  it.each([
    [{}, [7, 8, 9]],
    [{ status: "new" }, [7, 9]],
    [{ status: "new", score: 2 }, [9]],
    [{ tags: ["a"] }, [7]],
    [{ owner: null }, [7, 8, 9]],
    [{ status: "lost" }, []],
    [{ score: "1" }, []],
  ])("filters by %j", async (filters, expected) => {
    expect(await ids(filtered(filters))).toEqual(expected);
  });

  it("respects the limit", async () => {
    expect(await ids(`${table}?project_id=27&limit=2`)).toEqual([7, 8]);
  });

  it("limits to 50 by default", async () => {
    for (let index = 0; index < 60; index += 1) {
      await call("POST", `${table}?project_id=30`, { body: { record: {} } });
    }
    expect(await ids(`${table}?project_id=30`)).toHaveLength(50);
    expect(await ids(`${table}?project_id=30&limit=60`)).toHaveLength(60);
  });

  it("separates projects, tables and modules, and counts ids by table", async () => {
    await call("POST", `${table}?project_id=28`, { body: { record: {} } });
    expect(await ids(`${table}?project_id=28`)).toEqual([10]);
    expect((await call("GET", `${table}/7?project_id=28`)).status).toBe(404);
    expect(await ids("/api/v1/ext/custom_data/com.example.crm/deals?project_id=27")).toEqual([]);
    expect(await ids("/api/v1/ext/custom_data/com.example/leads?project_id=27")).toEqual([]);
  });

  it("assigns ids and timestamps itself", async () => {
    const { body } = await call("POST", `${table}?project_id=27`, { body: { record: { id: 99, status: "new" } } });
    const created_at = "2026-03-02T08:25:04Z";
    expect(body).toEqual({ data: { id: 10, status: "new", created_at, updated_at: created_at } });
    time += 1500;
    const changes = { id: 1, status: "won", created_at: "x" };
    expect((await call("PATCH", `${table}/10?project_id=27`, { body: { record: changes } })).body).toEqual({
      data: { id: 10, status: "won", created_at, updated_at: "2026-03-02T08:25:05.500Z" },
    });
  });

  it("does not list deleted records", async () => {
    expect((await call("DELETE", `${table}/7?project_id=27`)).status).toBe(204);
    for (const method of ["GET", "PATCH", "DELETE"]) {
      const body = method === "PATCH" ? { record: {} } : undefined;
      const answer = await call(method, `${table}/7?project_id=27`, { body });
      expect({ status: answer.status, body: answer.body }).toEqual({
        status: 404,
        body: { error: "Record not found" },
      });
    }
  });

  it("has the seed again after reset", async () => {
    await call("DELETE", `${table}/7?project_id=27`);
    platform.reset();
    expect(platform.calls).toEqual([]);
    expect(await ids(`${table}?project_id=27`)).toEqual([7, 8, 9]);
  });
});

describe("SLA events", () => {
  it.each([
    ["?project_id=27", [1, 2]],
    ["?project_id=28", [3]],
    ["?project_id=27&state=breached", [1]],
    ["?project_id=27&issue_id=43", [2]],
    ["?project_id=27&limit=1", [1]],
    ["?project_id=27&state=recovered", []],
  ])("lists %s", async (query, expected) => {
    expect(await ids(`/api/v1/ext/sla/events${query}`)).toEqual(expected);
  });
});

describe("intake forms", () => {
  it.each([
    ["?project_id=27", [1, 2]],
    ["?project_id=27&active=true", [1]],
    ["?project_id=27&active=false", [2]],
    ["?project_id=27&public=true", [1]],
    ["?project_id=27&limit=1", [1]],
    ["?project_id=28", [9]],
  ])("lists %s", async (query, expected) => {
    expect(await ids(`${forms}${query}`)).toEqual(expected);
  });

  it("adds missing members of a field", async () => {
    expect((await call("GET", `${forms}/open?project_id=27`)).body).toMatchObject({
      name: "open",
      fields: [
        { key: "a", label: "A", field_type: "text", required: true, options: null, placeholder: null, help_text: null },
      ],
    });
  });

  it.each([
    ["GET", `${forms}/elsewhere?project_id=27`, undefined, "Form"],
    ["GET", `${forms}/none/submissions?project_id=27`, undefined, "Form"],
    ["POST", `${forms}/none/submissions`, { project_id: 27, data: {} }, "Form"],
    ["GET", `${forms}/none/stats?project_id=27`, undefined, "Form"],
    ["GET", `${forms}/open/submissions/20?project_id=27`, undefined, "Submission"],
    ["POST", `${forms}/open/submissions/20/approve`, { project_id: 27 }, "Submission"],
    ["POST", `${forms}/none/submissions/20/reject`, { project_id: 27 }, "Submission"],
  ])("answers 404 to %s %s", async (method, path, body, what) => {
    const answer = await call(method, path, { body });
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 404, body: { error: `${what} not found` } });
  });

  it.each([
    ["", [1, 2, 20]],
    ["&status=pending", [20]],
    ["&since=2026-02-27T00:00:00Z", [2, 20]],
    ["&limit=1", [1]],
  ])("lists submissions with %s", async (query, expected) => {
    expect(await ids(`${forms}/9/submissions?project_id=28${query}`)).toEqual(expected);
  });

  it.each([
    ["", { total_submissions: 3, pending: 1, approved: 0, rejected: 1, converted: 1, period: null }],
    ["&period=day", { total_submissions: 1, pending: 1, approved: 0, rejected: 0, converted: 0, period: "day" }],
    ["&period=week", { total_submissions: 2, pending: 1, approved: 0, rejected: 1, converted: 0, period: "week" }],
    ["&period=month", { total_submissions: 2, pending: 1, approved: 0, rejected: 1, converted: 0, period: "month" }],
  ])("counts with %s", async (query, expected) => {
    expect((await call("GET", `${forms}/9/stats?project_id=28${query}`)).body).toEqual(expected);
  });

  it("reviews a submission once", async () => {
    const body = { project_id: 28 };
    expect((await call("POST", `${forms}/9/submissions/20/reject`, { body })).status).toBe(200);
    const again = await call("POST", `${forms}/9/submissions/20/approve`, { body });
    expect({ status: again.status, body: again.body }).toEqual({
      status: 422,
      body: { error: "Submission is already rejected" },
    });
  });

  it("continues the ids after the seed's highest", async () => {
    const { body } = await call("POST", `${forms}/open/submissions`, { body: { project_id: 27, data: { a: "b" } } });
    expect(body).toMatchObject({ id: 21, intake_form_id: 1 });
  });
});

describe("secrets", () => {
  it("refuses to create an existing secret and to change a missing one", async () => {
    const create = await call("POST", secrets, { body: { secret: { key: "API_KEY", value: "x" } } });
    expect({ status: create.status, body: create.body }).toEqual({
      status: 422,
      body: { error: "Secret already exists: API_KEY" },
    });
    const update = await call("PATCH", `${secrets}/NONE`, { body: { secret: { value: "x" } } });
    expect({ status: update.status, body: update.body }).toEqual({ status: 404, body: { error: "Secret not found" } });
  });

  it("answers 404 for a missing secret", async () => {
    expect((await call("GET", `${secrets}/NONE`)).status).toBe(404);
    expect((await call("DELETE", `${secrets}/NONE`)).status).toBe(404);
  });

  it("sets new and existing secrets in the other form", async () => {
    expect((await call("POST", `${secrets}/a%2Fb`, { body: { value: "1" } })).status).toBe(201);
    time += 1000;
    expect((await call("POST", `${secrets}/a%2Fb`, { body: { value: "2" } })).status).toBe(200);
    expect((await call("GET", `${secrets}/a%2Fb`)).body).toEqual({
      key: "a/b",
      value: "2",
      created_at: "2026-03-02T08:25:04Z",
      updated_at: "2026-03-02T08:25:05Z",
    });
  });

  it("separates extensions, each with the seed", async () => {
    await call("DELETE", `${secrets}/API_KEY`);
    expect((await call("GET", secrets)).body).toEqual([]);
    expect((await call("GET", "/api/v1/extensions/other/secrets/API_KEY")).body).toMatchObject({ value: "one" });
  });
});
