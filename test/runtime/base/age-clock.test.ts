import { expect, test } from "vitest";
import { createAgeClock } from "../../../runtime/base/age-clock.js";
import { createRateLimiter } from "../../../runtime/base/rate-limiter.js";

const day = 86_400_000;

function createClocks() {
  const time = { wall: 1_772_440_000_000, monotonic: 5_000 };
  const pass = (milliseconds: number): void => {
    time.wall += milliseconds;
    time.monotonic += milliseconds;
  };
  return { time, pass, wall: () => time.wall, monotonic: () => time.monotonic };
}

test("time passes as on both clocks", () => {
  const { pass, wall, monotonic } = createClocks();
  const ages = createAgeClock(wall, monotonic);
  const start = ages();
  for (const milliseconds of [1, 999, day]) pass(milliseconds);
  expect(ages() - start).toBe(day + 1_000);
});

test("a clock that is set back stops no time", () => {
  const { time, pass, wall, monotonic } = createClocks();
  const ages = createAgeClock(wall, monotonic);
  const start = ages();
  time.wall -= 2 * day;
  expect(ages() - start).toBe(0);
  pass(10_000);
  expect(ages() - start).toBe(10_000);
  time.wall -= 2 * day;
  pass(10_000);
  expect(ages() - start).toBe(20_000);
});

test("time while the machine slept counts, also after the clock was set back", () => {
  const { time, pass, wall, monotonic } = createClocks();
  const ages = createAgeClock(wall, monotonic);
  const start = ages();
  time.wall += day;
  expect(ages() - start).toBe(day);
  time.wall -= 3 * day;
  pass(1_000);
  expect(ages() - start).toBe(day + 1_000);
  time.wall += 2 * day;
  expect(ages() - start).toBe(3 * day + 1_000);
});

test("clocks that differ by rounding do not add time", () => {
  const { time, pass, wall, monotonic } = createClocks();
  const ages = createAgeClock(wall, monotonic);
  const start = ages();
  for (let index = 0; index < 10_000; index += 1) {
    pass(1);
    time.wall += index % 2 === 0 ? 0.9 : -0.9;
    ages();
  }
  expect(ages() - start).toBe(10_000);
});

test("a clock that is slowly corrected is followed", () => {
  const { time, pass, wall, monotonic } = createClocks();
  const ages = createAgeClock(wall, monotonic);
  const start = ages();
  for (let index = 0; index < 100; index += 1) {
    pass(1_000);
    time.wall += 100;
    ages();
  }
  expect(ages() - start).toBeGreaterThan(108_000);
  expect(ages() - start).toBeLessThanOrEqual(110_000);
});

test("with one clock, steps back count as no time", () => {
  const { time, wall } = createClocks();
  const ages = createAgeClock(wall);
  const start = ages();
  time.wall += 1_000;
  time.wall -= 2 * day;
  expect(ages() - start).toBe(0);
  time.wall += 500;
  expect(ages() - start).toBe(500);
  time.wall += day;
  expect(ages() - start).toBe(day + 500);
});

test("a rate limiter earns again after its clock was set back", () => {
  const { time, wall } = createClocks();
  const take = createRateLimiter(2, 1_000, createAgeClock(wall));
  expect([take(), take(), take()]).toEqual([true, true, false]);
  time.wall -= 2 * day;
  expect(take()).toBe(false);
  time.wall += 1_000;
  expect([take(), take()]).toEqual([true, false]);
});

test("a rate limiter does not lose the part of an interval that has passed", () => {
  let now = 0;
  const take = createRateLimiter(1, 1_000, () => now);
  expect(take()).toBe(true);
  now = 1_900;
  expect(take()).toBe(true);
  now = 2_000;
  expect([take(), take()]).toEqual([true, false]);
});
