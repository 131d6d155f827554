import { expect, test } from "vitest";
import { planTroubles } from "./plan.js";

const kinds = ["kill a", "kill all", "kill b", "kill redis", "kill worker", "rolling restart", "stall redis"];

test.each([400, 20_000])("a run of %i deliveries has every trouble, and Redis is killed twice", (deliveries) => {
  for (let seed = 0; seed < 50; seed += 1) {
    const plan = planTroubles(deliveries, seed);
    expect([...new Set(plan.map(({ what }) => what))].sort()).toEqual(kinds);
    expect(plan.filter(({ what }) => what === "kill redis")).toHaveLength(2);
    expect(plan.every(({ after }) => after > 0 && after < deliveries)).toBe(true);
  }
});

test("a run of 20,000 kills a program every few hundred deliveries", () => {
  const kills = planTroubles(20_000, 1).filter(({ what }) => /^kill (?:a|b|worker)$/.test(what));
  const gaps = kills.slice(1).map(({ after }, index) => after - (kills[index]?.after ?? 0));
  expect(kills.length).toBeGreaterThan(40);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(561);
});

test("the seed decides the plan", () => {
  expect(planTroubles(20_000, 1)).toEqual(planTroubles(20_000, 1));
  expect(planTroubles(20_000, 2)).not.toEqual(planTroubles(20_000, 1));
});
