import type { Counter, Gauge, Histogram, Registry } from "prom-client";
import { within } from "../base/deadline.js";
import { ConfigError } from "../base/errors.js";
import {
  type Attributes,
  type GaugeName,
  type MetricName,
  type MetricsSink,
  metricDefinitions,
  type ReadGauge,
  type Reading,
} from "./metric.js";
import { combineReadings } from "./readings.js";

/** The used part of the package prom-client. */
export type PromClient = Pick<
  typeof import("prom-client"),
  "AggregatorRegistry" | "Counter" | "Gauge" | "Histogram" | "Registry" | "collectDefaultMetrics"
>;

/** How long the reading of a gauge may take. A queue that cannot be reached must not hold up the other metrics. */
const readMilliseconds = 500;

/** The name that OpenTelemetry's rules for Prometheus make of a metric's: the unit and the kind are its ending. */
export function prometheusName(name: MetricName): string {
  const { kind, unit } = metricDefinitions[name];
  return `${name.replaceAll(".", "_")}${unit === "s" ? "_seconds" : ""}${kind === "counter" ? "_total" : ""}`;
}

/** Readings that have not ended. One that hangs is not begun once more. */
const running = new WeakMap<ReadGauge, Promise<readonly Reading[]>>();

function readOnce(read: ReadGauge): Promise<readonly Reading[]> {
  const begun = running.get(read) ?? read().finally(() => running.delete(read));
  running.set(read, begun);
  return begun;
}

/** What a gauge has now. A reading that is late has nothing. */
async function readInTime(read: ReadGauge): Promise<readonly Reading[]> {
  const reading = readOnce(read);
  return (await within(reading, readMilliseconds)) ? reading : [];
}

/** Shows exactly these readings. */
function show(gauge: Gauge, readings: readonly Reading[]): void {
  gauge.reset();
  // Without labels, a gauge that is reset says 0.
  gauge.remove({});
  for (const { value, attributes } of readings) gauge.set(attributes, value);
}

interface Instruments {
  readonly counters: Map<MetricName, Counter>;
  readonly histograms: Map<MetricName, Histogram>;
  readonly readers: Map<MetricName, Set<ReadGauge>>;
}

const names = Object.keys(metricDefinitions) as MetricName[];

/** prom-client would say so too, but with some of them registered already. */
function requireFreeNames(register: Registry): void {
  const taken = names.map(prometheusName).find((name) => register.getSingleMetric(name) !== undefined);
  if (taken === undefined) return;
  throw new ConfigError(
    `The registry has another metric with the name ${taken}: rename that, or pass a registry of its own. Names that begin with kiket_ are those of the runtime.`,
  );
}

function createInstruments({ Counter, Gauge, Histogram }: PromClient, register: Registry): Instruments {
  const made: Instruments = { counters: new Map(), histograms: new Map(), readers: new Map() };
  const createGauge = (name: GaugeName, base: ConstructorParameters<typeof Gauge>[0]): void => {
    const readers = new Set<ReadGauge>();
    made.readers.set(name, readers);
    const gauge: Gauge = new Gauge({
      ...base,
      aggregator: metricDefinitions[name].kind === "gauge" ? "max" : "sum",
      async collect() {
        show(gauge, combineReadings(name, (await Promise.all([...readers].map(readInTime))).flat()));
      },
    });
  };
  for (const name of names) {
    const { kind, description: help, attributes: labelNames, buckets = [] } = metricDefinitions[name];
    const base = { name: prometheusName(name), help, labelNames, registers: [register] };
    if (kind === "counter") made.counters.set(name, new Counter(base));
    else if (kind === "histogram") made.histograms.set(name, new Histogram({ ...base, buckets: [...buckets] }));
    else createGauge(name as GaugeName, base);
  }
  return made;
}

/** By registry, with one of the metrics there. */
const sinks = new WeakMap<Registry, { readonly sink: MetricsSink; readonly counter: Counter | undefined }>();
const someName = "kiket.deliveries";

/**
 * Keeps measurements in a registry of prom-client. Several extensions with the same registry are counted together.
 * @throws {ConfigError} if the registry has other metrics with these names.
 */
export function prometheusSink(client: PromClient, register: Registry): MetricsSink {
  const known = sinks.get(register);
  // A program may have cleared its registry since.
  if (known !== undefined && register.getSingleMetric(prometheusName(someName)) === known.counter) return known.sink;
  requireFreeNames(register);
  const { counters, histograms, readers } = createInstruments(client, register);
  const sink: MetricsSink = {
    add(name, value, attributes: Attributes) {
      counters.get(name)?.inc(attributes, value);
    },
    record(name, value, attributes: Attributes) {
      histograms.get(name)?.observe(attributes, value);
    },
    observe(name, read: ReadGauge) {
      readers.get(name)?.add(read);
      return () => void readers.get(name)?.delete(read);
    },
  };
  sinks.set(register, { sink, counter: counters.get(someName) });
  return sink;
}
