import type { DeliverySummary } from "../../../delivery-record.js";

const minute = 60_000;

/** How far back a chart looks, in milliseconds; all that is known without a number. */
export const chartRanges = [
  { name: "5m", words: "5 minutes", ms: 5 * minute },
  { name: "15m", words: "15 minutes", ms: 15 * minute },
  { name: "1h", words: "1 hour", ms: 60 * minute },
  { name: "24h", words: "24 hours", ms: 24 * 60 * minute },
  { name: "all", words: "all there is", ms: undefined },
] as const;

export type ChartRange = (typeof chartRanges)[number]["name"];

/** What the charts show. */
export interface ChartChoice {
  readonly range: ChartRange;
  /** Undefined for all events. */
  readonly event?: string;
}

/** The choice in an address. What names none is the last hour. */
export function choiceIn(of: string | undefined): ChartChoice {
  const [name = "", ...event] = (of ?? "").split(" ");
  const range = chartRanges.find((one) => one.name === name)?.name ?? "1h";
  return event.length === 0 ? { range } : { range, event: event.join(" ") };
}

export function textOfChoice({ range, event }: ChartChoice): string {
  return event === undefined ? range : `${range} ${event}`;
}

/** From the bottom of a bar to its top. */
export const outcomes = ["delivered", "retrying", "refused", "failed"] as const;

export type ChartedState = (typeof outcomes)[number];

/** A part of the time, and the deliveries that began in it. */
export interface Bucket extends Readonly<Record<ChartedState, number>> {
  readonly from: number;
  /** Milliseconds of the last attempts. Undefined if none has ended. */
  readonly median: number | undefined;
  /** 95 of 100 were not slower. */
  readonly p95: number | undefined;
}

export interface ChartData {
  /** Both in milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Of each bucket, in milliseconds. */
  readonly width: number;
  /** Without gaps, the oldest first. */
  readonly buckets: readonly Bucket[];
  /** Of all of them. */
  readonly totals: Readonly<Record<ChartedState, number>>;
  /** Deliveries in this time that have no outcome yet. */
  readonly open: number;
}

/** Bars in a chart, at most. */
const mostBuckets = 40;

/** Widths that people count in. */
const widths = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400];

function widthFor(span: number): number {
  const seconds =
    widths.find((one) => span / (one * 1_000) <= mostBuckets) ?? Math.ceil(span / 86_400_000 / mostBuckets) * 86_400;
  return seconds * 1_000;
}

/** The smallest value that this share of the values does not exceed. */
export function percentile(values: readonly number[], share: number): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(share * values.length) - 1)];
}

function isOutcome(state: DeliverySummary["state"]): state is ChartedState {
  return (outcomes as readonly string[]).includes(state);
}

function counted(deliveries: readonly DeliverySummary[]): Readonly<Record<ChartedState, number>> {
  const counts = { delivered: 0, retrying: 0, refused: 0, failed: 0 };
  for (const { state } of deliveries) if (isOutcome(state)) counts[state] += 1;
  return counts;
}

function bucketOf(from: number, deliveries: readonly DeliverySummary[]): Bucket {
  const times = deliveries.flatMap(({ ms }) => (ms === undefined ? [] : [ms]));
  return { from, ...counted(deliveries), median: percentile(times, 0.5), p95: percentile(times, 0.95) };
}

/** What the charts draw, of the chosen event and time before `now`. */
export function chartData(
  deliveries: readonly DeliverySummary[],
  { range, event }: ChartChoice,
  now: number,
): ChartData {
  const chosen = deliveries.filter((delivery) => event === undefined || delivery.event === event);
  const end = chosen.reduce((latest, { createdAt }) => Math.max(latest, createdAt), now);
  const oldest = chosen.reduce((first, { createdAt }) => Math.min(first, createdAt), end);
  const span = chartRanges.find(({ name }) => name === range)?.ms ?? Math.max(minute, end - oldest);
  const width = widthFor(span);
  const from = Math.floor((end - span) / width) * width;
  const count = Math.floor((end - from) / width) + 1;
  const groups = Array.from({ length: count }, (): DeliverySummary[] => []);
  for (const delivery of chosen) groups[Math.floor((delivery.createdAt - from) / width)]?.push(delivery);
  const inside = groups.flat();
  const totals = counted(inside);
  const buckets = groups.map((group, index) => bucketOf(from + index * width, group));
  return {
    ...{ from, to: from + count * width, width, buckets, totals },
    open: inside.filter(({ state }) => !isOutcome(state)).length,
  };
}
