import { isNode } from "../base/process.js";
import { openTelemetry } from "../telemetry/open-telemetry.js";
import { type GaugeName, type MetricName, type MetricsSink, metricDefinitions, type ReadGauge } from "./metric.js";
import { combineReadings } from "./readings.js";

/** The used part of OpenTelemetry's API. */
interface Observer {
  observe(value: number, attributes: object): void;
}
interface Instrument {
  add?(value: number, attributes: object): void;
  record?(value: number, attributes: object): void;
  addCallback?(callback: (observer: Observer) => Promise<void>): void;
}
type CreateInstrument = (name: string, options: object) => Instrument;
interface Meter {
  readonly createCounter: CreateInstrument;
  readonly createHistogram: CreateInstrument;
  readonly createObservableUpDownCounter: CreateInstrument;
  readonly createObservableGauge: CreateInstrument;
}
interface MeterProvider {
  getMeter(name: string): Meter;
}

type Instruments = ReadonlyMap<MetricName, Instrument>;

const makers = {
  counter: "createCounter",
  histogram: "createHistogram",
  upDownCounter: "createObservableUpDownCounter",
  gauge: "createObservableGauge",
} as const;

/** When a provider is looked for that is set up after the extension was made, in milliseconds after that. */
const looks: readonly number[] = [100, 1_000, 10_000, 60_000];

// OpenTelemetry is one for the whole process, and so is what it is told: also of several extensions. One that nobody closes and nobody
// holds any more must not stay in memory.
const observed = new Map<GaugeName, Set<WeakRef<ReadGauge>>>();
const forgotten = new FinalizationRegistry<() => void>((forget) => forget());
let known: MeterProvider | undefined;
let instruments: Instruments | undefined;
let isLookedFor = false;

function meterProvider(): MeterProvider | undefined {
  return openTelemetry<{ readonly metrics?: MeterProvider }>()?.metrics;
}

/** Whether the program has set up metrics of OpenTelemetry. */
export function hasMeterProvider(): boolean {
  return meterProvider() !== undefined;
}

async function readAll(name: GaugeName, provider: MeterProvider, observer: Observer): Promise<void> {
  // One that was replaced may still be asked.
  if (provider !== meterProvider()) return;
  const readings = await Promise.all([...(observed.get(name) ?? [])].map((read) => read.deref()?.() ?? []));
  for (const { value, attributes } of combineReadings(name, readings.flat())) observer.observe(value, attributes);
}

function createInstruments(provider: MeterProvider): Instruments {
  const meter = provider.getMeter("kiket-gen");
  const made = new Map<MetricName, Instrument>();
  for (const [name, { kind, unit, description, buckets }] of Object.entries(metricDefinitions)) {
    const advice = buckets === undefined ? {} : { advice: { explicitBucketBoundaries: [...buckets] } };
    const instrument = meter[makers[kind]](name, { unit, description, ...advice });
    instrument.addCallback?.((observer) => readAll(name as GaugeName, provider, observer));
    made.set(name as MetricName, instrument);
  }
  return made;
}

/** The instruments of the provider that is set up now: it may come late, or be replaced. */
function current(): Instruments | undefined {
  const provider = meterProvider();
  if (provider !== known) {
    instruments = undefined;
    instruments = provider && createInstruments(provider);
    known = provider;
  }
  return instruments;
}

/**
 * OpenTelemetry asks only for the gauges that it knows of. If nothing is measured, as in a process that waits for jobs, nothing else would
 * tell a provider that comes late.
 */
export function lookForMeterProvider(): void {
  if (isLookedFor || hasMeterProvider() || !isNode()) return;
  isLookedFor = true;
  for (const milliseconds of looks) {
    setTimeout(() => {
      try {
        current();
      } catch {
        // The next measurement logs what is wrong.
      }
    }, milliseconds).unref();
  }
}

/** Measures with OpenTelemetry. Does nothing until the program has set up metrics there. */
export const openTelemetrySink: MetricsSink = {
  add: (name, value, attributes) => current()?.get(name)?.add?.(value, attributes),
  record: (name, value, attributes) => current()?.get(name)?.record?.(value, attributes),
  observe(name, read) {
    const reads = observed.get(name) ?? new Set();
    const held = new WeakRef(read as ReadGauge);
    observed.set(name, reads.add(held));
    forgotten.register(read, () => reads.delete(held));
    current();
    return () => reads.delete(held);
  },
};
