import { expect, it } from "vitest";
import { declarations, mistakes, records } from "./type-check.js";

it("every event's members are valid TypeScript and agree with the runtime's envelope", () => {
  expect(records.length).toBeGreaterThan(100);
  expect(mistakes(declarations)).toEqual([]);
}, 30_000);

it("the check sees a member that the envelope has otherwise", () => {
  const wrong = `${declarations}\nexport interface Wrong extends Envelope { action: number }`;
  expect(mistakes(wrong)).toEqual([
    expect.stringContaining("Interface 'Wrong' incorrectly extends interface 'Envelope'"),
  ]);
}, 30_000);
