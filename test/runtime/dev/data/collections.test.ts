import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../runtime/base/json.js";
import type { PlatformSeed } from "../../../../runtime/testing.js";
import { openDesk, refusal } from "./open-desk.js";

const settings = [
  { key: "GREETING", type: "string", default: "Hello" },
  { key: "limit", type: "integer", defaultFrom: "LIMIT", required: "a.yaml" },
  { key: "mode", type: "string", options: ["fast", "safe"], default: "safe" },
  { key: "NODE_OPTIONS", type: "string" },
] as const;

describe("settings", () => {
  it("say where each value comes from, by the rule of the runtime", async () => {
    const variables = {
      GREETING: { value: "Moin", from: ".env" },
      LIMIT: { value: "7", from: "environment" },
      mode: { value: "reckless", from: "environment" },
    };
    const { values } = await openDesk({ project: { settings }, variables });
    expect(values("settings")).toMatchObject([
      { setting: "GREETING", value: "Moin", from: ".env", default: "Hello", type: "string" },
      { setting: "limit", value: "7", from: "environment: LIMIT", type: "integer, required" },
      { setting: "mode", value: "safe", from: "manifest (mode not one of fast, safe)", type: '"fast" or "safe"' },
      { setting: "NODE_OPTIONS", value: null, from: "nothing" },
    ]);
  });

  it("are set before .env and the environment, as variables, which is told; and unset again", async () => {
    const { desk, values, set, told } = await openDesk({
      project: { settings },
      variables: { GREETING: { value: "Moin", from: ".env" } },
    });
    const edit = { collection: "settings", key: "GREETING" };
    desk.edit({ ...edit, values: { value: "Ahoy" } });
    expect(set()).toEqual({ GREETING: "Ahoy" });
    expect(values("settings")[0]).toMatchObject({ value: "Ahoy", from: "this page" });
    desk.edit(edit);
    expect(set()).toEqual({});
    expect(values("settings")[0]).toMatchObject({ value: "Moin", from: ".env" });
    expect(told).toEqual(["changed", "variables", "changed", "variables"]);
    expect(refusal(() => desk.edit(edit))[1]).toBe("GREETING has no value of this page");
  });

  it("are refused if they do not fit, or if other programs read them", async () => {
    const { desk, set } = await openDesk({ project: { settings } });
    const edit = (key: string, value: unknown) =>
      refusal(() => desk.edit({ collection: "settings", key, values: { value } }))[1];
    expect(edit("limit", "many")).toBe("value is not a valid integer");
    expect(edit("mode", "reckless")).toBe("value is not one of fast, safe");
    expect(edit("GREETING", "")).toMatch(/^value must be a text that is not empty/);
    expect(edit("GREETING", "a\0b")).toMatch(/^value must be a text/);
    expect(edit("NODE_OPTIONS", "--require ./evil.js")).toMatch(/^value is read from NODE_OPTIONS/);
    expect(edit("PATH", "/tmp")).toBe("The row is gone");
    expect(set()).toEqual({});
  });

  it("cannot be changed where nothing starts the extension again", async () => {
    const { desk } = await openDesk({ project: { settings }, isSettable: false });
    expect(desk.rows("settings")?.collection.can).toEqual({ add: false, change: false, remove: false });
  });
});

describe("secrets", () => {
  const seed: PlatformSeed = { secrets: { API_TOKEN: "s3cret-value" } };
  const variables = { KIKET_SECRET_PIN: { value: "pin-value", from: ".env" } };

  it("are told without their values, those of the manifest also without one", async () => {
    const { desk, values } = await openDesk({ seed, variables, project: { secrets: ["API_TOKEN", "PIN", "NONE"] } });
    expect(values("secrets")).toEqual([
      { secret: "API_TOKEN", value: "••••••••", from: "local Kiket", declared: true },
      { secret: "PIN", value: "••••••••", from: ".env: KIKET_SECRET_PIN", declared: true },
      { secret: "NONE", value: null, from: "nothing", declared: true },
    ]);
    expect(JSON.stringify([desk.collections(), desk.rows("secrets", "")])).not.toMatch(/s3cret-value|pin-value/);
    // A search tells nothing of them either.
    expect(desk.rows("secrets", "s3cret")?.found).toBe(0);
  });

  it("are written into the seed and into every store that an extension has used", async () => {
    const { desk, platform, values } = await openDesk({ seed, project: { secrets: ["API_TOKEN"] } });
    const url = `${platform.baseUrl}/api/v1/extensions/one/secrets/OWN`;
    const headers = { authorization: `Bearer ${"t".repeat(20)}`, "content-type": "application/json" };
    expect((await fetch(url, { method: "POST", headers, body: '{"value":"of the extension"}' })).status).toBe(201);
    desk.stale();
    desk.edit({ collection: "secrets", key: "API_TOKEN", values: { value: "new" } });
    desk.edit({ collection: "secrets", values: { secret: "__proto__", value: "hostile" } });
    const read = async (name: string) =>
      ((await (await fetch(url.replace("OWN", name), { headers })).json()) as { value?: string }).value;
    expect([await read("API_TOKEN"), await read("OWN"), await read("__proto__")]).toEqual([
      "new",
      "of the extension",
      "hostile",
    ]);
    desk.edit({ collection: "secrets", key: "OWN" });
    expect(values("secrets")).toMatchObject([{ secret: "API_TOKEN" }, { secret: "__proto__", declared: false }]);
    expect(refusal(() => desk.edit({ collection: "secrets", values: { secret: "API_TOKEN", value: "x" } }))[2]).toEqual(
      ["secret"],
    );
    expect(refusal(() => desk.edit({ collection: "secrets", values: { secret: "A" } }))[2]).toEqual(["value"]);
  });
});

it("issues get ids and keys, lose their comments with them, and keep members that no column has", async () => {
  const seed = { issues: [{ key: "OPS-1", custom: { a: 1 } }], comments: [{ issue: "OPS-1", body: "First" }] };
  const { desk, values } = await openDesk({ seed });
  expect(desk.edit({ collection: "issues", values: { title: "Second", project_key: "OPS" } })).toEqual({
    key: "OPS-2",
  });
  desk.edit({ collection: "issues", key: "OPS-1", values: { title: "One", custom: { a: 2 } } });
  expect(values("issues")).toMatchObject([
    { id: 1, key: "OPS-1", title: "One", custom: { a: 2 } },
    { id: 2, key: "OPS-2", title: "Second" },
  ]);
  const twice = () => desk.edit({ collection: "issues", values: { key: "OPS-2" } });
  expect(refusal(twice)).toEqual([422, "key must be unique, and another row has this value", ["key"]]);
  const nowhere = () => desk.edit({ collection: "comments", values: { issue: "OPS-9", body: "?" } });
  expect(refusal(nowhere)[1]).toBe("issue is neither the key nor the id of an issue here");
  desk.edit({ collection: "comments", values: { issue: "OPS-2", body: "Second" } });
  desk.edit({ collection: "issues", key: "OPS-1" });
  expect(values("comments")).toMatchObject([{ issue: "OPS-2", body: "Second" }]);
});

it.each([
  ["members", { name: "Ada" }, { role: "admin" }],
  ["sla-events", { issue_id: 1, project_id: 1, state: "breached" }, { state: "recovered" }],
  ["intake-forms", { key: "bug", project_id: 1 }, { active: false }],
  ["cases", { title: "Case" }, { currentStateKey: "open" }],
  ["event-sources", { sourceKey: "desk", sourceSystem: "webhook" }, { displayName: "Desk" }],
])("%s are added, changed and removed", async (collection, values, changes) => {
  const opened = await openDesk();
  const { key } = opened.desk.edit({ collection, values });
  expect(opened.values(collection)).toMatchObject([values]);
  opened.desk.edit({ collection, key, values: changes });
  expect(opened.values(collection)).toMatchObject([{ ...values, ...changes }]);
  opened.desk.edit({ collection, key });
  expect(opened.values(collection)).toEqual([]);
});

it.each([
  ["secrets", "secret", { value: "x" }],
  ["intake-forms", "key", { project_id: 1 }],
  ["cases", "id", {}],
  ["event-sources", "sourceKey", { sourceSystem: "webhook" }],
])("%s have a name that is not empty, since nobody could name the row again", async (collection, column, others) => {
  const { desk } = await openDesk();
  const edit = () => desk.edit({ collection, values: { ...others, [column]: "" } });
  expect(refusal(edit)).toEqual([422, `${column} must not be empty`, [column]]);
});

it("numbers that are too large to count on from give no id twice", async () => {
  const { desk, values } = await openDesk();
  for (const id of [9007199254740991, undefined, undefined]) {
    desk.edit({ collection: "members", values: { name: "Ada", ...(id === undefined ? {} : { id }) } });
  }
  expect(values("members")).toMatchObject([{ id: 9007199254740991 }, { id: 1 }, { id: 2 }]);
});

it("an issue's labels and fields are of the types that Kiket has", async () => {
  const { desk } = await openDesk({ seed: { issues: [{ key: "OPS-1" }] } });
  const edit = (values: JsonObject) => refusal(() => desk.edit({ collection: "issues", key: "OPS-1", values }))[1];
  expect(edit({ labels: "boat" })).toBe("labels must be a list of texts");
  expect(edit({ labels: [1] })).toBe("labels must be a list of texts");
  expect(edit({ custom_fields: [] })).toBe("custom_fields must be an object");
  expect(edit({ labels: ["boat"], custom_fields: { a: 1 } })).toBe(undefined);
});

it("submissions belong to a form, and reports cannot be changed", async () => {
  const report = { at: "2026-03-02T08:25:04Z", caller: "extension:1", body: { title: "Late" } };
  const { desk, values } = await openDesk({
    seed: { intakeForms: [{ key: "bug", project_id: 1 }], reports: { notifications: [report] } },
  });
  const submissions = "intake-submissions";
  expect(refusal(() => desk.edit({ collection: submissions, values: { form: "no", data: {} } }))[2]).toEqual(["form"]);
  const { key } = desk.edit({ collection: submissions, values: { form: "bug", data: { a: 1 } } });
  desk.edit({ collection: submissions, key, values: { status: "approved" } });
  expect(values(submissions)).toMatchObject([{ form: "bug", data: { a: 1 }, status: "approved" }]);
  expect(values("notifications")).toEqual([{ number: 1, ...report }]);
  expect(refusal(() => desk.edit({ collection: "notifications", key: "1" }))[1]).toBe(
    "Notifications: rows cannot be removed",
  );
});

it("an edit of what somebody else has changed meanwhile is refused, and names the column", async () => {
  const { desk, values } = await openDesk({ seed: { issues: [{ key: "OPS-1", title: "Theirs" }] } });
  const edit = (title: unknown) => () =>
    desk.edit({ collection: "issues", key: "OPS-1", values: { title: "Mine" }, expected: { title } });
  expect(refusal(edit("As I saw it"))).toEqual([409, "title has been changed meanwhile", ["title"]]);
  expect(values("issues")).toMatchObject([{ title: "Theirs" }]);
  expect(refusal(edit("Theirs"))).toEqual([]);
});

it("a reset brings the seeds back or leaves nothing, and ids begin again", async () => {
  const seed: PlatformSeed = {
    issues: [{ key: "OPS-1" }],
    secrets: { PIN: "1" },
    transitions: { start: "in_progress" },
    tables: [{ module: "m", table: "t", columns: [{ name: "a", type: "string" }] }],
    records: [{ module: "m", table: "t", projectId: 1, rows: [{ a: "seed" }] }],
  };
  const { desk, values, set, told } = await openDesk({ seed, project: { settings } });
  desk.edit({ collection: "table:m/t", values: { a: "mine" } });
  desk.edit({ collection: "settings", key: "GREETING", values: { value: "Ahoy" } });
  told.length = 0;
  desk.reset(false);
  expect([values("table:m/t"), values("issues"), values("secrets"), set()]).toEqual([
    [],
    [],
    [{ secret: "API_TOKEN", value: null, from: "nothing", declared: true }],
    {},
  ]);
  expect(told).toEqual(["changed", "variables", "forgotten"]);
  expect(desk.edit({ collection: "table:m/t", values: { a: "first" } })).toEqual({ key: "1/1" });
  desk.reset(true);
  expect(values("table:m/t")).toMatchObject([{ id: 1, a: "seed" }]);
  expect(values("issues")).toMatchObject([{ key: "OPS-1" }]);
});

it("answers the newest 5,000 rows, and finds the others by a search", async () => {
  const rows = Array.from({ length: 6_000 }, (_, index) => ({ name: `boat ${index}` }));
  const { desk } = await openDesk({ seed: { records: [{ module: "m", table: "t", projectId: 1, rows }] } });
  const answered = desk.rows("table:m/t");
  expect([answered?.rows.length, answered?.found, answered?.rows[0]?.key, answered?.collection.count]).toEqual([
    5_000,
    6_000,
    "1/1001",
    6_000,
  ]);
  expect(desk.rows("table:m/t", "BOAT 7")?.rows[0]?.key).toBe("1/8");
});
