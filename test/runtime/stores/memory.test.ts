import { expect, test } from "vitest";
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
