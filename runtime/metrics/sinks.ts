import type { Logger } from "../base/logger.js";
import type { GaugeName, MetricsSink, ReadGauge } from "./metric.js";
import { hasMeterProvider, openTelemetrySink } from "./open-telemetry.js";

/** Where the measurements of one extension go. Nothing of it throws. */
export interface Metrics extends MetricsSink {
  /** Whether anybody measures now. If not, there is nothing to measure, and no clock to read. */
  isOn(): boolean;
  /** Adds a sink, which is told of all gauges. Returns what takes it away. One that was added twice is told once, until both have ended. */
  attach(sink: MetricsSink): () => void;
}

interface Observation {
  readonly name: GaugeName;
  readonly read: ReadGauge;
  /** What ends it, by sink. */
  readonly ends: Map<MetricsSink, () => void>;
}

/**
 * The sinks of one extension: OpenTelemetry, if the program has set it up by the time that something is measured, and those that are
 * attached. What goes wrong in a sink is logged once, and harms nobody.
 */
export function createMetrics(log: () => Logger): Metrics {
  /** How often each was added and not taken away. */
  const attached = new Map<MetricsSink, number>();
  const observations = new Set<Observation>();
  const failed = new WeakSet<MetricsSink>();

  const guarded = <T>(sink: MetricsSink, use: () => T): T | undefined => {
    try {
      return use();
    } catch (cause) {
      if (!failed.has(sink)) log().error("Metrics are lost: what takes them has failed", { cause });
      failed.add(sink);
      return undefined;
    }
  };
  const each = (tell: (sink: MetricsSink) => void): void => {
    if (hasMeterProvider()) guarded(openTelemetrySink, () => tell(openTelemetrySink));
    for (const sink of attached.keys()) guarded(sink, () => tell(sink));
  };
  const begin = ({ name, read, ends }: Observation, sink: MetricsSink): void => {
    const end = guarded(sink, () => sink.observe(name, read));
    if (end !== undefined) ends.set(sink, end);
  };
  const end = ({ ends }: Observation, sink: MetricsSink): void => {
    guarded(sink, () => ends.get(sink)?.());
    ends.delete(sink);
  };

  return {
    isOn: () => attached.size > 0 || hasMeterProvider(),
    attach(sink) {
      const before = attached.get(sink) ?? 0;
      attached.set(sink, before + 1);
      if (before === 0) for (const observation of observations) begin(observation, sink);
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        const left = (attached.get(sink) ?? 1) - 1;
        if (left > 0) {
          attached.set(sink, left);
          return;
        }
        attached.delete(sink);
        for (const observation of observations) end(observation, sink);
      };
    },
    add: (name, value, attributes) => each((sink) => sink.add(name, value, attributes)),
    record: (name, value, attributes) => each((sink) => sink.record(name, value, attributes)),
    observe(name, read) {
      const readSafely = async () => {
        try {
          return await read();
        } catch {
          return [];
        }
      };
      const observation: Observation = { name, read: readSafely as ReadGauge, ends: new Map() };
      observations.add(observation);
      // OpenTelemetry may be set up later, and then asks for what was observed before.
      for (const sink of [openTelemetrySink, ...attached.keys()]) begin(observation, sink);
      return () => {
        observations.delete(observation);
        for (const sink of [...observation.ends.keys()]) end(observation, sink);
      };
    },
  };
}
