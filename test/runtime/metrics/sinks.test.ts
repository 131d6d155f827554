import { metrics } from "@opentelemetry/api";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createMemoryQueue } from "../../../runtime/jobs/memory-queue.js";
import type { MetricsSink, ReadGauge } from "../../../runtime/metrics/metric.js";
import { combineReadings } from "../../../runtime/metrics/readings.js";
import { createMetrics, type Metrics } from "../../../runtime/metrics/sinks.js";
import { createTestLogger } from "../../support/deliveries.js";
import { type Meter, openMeter } from "../../support/meter.js";

const handled = { event: "issue.created", version: "v1", outcome: "handled" } as const;
const logger = createTestLogger();

/** What is observed of OpenTelemetry is observed in the whole process, until the test has ended. */
function create(): Metrics {
  const all = createMetrics(() => logger);
  return {
    ...all,
    observe: (name, read) => {
      const end = all.observe(name, read);
      onTestFinished(end);
      return end;
    },
  };
}

function openHere(): Meter {
  const meter = openMeter();
  onTestFinished(meter.close);
  return meter;
}

/** A sink that remembers what it is told. */
function createTestSink() {
  const told: unknown[] = [];
  const observed = new Map<string, ReadGauge>();
  const sink: MetricsSink = {
    add: (...all) => void told.push(all),
    record: (...all) => void told.push(all),
    observe(name, read: ReadGauge) {
      observed.set(name, read);
      return () => observed.delete(name);
    },
  };
  return { sink, told, observed };
}

afterEach(() => {
  logger.lines.length = 0;
});

describe("the sinks of an extension", () => {
  test("nobody measures until there is a sink", () => {
    const all = create();
    expect(all.isOn()).toBe(false);
    const detach = all.attach(createTestSink().sink);
    expect(all.isOn()).toBe(true);
    detach();
    expect(all.isOn()).toBe(false);
  });

  test("each attached sink is told, until it is taken away", () => {
    const [one, two] = [createTestSink(), createTestSink()];
    const all = create();
    const detach = all.attach(one.sink);
    all.attach(two.sink);
    all.add("kiket.deliveries", 1, handled);
    detach();
    all.record("kiket.delivery.duration", 0.25, handled);
    expect(one.told).toEqual([["kiket.deliveries", 1, handled]]);
    expect(two.told).toEqual([
      ["kiket.deliveries", 1, handled],
      ["kiket.delivery.duration", 0.25, handled],
    ]);
  });

  test("a sink is told of gauges that were observed before it came, and no longer after it has gone", () => {
    const { sink, observed } = createTestSink();
    const all = create();
    const end = all.observe("kiket.deliveries.active", async () => [{ value: 3, attributes: {} }]);
    const detach = all.attach(sink);
    all.observe("kiket.queue.oldest.age", async () => [{ value: 1, attributes: {} }]);
    expect([...observed.keys()]).toEqual(["kiket.deliveries.active", "kiket.queue.oldest.age"]);
    end();
    expect([...observed.keys()]).toEqual(["kiket.queue.oldest.age"]);
    detach();
    expect([...observed.keys()]).toEqual([]);
  });

  test("a gauge that cannot be read has no reading", async () => {
    const { sink, observed } = createTestSink();
    const all = create();
    all.attach(sink);
    all.observe("kiket.queue.oldest.age", () => Promise.reject(new Error("no Redis")));
    expect(await observed.get("kiket.queue.oldest.age")?.()).toEqual([]);
  });

  test("a sink that throws harms nobody, and is logged once", () => {
    const { sink, told } = createTestSink();
    const fail = (): never => {
      throw new Error("full");
    };
    const all = create();
    all.attach({ add: fail, record: fail, observe: fail });
    all.attach(sink);
    all.observe("kiket.deliveries.active", async () => [])();
    all.add("kiket.deliveries", 1, handled);
    all.add("kiket.deliveries", 1, handled);
    expect(told).toHaveLength(2);
    expect(logger.lines.map(({ message }) => message)).toEqual(["Metrics are lost: what takes them has failed"]);
  });
});

describe("OpenTelemetry", () => {
  test("takes what is measured from when it is set up, also after the extension was made", async () => {
    const all = create();
    all.add("kiket.deliveries", 1, handled);
    all.observe("kiket.deliveries.active", async () => [{ value: 2, attributes: {} }]);
    const meter = openHere();
    all.add("kiket.deliveries", 5, handled);
    all.record("kiket.delivery.duration", 0.004, handled);
    all.record("kiket.delivery.duration", 7.2, handled);
    expect(await meter.values()).toEqual({
      "kiket.deliveries{event=issue.created,outcome=handled,version=v1}": 5,
      "kiket.delivery.duration{event=issue.created,outcome=handled,version=v1}": 2,
      "kiket.deliveries.active": 2,
    });
  });

  test("gets units, descriptions, and buckets in seconds", async () => {
    const meter = openHere();
    create().record("kiket.delivery.duration", 0.004, handled);
    const [metric] = await meter.data();
    expect(metric?.descriptor).toMatchObject({
      name: "kiket.delivery.duration",
      unit: "s",
      description: "From the arrival of a delivery to its reply.",
    });
    expect(metric?.dataPoints[0]?.value).toMatchObject({
      sum: 0.004,
      buckets: {
        boundaries: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
        counts: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      },
    });
  });

  test("takes all from a provider that replaces another", async () => {
    const all = create();
    all.observe("kiket.deliveries.active", async () => [{ value: 1, attributes: {} }]);
    const first = openMeter();
    all.add("kiket.deliveries", 1, handled);
    await first.close();
    all.add("kiket.deliveries", 1, handled);
    const second = openHere();
    all.add("kiket.deliveries", 7, handled);
    expect(await second.values()).toEqual({
      "kiket.deliveries{event=issue.created,outcome=handled,version=v1}": 7,
      "kiket.deliveries.active": 1,
    });
  });

  test("sums over the extensions of the process what each has for itself, and reads nothing of one that is closed", async () => {
    const meter = openHere();
    let reads = 0;
    const observe = (name: "kiket.deliveries.active" | "kiket.queue.oldest.age", value: number) =>
      create().observe(name, async () => {
        reads += 1;
        return [{ value, attributes: {} }];
      });
    const ends = [
      observe("kiket.deliveries.active", 2),
      observe("kiket.deliveries.active", 3),
      observe("kiket.queue.oldest.age", 10),
      observe("kiket.queue.oldest.age", 4),
    ];
    expect(await meter.values()).toEqual({ "kiket.deliveries.active": 5, "kiket.queue.oldest.age": 10 });
    expect(reads).toBe(4);
    for (const end of ends) end();
    await meter.values();
    expect(reads).toBe(4);
  });

  test("a provider that comes late reads a queue although nothing was measured since", async () => {
    vi.resetModules();
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const sinks = await import("../../../runtime/metrics/sinks.js");
    const { observeQueue } = await import("../../../runtime/metrics/observed-queue.js");
    onTestFinished(
      observeQueue(
        sinks.createMetrics(() => logger),
        createMemoryQueue(),
      ),
    );
    const meter = openHere();
    vi.advanceTimersByTime(100);
    vi.useRealTimers();
    expect(await meter.values()).toEqual({
      "kiket.queue.jobs{state=waiting}": 0,
      "kiket.queue.jobs{state=delayed}": 0,
      "kiket.queue.jobs{state=running}": 0,
      "kiket.queue.jobs{state=dead}": 0,
      "kiket.queue.oldest.age": 0,
    });
  });

  test("a provider that throws harms nobody, and is logged once", () => {
    metrics.setGlobalMeterProvider({
      getMeter() {
        throw new Error("not yet");
      },
    });
    onTestFinished(() => metrics.disable());
    const all = create();
    all.add("kiket.deliveries", 1, handled);
    all.add("kiket.deliveries", 1, handled);
    expect(logger.lines.map(({ message }) => message)).toEqual(["Metrics are lost: what takes them has failed"]);
  });
});

test("readings of several processes become one", () => {
  const jobs = (state: string, value: number) => ({ value, attributes: { state } });
  expect(combineReadings("kiket.queue.jobs", [jobs("waiting", 3), jobs("dead", 1), jobs("waiting", 2)])).toEqual([
    jobs("waiting", 3),
    jobs("dead", 1),
  ]);
});
