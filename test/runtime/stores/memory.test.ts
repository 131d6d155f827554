import { describe, expect, test } from "vitest";
import { createMemoryStore, type StoredReply } from "../../../runtime/index.js";
import { keepsThePromises } from "./conformance.js";

const hour = 3_600_000;
const reply: StoredReply = { status: 200, body: '{"ok":true}', subject: "issue.created\n", keepUntil: hour };
const claim = (now: number, owner = "one") => ({ owner, now, leaseUntil: now + 60_000 });
const unfinished = { state: "running" };
const fresh = { state: "new" };
const done = { state: "done", reply };

keepsThePromises({ open: () => createMemoryStore(), isLasting: false });

test("above the number of entries the oldest finished one is deleted, never a running one", () => {
  const store = createMemoryStore({ maxEntries: 2 });
  store.begin("running", claim(0));
  for (const key of ["a", "b", "c"]) store.finish(key, reply);
  const later = { ...reply };
  store.finish("b", later);
  store.finish("d", later);
  expect(store.begin("a", claim(1))).toEqual(fresh);
  expect(store.begin("c", claim(1))).toEqual(fresh);
  expect(store.begin("b", claim(1))).toEqual(done);
  expect(store.begin("d", claim(1))).toEqual(done);
  expect(store.begin("running", claim(1))).toEqual(unfinished);
});

test("also above the number of bytes", () => {
  const store = createMemoryStore({ maxBytes: 10_000 });
  const large = { ...reply, body: JSON.stringify("x".repeat(2_000)) };
  store.finish("a", large);
  store.finish("b", large);
  expect(store.begin("a", claim(1))).toMatchObject({ state: "done" });
  store.finish("c", large);
  expect(store.begin("a", claim(1))).toEqual(fresh);
  expect(store.begin("b", claim(1))).toMatchObject({ state: "done" });
  store.finish("huge", { ...reply, body: "x".repeat(20_000) });
  expect(store.begin("huge", claim(1))).toEqual(fresh);
});

describe("a clock that is set back by two days", () => {
  const days = 48 * hour;

  test("ends the lease of a claim from the future", () => {
    const store = createMemoryStore();
    store.begin("a", claim(days));
    expect(store.begin("a", claim(0))).toEqual(fresh);
    expect(store.begin("a", claim(1))).toEqual(unfinished);
    expect(store.begin("a", claim(60_000))).toEqual(fresh);
  });

  test("does not end a lease if it is set back by a minute at most", () => {
    const store = createMemoryStore();
    store.begin("a", claim(days));
    expect(store.begin("a", claim(days - 60_000))).toEqual(unfinished);
    expect(store.begin("a", claim(days - 60_001))).toEqual(fresh);
  });

  test("does not delete what is finished", () => {
    const store = createMemoryStore();
    const later = { ...reply, keepUntil: days + hour };
    store.begin("a", claim(days));
    store.finish("a", later);
    expect(store.begin("a", claim(0))).toEqual({ state: "done", reply: later });
  });
});
