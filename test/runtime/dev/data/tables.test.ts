import { expect, it } from "vitest";
import type { PlatformSeed } from "../../../../runtime/testing.js";
import { connect } from "../../platform/client.js";
import { openDesk, refusal, time } from "./open-desk.js";

const module = "com.example.boats";
const seed: PlatformSeed = {
  tables: [
    {
      module,
      table: "boats",
      columns: [
        { name: "id", type: "bigint", generated: true },
        { name: "name", type: "string", nullable: false, unique: true },
        { name: "decks", type: "integer", default: 1 },
        { name: "gear", type: "json" },
      ],
    },
  ],
  records: [
    { module, table: "boats", projectId: 1, rows: [{ name: "Ingrid" }, { name: "Olga", decks: 2 }] },
    { module: "com.example.free", table: "notes", projectId: 7, rows: [{ text: "Hello", size: 3, isRead: true }] },
  ],
};
const boats = `table:${module}/boats`;
const notes = "table:com.example.free/notes";

it("a declared table has its columns, and one that is not takes every member", async () => {
  const { desk, values } = await openDesk({ seed });
  const about = desk.collections().find(({ id }) => id === boats);
  expect(about).toMatchObject({
    ...{ title: "boats", group: module, count: 2, can: { add: true, change: true, remove: true } },
    columns: [
      { name: "id", type: "bigint", isSet: "by Kiket" },
      { name: "name", type: "string", isRequired: true, isUnique: true },
      { name: "decks", type: "integer" },
      { name: "gear", type: "json" },
      { name: "created_at", isSet: "by Kiket" },
      { name: "updated_at", isSet: "by Kiket" },
      { name: "(project)", type: "id", isSet: "once" },
    ],
  });
  expect(values(boats)).toMatchObject([
    { id: 1, name: "Ingrid", decks: null, gear: null, "(project)": "1" },
    { id: 2, name: "Olga", decks: 2 },
  ]);
  expect(desk.collections().find(({ id }) => id === notes)).toMatchObject({
    isOpen: true,
    columns: [
      { name: "id" },
      { name: "text", type: "text" },
      { name: "size", type: "float" },
      { name: "isRead", type: "boolean" },
      { name: "created_at" },
      { name: "updated_at" },
      { name: "(project)" },
    ],
  });
});

it("rows are added, changed and removed, and calls see it", async () => {
  const { desk, platform, told } = await openDesk({ seed });
  expect(desk.edit({ collection: boats, values: { name: "Vera" } })).toEqual({ key: "1/3" });
  expect(desk.edit({ collection: boats, key: "1/1", values: { decks: 5 } })).toEqual({ key: "1/1" });
  expect(desk.edit({ collection: boats, key: "1/2" })).toEqual({ key: "1/2" });
  expect(told).toEqual(["changed", "changed", "changed"]);
  const call = await connect(platform);
  const path = `/api/v1/ext/custom_data/${module}/boats?project_id=1`;
  expect((await call("GET", path)).body).toEqual({
    data: [
      { id: 1, name: "Ingrid", decks: 5, gear: null, created_at: time, updated_at: time },
      { id: 3, name: "Vera", decks: 1, gear: null, created_at: time, updated_at: time },
    ],
  });
  // Ids go on, also after the last row was removed.
  desk.edit({ collection: boats, key: "1/3" });
  expect(desk.edit({ collection: boats, values: { name: "Olga" } })).toEqual({ key: "1/4" });
});

it("rules hold as for a call, and the answer names the columns", async () => {
  const { desk } = await openDesk({ seed });
  const edit = (values: object, key?: string) =>
    refusal(() => desk.edit({ collection: boats, values: values as never, ...(key === undefined ? {} : { key }) }));
  expect(edit({})).toEqual([422, "name is required", ["name"]]);
  expect(edit({ name: "Olga" })).toEqual([422, "name must be unique, and another record has this value", ["name"]]);
  expect(edit({ name: "Vera", decks: "two", keel: 1 })).toEqual([
    422,
    "keel is no column of the table, which has: id, name, decks, gear, and 1 more",
    ["keel", "decks"],
  ]);
  expect(edit({ name: null }, "1/1")).toEqual([422, "name must not be null", ["name"]]);
  expect(edit({ name: "Olga" }, "1/1")[2]).toEqual(["name"]);
  expect(edit({ name: "Olga" }, "1/2")).toEqual([]);
  expect(edit({ name: "Vera" }, "1/9")).toEqual([404, "The row is gone", []]);
  expect(edit({ "(project)": 2 }, "1/1")).toEqual([422, "(project) cannot be changed", ["(project)"]]);
  expect(edit({ name: "Vera", "(project)": {} })[2]).toEqual(["(project)"]);
});

it("unique holds within a project, and each project has rows of its own", async () => {
  const { desk, values } = await openDesk({ seed });
  expect(desk.edit({ collection: boats, values: { name: "Olga", "(project)": "p2" } })).toEqual({ key: "p2/3" });
  expect(values(boats)).toMatchObject([{ name: "Ingrid" }, { name: "Olga" }, { name: "Olga", "(project)": "p2" }]);
});

it("a table that the module no longer declares only loses rows", async () => {
  const [part] = seed.records ?? [];
  const { desk } = await openDesk({
    seed: { ...seed, records: [{ ...part, module, table: "old", projectId: 1, rows: [{ a: 1 }] }] },
  });
  const old = `table:${module}/old`;
  expect(desk.rows(old)?.collection.can).toEqual({ add: false, change: false, remove: true });
  expect(refusal(() => desk.edit({ collection: old, values: {} }))).toEqual([422, "old: rows cannot be added", []]);
  desk.edit({ collection: old, key: "1/1" });
  expect(desk.rows(old)?.rows).toEqual([]);
});

it("hostile names stay data", async () => {
  const { desk, values, platform } = await openDesk({ seed });
  const hostile = JSON.parse('{"__proto__": {"isAdmin": true}, "constructor": 1, "a/../../b": "<script>"}');
  const { key } = desk.edit({ collection: notes, values: hostile });
  expect(JSON.stringify(desk.rows(notes)?.rows.at(-1))).toContain('"__proto__":{"isAdmin":true},"constructor":1');
  expect(({} as { isAdmin?: boolean }).isAdmin).toBe(undefined);
  desk.edit({ collection: notes, key, values: JSON.parse('{"__proto__": null}') });
  expect(JSON.stringify(platform.snapshot().records)).toContain('"__proto__":null');
  expect(values("__proto__")).toEqual([]);
  expect(refusal(() => desk.edit({ collection: "toString", key: "1" }))[0]).toBe(404);
  expect(refusal(() => desk.edit({ collection: notes, key: "__proto__", values: {} }))[0]).toBe(404);
});

it("a column may have the name of a member that every object has", async () => {
  const columns = [
    { name: "constructor", type: "string" },
    { name: "toString", type: "integer", unique: true },
  ] as const;
  const { desk, values } = await openDesk({ seed: { tables: [{ module, table: "odd", columns }] } });
  const odd = `table:${module}/odd`;
  expect(desk.edit({ collection: odd, values: {} })).toEqual({ key: "1/1" });
  desk.edit({ collection: odd, key: "1/1", values: JSON.parse('{"constructor": "a"}') });
  expect(values(odd)).toMatchObject([{ id: 1, constructor: "a", toString: null }]);
});

it("ids count on from those that are numbers, and never take the place of another row", async () => {
  const rows = [
    { id: "1", name: "text" },
    { id: 9007199254740992, name: "huge" },
    { id: 1.5, name: "half" },
  ];
  const table = { module: "m", table: "t", projectId: 1 };
  const { desk, platform } = await openDesk({ seed: { records: [{ ...table, rows }] } });
  const call = await connect(platform);
  const path = "/api/v1/ext/custom_data/m/t?project_id=1";
  expect((await call("POST", path, { body: { record: {} } })).body).toMatchObject({ data: { id: 2 } });
  expect(desk.edit({ collection: "table:m/t", values: {} })).toEqual({ key: "1/3" });
  expect(desk.rows("table:m/t")?.rows.map(({ values: { id } }) => id)).toEqual(["1", 9007199254740992, 1.5, 2, 3]);
});

it("a new row without a project is one of the sample deliveries'", async () => {
  const { desk } = await openDesk({ seed });
  expect(desk.edit({ collection: boats, values: { name: "Vera", "(project)": null } })).toEqual({ key: "1/3" });
});
