type Outcome = "event" | "version" | "outcome";

/** The metrics that are told of each change, with the names of their attributes. */
interface Counters {
  "kiket.deliveries": Outcome;
  "kiket.delivery.refusals": "reason" | "status";
  "kiket.telemetry.dropped": "reason";
  "kiket.jobs": Outcome;
  /** Goes up and down. */
  "kiket.deliveries.active": never;
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
  "kiket.queue.jobs": "state";
  "kiket.queue.oldest.age": never;
}

interface AttributeNames extends Counters, Histograms, Gauges {}

export type MetricName = keyof AttributeNames;

interface MetricDefinition<Name extends MetricName> {
  readonly kind: "counter" | "upDownCounter" | "histogram" | "gauge";
  /** In the notation of UCUM, as OpenTelemetry wants it. */
  readonly unit: string;
  readonly description: string;
  readonly attributes: readonly AttributeNames[Name][];
}

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
  },
  "kiket.api.duration": {
    kind: "histogram",
    unit: "s",
    description: "Requests to Kiket's API, each attempt by itself.",
    attributes: ["method", "status"],
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
export interface Reading<Name extends keyof Gauges = keyof Gauges> {
  readonly value: number;
  readonly attributes: Attributes<Name>;
}

/** Where measurements go. Nothing of it throws, and nothing waits for it. */
export interface MetricsSink {
  /** Adds to a counter. The value is negative only where it goes up and down. */
  add<Name extends keyof Counters>(name: Name, value: number, attributes: Attributes<Name>): void;
  /** One value of a histogram, in seconds. */
  record<Name extends keyof Histograms>(name: Name, value: number, attributes: Attributes<Name>): void;
  /** Has a gauge read whenever somebody asks. Returns what ends that. */
  observe<Name extends keyof Gauges>(name: Name, read: () => Promise<readonly Reading<Name>[]>): () => void;
}
