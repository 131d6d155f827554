import { metrics } from "@opentelemetry/api";
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";

/** OpenTelemetry's metrics, set up for the whole process. */
export interface Meter {
  /** What was measured of `kiket-gen`: the metrics with their buckets and units. */
  data(): Promise<readonly MetricData[]>;
  /** The same by name and attributes, as `kiket.deliveries{event=a,outcome=handled,version=v1}`; of a histogram, how many values it has. */
  values(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

function valuesOf({ descriptor, dataPointType, dataPoints }: MetricData): [string, number][] {
  return dataPoints.map(({ attributes, value }) => {
    const pairs = Object.entries(attributes).map(([name, each]) => `${name}=${each}`);
    const shown = pairs.length === 0 ? "" : `{${pairs.sort().join(",")}}`;
    const isHistogram = dataPointType === DataPointType.HISTOGRAM;
    return [descriptor.name + shown, isHistogram ? (value as { readonly count: number }).count : (value as number)];
  });
}

/** Sets up OpenTelemetry's metrics. Nothing is exported unless it is asked for. */
export function openMeter(): Meter {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  metrics.setGlobalMeterProvider(provider);
  const data = async (): Promise<readonly MetricData[]> => {
    exporter.reset();
    await provider.forceFlush();
    const scopes = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
    return scopes.filter(({ scope }) => scope.name === "kiket-gen").flatMap((scope) => scope.metrics);
  };
  return {
    data,
    values: async () => Object.fromEntries((await data()).flatMap(valuesOf)),
    async close() {
      metrics.disable();
      await provider.shutdown();
    },
  };
}
