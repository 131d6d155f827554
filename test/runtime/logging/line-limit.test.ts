import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createLineLimit } from "../../../runtime/logging/line-limit.js";

let time = 0;
let told: [string, number][] = [];
const open = () =>
  createLineLimit(
    2,
    (kind, leftOut) => told.push([kind, leftOut]),
    () => time,
  );

beforeEach(() => {
  vi.useFakeTimers();
  time = 0;
  told = [];
});
afterEach(() => void vi.useRealTimers());

test("so many lines of each kind a second", () => {
  const { take } = open();
  expect(["a", "a", "a", "b", "a"].map(take)).toEqual([true, true, false, true, false]);
  expect(told).toEqual([]);
  time = 1_000;
  expect(take("a")).toBe(true);
  expect(told).toEqual([["a", 2]]);
});

test("what is left out is told when the second ends, without another line", () => {
  const { take } = open();
  for (let index = 0; index < 5; index += 1) take("a");
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual([["a", 3]]);
  vi.advanceTimersByTime(10_000);
  expect([told.length, vi.getTimerCount()]).toEqual([1, 0]);
});

test("what is left out is told at the end", () => {
  const { take, flush } = open();
  for (let index = 0; index < 5; index += 1) take("a");
  flush();
  flush();
  expect(told).toEqual([["a", 3]]);
});
