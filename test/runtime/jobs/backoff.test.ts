import { expect, test } from "vitest";
import { waitBeforeNextRun, waitForOtherProgram } from "../../../runtime/jobs/backoff.js";

const backoff = { delay: 5_000, factor: 2, longest: 60_000 };
const hour = 3_600_000;

test("a wait is between a half and the whole of the delay, which grows up to the longest", () => {
  const waits = (random: number) =>
    [1, 2, 3, 4, 5, 1_000].map((failed) => waitBeforeNextRun(backoff, { failed, random }));
  expect(waits(0)).toEqual([2_500, 5_000, 10_000, 20_000, 30_000, 30_000]);
  expect(waits(1)).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
});

test("what Kiket asks for is a lower limit, also where it is longer than the longest wait, up to a day", () => {
  const wait = (after: number, random: number) => waitBeforeNextRun(backoff, { failed: 1, after, random });
  expect(wait(1_000, 0)).toBe(2_500);
  expect(wait(120_000, 0)).toBe(120_000);
  expect(wait(120_000, 1)).toBe(122_500);
  expect(wait(Number.POSITIVE_INFINITY, 0)).toBe(24 * hour);
});

test("a factor of 1 waits equally long, and a delay of 0 not at all", () => {
  expect(waitBeforeNextRun({ ...backoff, factor: 1 }, { failed: 9, random: 1 })).toBe(5_000);
  expect(waitBeforeNextRun({ ...backoff, delay: 0 }, { failed: 9_999, random: 1 })).toBe(0);
});

test("a job that only another program can run waits a minute, then as long as until now, at most an hour, for a day", () => {
  expect([0, 60_000, 90_000, 5 * hour, 24 * hour - 1].map(waitForOtherProgram)).toEqual([
    ...[60_000, 60_000, 90_000],
    ...[hour, hour],
  ]);
  expect([24 * hour, 99 * hour].map(waitForOtherProgram)).toEqual([undefined, undefined]);
});
