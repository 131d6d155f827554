type Outcome = "event" | "version" | "outcome";

/** The metrics that are told of each change, with the names of their attributes. */
interface Counters {
  "kiket.deliveries": Outcome;
  "kiket.delivery.refusals": "reason" | "status";
  "kiket.telemetry.dropped": "reason";
  "kiket.jobs": Outcome;
}

/** Seconds. */
interface Histograms {
  "kiket.delivery.duration": Outcome;
  "kiket.store.duration": "operation" | "outcome";
  "kiket.api.duration": "method" | "status";
  "kiket.job.duration": Outcome;
}

/** Read when somebody asks for them. */
interface Gauges {
  "kiket.deliveries.active": never;
  "kiket.queue.jobs": "state";
  "kiket.queue.oldest.age": never;
}

interface AttributeNames extends Counters, Histograms, Gauges {}

export type MetricName = keyof AttributeNames;

/** The metrics that are told of each change: nothing of them is told later. */
export type CounterName = keyof Counters;
export type HistogramName = keyof Histograms;
/** The metrics that are read when somebody asks for them. */
export type GaugeName = keyof Gauges;

interface MetricDefinition<Name extends MetricName> {
  /**
   * An `upDownCounter` is read like a gauge; several processes have a part of it each, so it is summed over them. Of a `gauge`, all processes
   * that share what it measures tell the same, so the greatest value of them counts.
   */
  readonly kind: "counter" | "upDownCounter" | "histogram" | "gauge";
  /** In the notation of UCUM, as OpenTelemetry wants it. */
  readonly unit: string;
  readonly description: string;
  readonly attributes: readonly AttributeNames[Name][];
  /** Where the buckets of a histogram end, in seconds, rising. Absent for other kinds. */
  readonly buckets?: readonly number[];
}

/** Those that OpenTelemetry recommends for HTTP. Kiket waits 10 s for an answer (fact 188). */
const answerBuckets: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
/** A store in memory takes microseconds, one on Redis about a millisecond. */
const storeBuckets: readonly number[] = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];
/** A deferred handler may take minutes. */
const jobBuckets: readonly number[] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900];

/** The metrics of the runtime, by the names that OpenTelemetry gets. Prometheus gets them with `_` for `.`, and its own endings. */
export const metricDefinitions: { readonly [Name in MetricName]: MetricDefinition<Name> } = {
  "kiket.deliveries": {
    kind: "counter",
    unit: "{delivery}",
    description: "Deliveries that ended, by what came of them.",
    attributes: ["event", "version", "outcome"],
  },
  "kiket.delivery.duration": {
    kind: "histogram",
    unit: "s",
    description: "From the arrival of a delivery to its reply.",
    attributes: ["event", "version", "outcome"],
    buckets: answerBuckets,
  },
  "kiket.deliveries.active": {
    kind: "upDownCounter",
    unit: "{delivery}",
    description: "Deliveries under way in this process.",
    attributes: [],
  },
  "kiket.delivery.refusals": {
    kind: "counter",
    unit: "{delivery}",
    description: "Deliveries that were refused or that failed, by the reason that the log names.",
    attributes: ["reason", "status"],
  },
  "kiket.store.duration": {
    kind: "histogram",
    unit: "s",
    description: "Calls of the delivery store.",
    attributes: ["operation", "outcome"],
    buckets: storeBuckets,
  },
  "kiket.api.duration": {
    kind: "histogram",
    unit: "s",
    description: "Requests to Kiket's API, each attempt by itself.",
    attributes: ["method", "status"],
    buckets: answerBuckets,
  },
  "kiket.telemetry.dropped": {
    kind: "counter",
    unit: "{record}",
    description: "Telemetry records that were lost.",
    attributes: ["reason"],
  },
  "kiket.jobs": {
    kind: "counter",
    unit: "{run}",
    description: "Runs of deferred deliveries, by what came of them.",
    attributes: ["event", "version", "outcome"],
  },
  "kiket.job.duration": {
    kind: "histogram",
    unit: "s",
    description: "Runs of deferred deliveries.",
    attributes: ["event", "version", "outcome"],
    buckets: jobBuckets,
  },
  "kiket.queue.jobs": {
    kind: "gauge",
    unit: "{job}",
    description: "Deferred deliveries in the queue, by state. All processes that share the queue tell the same.",
    attributes: ["state"],
  },
  "kiket.queue.oldest.age": {
    kind: "gauge",
    unit: "s",
    description: "Age of the deferred delivery that has waited longest; 0 if none waits.",
    attributes: [],
  },
};

/** The values of a metric's attributes. They have few values: a name that no handler declares is `other`. */
export type Attributes<Name extends MetricName = MetricName> = Readonly<Record<AttributeNames[Name], string>>;

/** One value of a gauge. */
export interface Reading<Name extends GaugeName = GaugeName> {
  readonly value: number;
  readonly attributes: Attributes<Name>;
}

/** Reads a gauge. Never rejects: there is no reading of what cannot be read. */
export type ReadGauge<Name extends GaugeName = GaugeName> = () => Promise<readonly Reading<Name>[]>;

/** Where measurements go. Nothing waits for it. */
export interface MetricsSink {
  /** Adds to a counter. The value is not negative. */
  add<Name extends CounterName>(name: Name, value: number, attributes: Attributes<Name>): void;
  /** One value of a histogram, in seconds. */
  record<Name extends HistogramName>(name: Name, value: number, attributes: Attributes<Name>): void;
  /** Has a gauge read whenever somebody asks. Returns what ends that. A gauge may be observed several times: see `kind`. */
  observe<Name extends GaugeName>(name: Name, read: ReadGauge<Name>): () => void;
}
