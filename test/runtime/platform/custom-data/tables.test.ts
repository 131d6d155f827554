import { beforeEach, describe, expect, it } from "vitest";
import type { TableSeed } from "../../../../runtime/testing.js";
import { openPlatform } from "../../../support/open-kiket.js";
import { connect, now, time } from "../client.js";

const module = "com.example.crm";
const contacts: TableSeed = {
  module,
  table: "contacts",
  columns: [
    { name: "id", type: "bigint", nullable: false, generated: true },
    { name: "email", type: "string", nullable: false, unique: true },
    { name: "score", type: "integer", nullable: false, default: 5 },
    { name: "note", type: "text" },
    { name: "active", type: "boolean" },
    { name: "amount", type: "decimal" },
    { name: "ratio", type: "float" },
    { name: "seen_at", type: "timestamp", default: "now()" },
    { name: "born", type: "date" },
    { name: "wakes", type: "time" },
    { name: "tags", type: "json" },
    { name: "uid", type: "uuid" },
    { name: "created_at", type: "timestamp", nullable: false },
  ],
};
const hooks: TableSeed = {
  module,
  table: "hooks",
  columns: [
    { name: "id", type: "string", nullable: false },
    { name: "number", type: "bigint", nullable: false, generated: true },
    { name: "project_id", type: "string" },
  ],
};
const platform = await openPlatform({
  now,
  seed: {
    tables: [contacts, hooks],
    records: [{ module, table: "contacts", projectId: 27, rows: [{ email: "old@example.com", dropped: 1 }] }],
  },
});
const call = await connect(platform);
beforeEach(() => platform.reset());

const path = (table: string, id = "", project = 27, of = module) =>
  `/api/v1/ext/custom_data/${of}/${table}${id === "" ? "" : `/${id}`}?project_id=${project}`;
const create = (record: object, table = "contacts", project = 27) =>
  call("POST", path(table, "", project), { body: { record } });
const update = (record: object, id = "1") => call("PATCH", path("contacts", id), { body: { record } });
const problems = ({ status, body }: Awaited<ReturnType<typeof create>>) => {
  const { details } = body as { details: { field: string; message: string }[] };
  return [status, ...details.map(({ field, message }) => `${field} ${message}`)];
};

describe("tables with rules", () => {
  it("are all that their module has", async () => {
    for (const [method, id, body] of [
      ["GET", ""],
      ["POST", "", { record: {} }],
      ["GET", "1"],
      ["PATCH", "1", { record: {} }],
      ["DELETE", "1"],
    ] as const) {
      const answer = await call(method, path("leads", id), body === undefined ? {} : { body });
      expect([answer.status, answer.body]).toEqual([
        404,
        { error: "Table not found: leads. The module com.example.crm has: contacts, hooks" },
      ]);
    }
  });

  it("leave other modules as they are", async () => {
    const other = path("anything", "", 27, "com.example.other");
    expect((await call("POST", other, { body: { record: { whatever: [1] } } })).body).toEqual({
      data: { id: 1, whatever: [1], created_at: time, updated_at: time },
    });
  });

  it("fill defaults, numbers and times, and answer every column", async () => {
    const { status, body } = await create({ email: "ada@example.com", id: 99 });
    expect([status, body]).toEqual([
      201,
      {
        data: {
          ...{ id: 2, email: "ada@example.com", score: 5, note: null, active: null, amount: null, ratio: null },
          ...{ seen_at: time, born: null, wakes: null, tags: null, uid: null, created_at: time, updated_at: time },
        },
      },
    ]);
  });

  it("take each type", async () => {
    const record = {
      ...{ email: "a@example.com", score: 7, note: "n", active: false, amount: "12.50", ratio: 0.5 },
      ...{ seen_at: "2026-01-02T03:04:05Z", born: "2026-01-02", wakes: "07:30", tags: ["a", { b: 1 }] },
      uid: "01234567-89ab-4cde-8f01-23456789abcd",
    };
    const { status, body } = await create(record);
    expect([status, body]).toMatchObject([201, { data: record }]);
  });

  it.each(["00:00", "23:59:59", "08:30:00.125", "08:30:00Z", "08:30:00+02", "08:30:00-05:30"])(
    "take the time %s",
    async (wakes) => {
      expect(await create({ email: "a@example.com", wakes })).toMatchObject({ status: 201, body: { data: { wakes } } });
    },
  );

  it("refuse what does not fit, with all mistakes at once", async () => {
    expect(problems(await create({ emial: "x", score: null, note: 5 }))).toEqual([
      422,
      "body.record.emial is no column of the table, which has: id, email, score, note, active, amount, ratio, seen_at, born, wakes, tags, uid, created_at",
      "body.record.email is required",
      "body.record.score must not be null",
      "body.record.note must be text",
    ]);
    expect((await call("GET", path("contacts"))).body).toMatchObject({ data: [{ id: 1 }] });
  });

  it.each([
    ["score", 1.5, "must be an integer"],
    ["score", "5", "must be an integer"],
    ["active", "true", "must be true or false"],
    ["amount", "much", "must be a number"],
    ["ratio", "0.5", "must be a number"],
    ["seen_at", "yesterday", "must be a time in RFC 3339"],
    ["seen_at", 5, "must be a time in RFC 3339"],
    ["born", "2026-01-32", "must be a date, such as 2026-01-31"],
    ["born", "2026-02-30", "must be a date, such as 2026-01-31"],
    ["seen_at", "2026-02-30T08:00:00Z", "must be a time in RFC 3339"],
    ["wakes", "soon", "must be a time of day, such as 08:30"],
    ["wakes", "25:99", "must be a time of day, such as 08:30"],
    ["wakes", "08:30 or later", "must be a time of day, such as 08:30"],
    ["uid", "1", "must be a UUID"],
  ])("refuse %s: %j", async (column, value, message) => {
    expect(problems(await create({ email: "a@example.com", [column]: value }))).toEqual([
      422,
      `body.record.${column} ${message}`,
    ]);
    expect(problems(await update({ [column]: value }))).toEqual([422, `body.record.${column} ${message}`]);
  });

  it("refuse a second record with a unique value in the project", async () => {
    const taken = [422, "body.record.email must be unique, and another record has this value"];
    expect(problems(await create({ email: "old@example.com" }))).toEqual(taken);
    expect((await create({ email: "old@example.com" }, "contacts", 28)).status).toBe(201);
    expect((await create({ email: "new@example.com" })).status).toBe(201);
    expect(problems(await update({ email: "new@example.com" }))).toEqual(taken);
    expect((await update({ email: "old@example.com" })).status).toBe(200);
    expect((await call("DELETE", path("contacts", "1"))).status).toBe(204);
    expect((await create({ email: "old@example.com" })).status).toBe(201);
  });

  it("check only what an update changes", async () => {
    expect((await update({ note: "n" })).body).toMatchObject({ data: { note: "n", email: "old@example.com" } });
    expect(problems(await update({ email: null, emial: "x" }))).toEqual([
      422,
      expect.stringContaining("body.record.emial is no column"),
      "body.record.email must not be null",
    ]);
  });

  it("let an extension choose ids that are not generated, and fill other generated columns", async () => {
    expect((await create({ id: "evt_1", project_id: 27 }, "hooks")).body).toMatchObject({
      data: { id: "evt_1", number: 1, project_id: 27 },
    });
    expect(problems(await create({}, "hooks"))).toEqual([422, "body.record.id is required"]);
    expect(problems(await create({ id: "evt_1" }, "hooks"))).toEqual([
      422,
      "body.record.id must be unique, and another record has this value",
    ]);
  });

  it("can change while records stay", async () => {
    platform.declareTables([{ ...contacts, columns: [...contacts.columns, { name: "city", type: "string" }] }]);
    expect((await call("GET", path("contacts"))).body).toMatchObject({
      data: [{ id: 1, email: "old@example.com", city: null }],
    });
    expect((await update({ city: "Oslo" })).body).toMatchObject({ data: { city: "Oslo" } });
    expect((await call("GET", path("hooks"))).status).toBe(404);
    const snapshot = platform.snapshot();
    const restored = await openPlatform({ now, seed: snapshot });
    expect(restored.snapshot()).toEqual(snapshot);
    const again = await connect(restored);
    expect((await again("GET", path("hooks"))).status).toBe(404);
    platform.declareTables([]);
    expect((await call("POST", path("leads"), { body: { record: { any: 1 } } })).status).toBe(201);
  });
});
