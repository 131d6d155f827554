import { describe, expect, it } from "vitest";
import {
  countNewer,
  dueAttempts,
  headIndex,
  keyOfPlace,
  placeOfItem,
  type TimelineInputs,
  timelineOf,
} from "../../../../../runtime/platform/inspector/page/state/timeline.js";
import { attempt, record, summary } from "../../../../support/inspector-backend.js";

const at = (id: string, createdAt: number, members: Parameters<typeof record>[1] = {}) =>
  summary(record(id, { createdAt, ...members }));
const retries = { schedule: [30_000, 300_000, 1_800_000], compression: 60 };
const builds = [
  { number: 1, at: 5, reason: "start" },
  { number: 2, at: 15, reason: "saved" },
];
const inputs: TimelineInputs = {
  ...{ deliveries: [at("b", 20), at("a", 10)], builds, retries, filter: { text: "" }, hits: new Map() },
  ...{ chosen: undefined, opened: new Set() },
};
const keysOf = (more: Partial<TimelineInputs>) => timelineOf({ ...inputs, ...more }).items.map(({ key }) => key);
const hasLine = (key: string) => key === "attempt-a-2";

const twice = at("b", 20, {
  state: "retrying",
  attempts: [attempt({ at: 20, ms: 4 }), attempt({ number: 2, at: 524 })],
  next: { at: 5_536, schedule: 300_000 },
});

describe("timelineOf", () => {
  it("puts builds between deliveries, the newest first", () => {
    expect(keysOf({})).toEqual(["delivery-b", "build-2", "delivery-a", "build-1"]);
    const { items } = timelineOf(inputs);
    expect(items.map((item) => keyOfPlace(placeOfItem(item), undefined, hasLine))).toEqual(keysOf({}));
  });

  it("has the attempts of an open delivery below it, in their order, and those that are due", () => {
    const { items } = timelineOf({ ...inputs, deliveries: [twice, at("a", 10)], opened: new Set(["a", "b"]) });
    const waits = items.map((item) => [
      item.key,
      item.kind === "attempt" ? item.waited : item.kind === "due" ? item.due.wait : "",
    ]);
    expect(waits).toEqual([
      ["delivery-b", ""],
      ["attempt-b-1", undefined],
      ["attempt-b-2", 500],
      ["due-b-3", 5_000],
      ["due-b-4", 30_000],
      ["build-2", ""],
      ["delivery-a", ""],
      ["build-1", ""],
    ]);
    expect([0, 3, 4, 5].map((index) => headIndex(items, index))).toEqual([0, 0, 0, 5]);
  });

  it("leaves out what does not fit, but not what is chosen", () => {
    const filter = { text: "", event: "comment.created" };
    const deliveries = [at("c", 30), at("b", 20, { event: "comment.created" }), at("a", 10)];
    expect(keysOf({ deliveries, filter })).toEqual(["delivery-b"]);
    const { items, fitting, newest } = timelineOf({ ...inputs, deliveries, filter, chosen: "a" });
    expect(items.map((item) => item.kind === "delivery" && item.isOutside)).toEqual([false, true]);
    expect([fitting, newest?.id]).toEqual([1, "b"]);
  });

  it("has what the backend has found, and builds with the text", () => {
    const hits = new Map([["a", { id: "a", path: "issue.title", text: "Printer is on fire" }]]);
    expect(keysOf({ filter: { text: "on FIRE" }, hits })).toEqual(["delivery-a"]);
    expect(keysOf({ filter: { text: "saved" }, hits: new Map() })).toEqual(["build-2"]);
  });
});

describe("dueAttempts", () => {
  it("are those of the schedule that are left, each after the one before", () => {
    expect(dueAttempts(twice, retries)).toEqual([
      { number: 3, at: 5_536, wait: 5_000, schedule: 300_000 },
      { number: 4, at: 35_536, wait: 30_000, schedule: 1_800_000 },
    ]);
    expect(dueAttempts(at("a", 10), retries)).toEqual([]);
  });
});

describe("keyOfPlace", () => {
  it("is the newest delivery while nothing is chosen, and the attempt if it has a line", () => {
    expect(keyOfPlace({ kind: "newest" }, at("b", 20), hasLine)).toBe("delivery-b");
    expect(keyOfPlace({ kind: "newest" }, undefined, hasLine)).toBe(undefined);
    expect(keyOfPlace({ kind: "send" }, at("b", 20), hasLine)).toBe(undefined);
    expect(keyOfPlace({ kind: "delivery", id: "a", attempt: 2 }, undefined, hasLine)).toBe("attempt-a-2");
    expect(keyOfPlace({ kind: "delivery", id: "a", attempt: 3 }, undefined, hasLine)).toBe("delivery-a");
  });
});

describe("countNewer", () => {
  it("counts deliveries, and neither builds nor attempts", () => {
    const opened = new Set(["b"]);
    const { items } = timelineOf({ ...inputs, deliveries: [at("c", 30), twice, at("a", 10)], opened });
    expect([30, 20, 12, 10, 0].map((time) => countNewer(items, time))).toEqual([0, 1, 2, 2, 3]);
  });
});
