import { describe, expect, it } from "vitest";
import type { DeliverySummary } from "../../../../../runtime/platform/inspector/delivery-record.js";
import {
  type ChartChoice,
  chartData,
  choiceIn,
  percentile,
  textOfChoice,
} from "../../../../../runtime/platform/inspector/page/state/charts/chart-data.js";
import { record, summary } from "../../../../support/inspector-backend.js";

const now = Date.UTC(2026, 10, 26, 12, 0, 0);
const minutes = (count: number) => now - count * 60_000;
const delivery = (createdAt: number, members: Partial<DeliverySummary> = {}): DeliverySummary => ({
  ...summary(record(`dlv_${createdAt}`, { createdAt })),
  ms: 10,
  ...members,
});

/** The buckets that have something: their minutes before now, their counts and times. */
function filled(deliveries: readonly DeliverySummary[], choice: ChartChoice) {
  return chartData(deliveries, choice, now).buckets.flatMap(
    ({ from, delivered, retrying, refused, failed, median, p95 }) => {
      const counts = [delivered, retrying, refused, failed];
      return counts.every((count) => count === 0) && median === undefined
        ? []
        : [[(now - from) / 60_000, counts, median, p95]];
    },
  );
}

describe("the data of the charts", () => {
  it("count each outcome in the part of the time in which the delivery began", () => {
    const deliveries = [
      delivery(minutes(3) + 1_000, { state: "failed", ms: 100 }),
      delivery(minutes(3) + 2_000, { ms: 20 }),
      delivery(minutes(3) + 3_000, { ms: 30 }),
      delivery(minutes(31), { state: "refused" }),
      delivery(minutes(59), { state: "retrying" }),
      delivery(minutes(200)),
    ];
    expect(filled(deliveries, { range: "1h" })).toEqual([
      [60, [0, 1, 0, 0], 10, 10],
      [32, [0, 0, 1, 0], 10, 10],
      [4, [2, 0, 0, 1], 30, 100],
    ]);
    const { totals, open, width, from, to, buckets } = chartData(deliveries, { range: "1h" }, now);
    expect([totals, open, width]).toEqual([{ delivered: 2, retrying: 1, refused: 1, failed: 1 }, 0, 120_000]);
    expect([from, to, buckets.length]).toEqual([minutes(60), now + 120_000, 31]);
  });

  it("have all there is, or what is chosen", () => {
    const deliveries = [
      delivery(minutes(200)),
      delivery(minutes(1), { event: "case.created", state: "running", ms: undefined as never }),
    ];
    expect(chartData(deliveries, { range: "all" }, now)).toMatchObject({
      totals: { delivered: 1 },
      open: 1,
      width: 300_000,
    });
    expect(chartData(deliveries, { range: "all", event: "case.created" }, now)).toMatchObject({
      totals: { delivered: 0 },
      open: 1,
    });
    expect(chartData(deliveries, { range: "5m", event: "issue.created" }, now).totals.delivered).toBe(0);
  });

  it("are few, also for a long time, and none is lost at an edge or before a clock that was set back", () => {
    const year = Array.from({ length: 500 }, (_, index) => delivery(now - index * 86_400_000 * 2));
    const all = chartData(year, { range: "all" }, now);
    expect(all.buckets.length).toBeLessThanOrEqual(42);
    expect(all.totals.delivered).toBe(500);
    expect(chartData([delivery(now + 5_000)], { range: "5m" }, now).totals.delivered).toBe(1);
    expect(chartData([], { range: "all" }, now).buckets.length).toBeGreaterThan(1);
  });

  it("take 5,000 deliveries", () => {
    const many = Array.from({ length: 5_000 }, (_, index) => delivery(now - index * 500, { ms: index }));
    expect(chartData(many, { range: "1h" }, now).totals.delivered).toBe(5_000);
  });

  it("have a percentile that is one of the values", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([percentile(hundred, 0.5), percentile(hundred, 0.95), percentile([7], 0.95), percentile([], 0.5)]).toEqual([
      50,
      95,
      7,
      undefined,
    ]);
  });

  it("are chosen by the address", () => {
    expect(choiceIn(undefined)).toEqual({ range: "1h" });
    expect(choiceIn("nonsense")).toEqual({ range: "1h" });
    for (const choice of [{ range: "24h" as const }, { range: "all" as const, event: "odd  event name" }]) {
      expect(choiceIn(textOfChoice(choice))).toEqual(choice);
    }
  });
});
