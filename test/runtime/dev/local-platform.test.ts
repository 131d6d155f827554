import { describe, expect, it } from "vitest";
import { joinedSeed, readKeptPlatform, storedSecrets } from "../../../runtime/dev/local-platform.js";
import { createPlatform } from "../../../runtime/testing.js";
import { createMemoryStorage, openKiketOf, project } from "./project.js";

const boats = { module: "com.example.boats", table: "boats", projectId: 1 };
const berths = { module: "com.example.boats", table: "berths", projectId: 1 };

describe("joinedSeed", () => {
  it("has the kept data, and the project's own where none are kept", () => {
    const own = {
      records: [
        { ...boats, rows: [{ name: "of the seed" }] },
        { ...berths, rows: [{ name: "of the seed" }] },
      ],
      secrets: { A: "own", B: "own" },
      members: [{ id: 1 }],
      transitions: { close: "closed" },
      issues: [{ id: 1 }],
    };
    const kept = {
      records: [
        { ...boats, rows: [{ id: 3, name: "kept" }] },
        { ...berths, rows: [] },
      ],
      secrets: { B: "kept" },
      members: [],
      transitions: { open: "opened" },
      issues: [{ id: 9 }],
      evidence: [{ id: "e" }],
    };
    expect(joinedSeed(own, kept)).toEqual({
      records: [
        { ...boats, rows: [{ id: 3, name: "kept" }] },
        { ...berths, rows: [] },
        { ...berths, rows: [{ name: "of the seed" }] },
      ],
      secrets: { A: "own", B: "kept" },
      members: [{ id: 1 }],
      transitions: { close: "closed" },
      issues: [{ id: 9 }],
      evidence: [{ id: "e" }],
    });
    expect(joinedSeed({}, { transitions: { open: "opened" } })).toEqual({ records: [], secrets: {} });
    expect(joinedSeed(own, undefined)).toBe(own);
  });
});

describe("readKeptPlatform", () => {
  const credentials = { webhookSecret: "w", workspaceToken: "t", apiKey: "k", runnerKey: "r" };
  const long = Object.fromEntries(Object.keys(credentials).map((name) => [name, name.padEnd(40, "x")]));

  it.each([
    [
      { version: 1, credentials: long, data: {} },
      { credentials: long, seed: {} },
    ],
    [{ version: 1, credentials: { ...long, apiKey: "short" }, data: { issues: [] } }, { seed: { issues: [] } }],
    [{ version: 1, credentials: { ...long, apiKey: `a\r\nb${"c".repeat(40)}` }, data: { issues: 5 } }, {}],
    [{ version: 1, credentials: long, data: { issues: [null] } }, { credentials: long }],
    [{ version: 3, credentials: long, data: {} }, { credentials: long }],
    [
      { version: 1, data: {}, variables: { GREETING: "Moin" } },
      { seed: {}, variables: { GREETING: "Moin" } },
    ],
    [{ version: 1, data: {}, variables: { GREETING: "a\0b" } }, { seed: {} }],
    [[], {}],
    ["{", {}],
  ])("%j", (file, read) => {
    expect(readKeptPlatform(typeof file === "string" ? file : JSON.stringify(file))).toEqual({
      variables: {},
      ...read,
    });
  });
});

it("the secrets of a delivery are those of the store, once an extension has written into it", async () => {
  const seed = { secrets: { API_TOKEN: "of the seed" } };
  const platform = await createPlatform({ seed, workspaceToken: "t" });
  try {
    expect(storedSecrets(platform.snapshot())).toEqual({ API_TOKEN: "of the seed" });
    const url = `${platform.baseUrl}/api/v1/extensions/com.example.boats/secrets/API_TOKEN`;
    const headers = { authorization: "Bearer t", "content-type": "application/json" };
    expect((await fetch(url, { method: "POST", headers, body: '{"value":"new"}' })).status).toBe(200);
    expect(storedSecrets(platform.snapshot())).toEqual({ API_TOKEN: "new" });
    expect((await fetch(url, { method: "DELETE", headers })).status).toBe(204);
    expect(storedSecrets(platform.snapshot())).toEqual({});
  } finally {
    await platform.close();
  }
});

it("the tables of a changed manifest count at once, and the records stay", async () => {
  const kiket = await openKiketOf({
    project: { ...project, seed: { records: [{ ...boats, rows: [{ name: "Asta" }] }] } },
  });
  const headers = {
    authorization: `Bearer ${kiket.environment.KIKET_WORKSPACE_TOKEN}`,
    "content-type": "application/json",
  };
  const url = `${kiket.kiket}/api/v1/ext/custom_data/com.example.boats/boats?project_id=1`;
  const create = async (record: object) =>
    (await fetch(url, { method: "POST", headers, body: JSON.stringify({ record }) })).status;
  expect(await create({ anything: 1 })).toBe(201);
  const columns = [{ name: "name", type: "string", nullable: true }];
  const tables = [{ module: boats.module, table: boats.table, columns }];
  kiket.change({ ...project, seed: { tables: tables as never } });
  expect(await create({ anything: 1 })).toBe(422);
  expect(await create({ name: "Bera" })).toBe(201);
  const listed = (await (await fetch(url, { headers })).json()) as { data: object[] };
  expect(listed.data.length).toBe(3);
  kiket.change(project);
  expect(await create({ anything: 1 })).toBe(201);
});

it("changed seeds are loaded into tables without records, and others keep theirs", async () => {
  const before = { ...project, seed: { records: [{ ...boats, rows: [{ id: 1, name: "Asta" }] }] } };
  const storage = createMemoryStorage();
  const kiket = await openKiketOf({ project: before, storage });
  const namesIn = async (table: string) => {
    const headers = { authorization: `Bearer ${kiket.environment.KIKET_WORKSPACE_TOKEN}` };
    const url = `${kiket.kiket}/api/v1/ext/custom_data/com.example.boats/${table}?project_id=1`;
    const { data } = (await (await fetch(url, { headers })).json()) as { data: { name: string }[] };
    return data.map(({ name }) => name);
  };
  expect(kiket.change(before)).toEqual({ loaded: [], unused: [] });
  const changedBoats = { ...boats, rows: [{ id: 1, name: "Bera" }] };
  const newBerths = { ...berths, rows: [{ id: 1, name: "North" }] };
  const after = { ...project, seed: { records: [changedBoats, newBerths] } };
  expect(kiket.change(after)).toEqual({ loaded: [newBerths], unused: [changedBoats] });
  expect([await namesIn("boats"), await namesIn("berths")]).toEqual([["Asta"], ["North"]]);
  expect(kiket.change(after)).toEqual({ loaded: [], unused: [] });
  expect(kiket.change({ ...project, seed: {} })).toEqual({ loaded: [], unused: [] });
  await kiket.close();
  expect(storage.files.get("kiket.json")).toContain("North");
});

it("a table that was emptied gets its seeds of all projects, if those of one have changed", async () => {
  const [first, second, changed] = [
    { ...boats, rows: [{ id: 1, name: "Asta" }] },
    { ...boats, projectId: 2, rows: [{ id: 1, name: "Bera" }] },
    { ...boats, projectId: 2, rows: [{ id: 1, name: "Cara" }] },
  ];
  const kiket = await openKiketOf({ project: { ...project, seed: { records: [first, second] } } });
  kiket.data.reset(false);
  expect(kiket.change({ ...project, seed: { records: [first, changed] } })).toEqual({
    loaded: [first, changed],
    unused: [],
  });
});
