/** One value of a metric, as prom-client tells it. */
interface MeasuredValue {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  /** Of a histogram: with the ending `_bucket`, `_sum` or `_count`. */
  readonly metricName?: string;
}

/** The values of one metric, as plain data that processes send each other. */
export interface Measured {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram" | "summary";
  /** How the values of several processes become one: a name of prom-client's `aggregators`. */
  readonly aggregator: string;
  readonly values: readonly MeasuredValue[];
}

/** What prom-client tells of event loops. Of several processes, the slowest counts, where prom-client would tell the average. */
const ofEventLoop = /^nodejs_eventloop_lag_/;

/** Those of prom-client, which fails at any other when it sums: a slip in one metric of the program would hide all. */
const aggregators: ReadonlySet<string> = new Set(["sum", "first", "omit", "average", "min", "max"]);

/** A collector of the program's own need not tell one, and need not have values or labels. */
interface Told extends Omit<Measured, "aggregator" | "values"> {
  readonly aggregator?: string | undefined;
  readonly values?: readonly (Omit<MeasuredValue, "labels"> & Partial<Pick<MeasuredValue, "labels">>)[];
}

function aggregatorOf({ name, aggregator = "sum" }: Pick<Told, "name" | "aggregator">): string {
  if (aggregator === "average" && ofEventLoop.test(name)) return "max";
  return aggregators.has(aggregator) ? aggregator : "sum";
}

/** What prom-client tells, as other processes need it. A value that is no number is left out: JSON has none. */
export function toMeasured(told: readonly object[]): readonly Measured[] {
  return (told as readonly Told[]).map(({ name, help, type, aggregator, values = [] }) => ({
    name,
    help,
    type,
    aggregator: aggregatorOf({ name, aggregator }),
    values: values
      .filter(({ value }) => Number.isFinite(value))
      .map(({ labels = {}, value, metricName }) => ({
        labels,
        value,
        ...(metricName === undefined ? {} : { metricName }),
      })),
  }));
}

/** What a process that has ended leaves behind: what is counted must not go down. What it had under way is gone, and so are quantiles. */
export function lasting(all: readonly Measured[]): readonly Measured[] {
  return all.flatMap((metric) => {
    if (metric.type === "gauge") return [];
    if (metric.type !== "summary") return [metric];
    return [{ ...metric, values: metric.values.filter(({ metricName }) => metricName !== undefined) }];
  });
}
