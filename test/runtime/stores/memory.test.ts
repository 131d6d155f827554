import { expect, test } from "vitest";
import { createMemoryStore, type StoredReply } from "../../../runtime/index.js";

const hour = 3_600_000;
const reply: StoredReply = { status: 200, body: '{"ok":true}', subject: "issue.created\n", keepUntil: hour };
const claim = (now: number, owner = "one") => ({ owner, now, leaseUntil: now + 60_000 });
const unfinished = { state: "running" };
const fresh = { state: "new" };
const done = { state: "done", reply };

test("one owner at a time, then the reply", () => {
  const store = createMemoryStore();
  expect(store.begin("a", claim(0))).toEqual(fresh);
  expect(store.begin("a", claim(1, "two"))).toEqual(unfinished);
  expect(store.begin("b", claim(1, "two"))).toEqual(fresh);
  store.finish("a", reply);
  expect(store.begin("a", claim(2, "two"))).toEqual(done);
  expect(store.begin("a", claim(hour - 1, "two"))).toEqual(done);
  expect(store.begin("a", claim(hour, "two"))).toEqual(fresh);
});

test("a run that failed is free, but only its own owner frees it", () => {
  const store = createMemoryStore();
  store.begin("a", claim(0, "one"));
  store.fail("a", "two");
  expect(store.begin("a", claim(1, "two"))).toEqual(unfinished);
  store.fail("a", "one");
  expect(store.begin("a", claim(2, "two"))).toEqual(fresh);
  store.fail("a", "one");
  expect(store.begin("a", claim(3, "three"))).toEqual(unfinished);
});

test("a lease that is over is free; the verdict of its first owner still counts", () => {
  const store = createMemoryStore();
  store.begin("a", claim(0, "one"));
  expect(store.begin("a", claim(59_999, "two"))).toEqual(unfinished);
  expect(store.begin("a", claim(60_000, "two"))).toEqual(fresh);
  store.finish("a", reply);
  store.fail("a", "two");
  expect(store.begin("a", claim(60_001, "three"))).toEqual(done);
});

test("past the number of entries the oldest finished goes, and no running one", () => {
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

test("past the number of bytes too", () => {
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

test("names of Object.prototype are keys like others", () => {
  const store = createMemoryStore();
  for (const key of ["__proto__", "constructor", "toString"]) {
    expect(store.begin(key, claim(0))).toEqual(fresh);
    store.finish(key, reply);
    expect(store.begin(key, claim(1))).toEqual(done);
  }
});
