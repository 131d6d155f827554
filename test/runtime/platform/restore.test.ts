import { expect, it } from "vitest";
import { openPlatform } from "../../support/open-kiket.js";
import { connect, time } from "./client.js";

const boats = "/api/v1/ext/custom_data/com.example.boats/boats?project_id=1";
const rows = (...names: readonly string[]) => [
  { module: "com.example.boats", table: "boats", projectId: 1, rows: names.map((name) => ({ name })) },
];

it("replaces all data, and keeps address, keys, tokens and recorded calls", async () => {
  const platform = await openPlatform({ seed: { records: rows("Ingrid") } });
  const call = await connect(platform);
  expect((await call("GET", boats)).body).toMatchObject({ data: [{ id: 1, name: "Ingrid" }] });
  platform.restore({ records: rows("Olga", "Vera"), issues: [{ key: "DCK-1" }], secrets: { PIN: "7" } });
  expect((await call("GET", boats)).body).toMatchObject({ data: [{ name: "Olga" }, { id: 2, name: "Vera" }] });
  expect((await call("GET", "/api/v1/ext/issues/DCK-1")).status).toBe(200);
  expect(platform.snapshot().secrets).toEqual({ PIN: "7" });
  expect(platform.calls.map(({ status }) => status)).toEqual([200, 200, 200]);
  platform.reset();
  expect((await call("GET", boats)).body).toMatchObject({ data: [{ name: "Ingrid" }] });
  expect((await call("GET", "/api/v1/ext/issues/DCK-1")).status).toBe(404);
});

it("goes on with ids and with answers to idempotency keys of a snapshot", async () => {
  const platform = await openPlatform({ seed: { records: rows("Ingrid") } });
  const call = await connect(platform);
  const create = (key: string) =>
    call("POST", boats, { body: { record: { name: key } }, headers: { "idempotency-key": key } });
  expect((await create("one")).body).toMatchObject({ data: { id: 2 } });
  const taken = platform.snapshot();
  platform.restore(taken);
  expect(platform.snapshot()).toEqual(taken);
  expect((await create("one")).body).toMatchObject({ data: { id: 2 } });
  expect((await create("two")).body).toMatchObject({ data: { id: 3 } });
});

it("is what a call that was under way changes", async () => {
  let looks = Number.NEGATIVE_INFINITY;
  const now = (): number => {
    looks += 1;
    // The first look at the clock is when the call arrives, the second when its token is checked.
    if (looks === 2) platform.restore({ records: rows("Olga") });
    return Date.parse(time);
  };
  const platform = await openPlatform({ seed: { records: rows("Ingrid") }, now });
  const call = await connect(platform);
  looks = 0;
  expect((await call("POST", boats, { body: { record: { name: "Vera" } } })).status).toBe(201);
  expect((await call("GET", boats)).body).toMatchObject({ data: [{ name: "Olga" }, { name: "Vera" }] });
});

it("delivers the secrets of the new data", async () => {
  const platform = await openPlatform({ seed: { secrets: { PIN: "before" } } });
  platform.restore({ secrets: { PIN: "after" } });
  let body = "";
  const target = {
    fetch: async (request: Request) => {
      body = await request.text();
      return new Response(null, { status: 204 });
    },
  };
  await platform.deliver(target, { event: "issue.created", payload: { issue: { id: 1 } } });
  expect(JSON.parse(body)).toMatchObject({ secrets: { PIN: "after" } });
});

it("leaves everything as it was if the data cannot be used", async () => {
  const platform = await openPlatform({ seed: { issues: [{ key: "DCK-1" }] } });
  const before = platform.snapshot();
  expect(() => platform.restore({ issues: [{ key: "A-1" }, { key: "A-1" }] })).toThrow("two issues have the same key");
  expect(platform.snapshot()).toEqual(before);
});
