import * as client from "prom-client";
import { expect, test, vi } from "vitest";
import { type MetricName, metricDefinitions } from "../../../runtime/metrics/metric.js";
import { prometheusName, prometheusSink } from "../../../runtime/metrics/prometheus-sink.js";
import { parsePrometheus, sampleValue } from "../../support/prometheus-text.js";

const ofDelivery = { event: "issue.created", version: "v1", outcome: "handled" };

test("names are those of OpenTelemetry's rules: underscores, the unit, and _total for what is counted", () => {
  expect((Object.keys(metricDefinitions) as MetricName[]).map(prometheusName)).toEqual([
    "kiket_deliveries_total",
    "kiket_delivery_duration_seconds",
    "kiket_deliveries_active",
    "kiket_delivery_refusals_total",
    "kiket_store_duration_seconds",
    "kiket_api_duration_seconds",
    "kiket_telemetry_dropped_total",
    "kiket_jobs_total",
    "kiket_job_duration_seconds",
    "kiket_queue_jobs",
    "kiket_queue_oldest_age_seconds",
  ]);
});

test("counters, gauges and histograms are in the text, with their labels", async () => {
  const register = new client.Registry();
  const sink = prometheusSink(client, register);
  sink.add("kiket.deliveries", 1, ofDelivery);
  sink.add("kiket.deliveries", 2, ofDelivery);
  sink.add("kiket.deliveries", 1, { ...ofDelivery, event: 'a"b\\c\nd' });
  sink.observe("kiket.deliveries.active", async () => [{ value: 2, attributes: {} }]);
  sink.observe("kiket.deliveries.active", async () => [{ value: 1, attributes: {} }]);
  sink.record("kiket.delivery.duration", 0.004, ofDelivery);
  sink.record("kiket.delivery.duration", 45, ofDelivery);
  const text = await register.metrics();
  expect(text).toContain('kiket_deliveries_total{event="issue.created",version="v1",outcome="handled"} 3\n');
  expect(sampleValue(text, "kiket_deliveries_total", { event: 'a"b\\c\nd' })).toBe(1);
  expect(sampleValue(text, "kiket_deliveries_active")).toBe(3);
  expect(sampleValue(text, "kiket_delivery_duration_seconds_bucket", { ...ofDelivery, le: "0.005" })).toBe(1);
  expect(sampleValue(text, "kiket_delivery_duration_seconds_bucket", { ...ofDelivery, le: "10" })).toBe(1);
  expect(sampleValue(text, "kiket_delivery_duration_seconds_bucket", { ...ofDelivery, le: "+Inf" })).toBe(2);
  expect(sampleValue(text, "kiket_delivery_duration_seconds_sum", ofDelivery)).toBe(45.004);
  expect(parsePrometheus(text)).toMatchObject({
    kiket_deliveries_total: { type: "counter", help: "Deliveries that ended, by what came of them." },
    kiket_deliveries_active: { type: "gauge" },
    kiket_delivery_duration_seconds: { type: "histogram" },
  });
});

test("a gauge is read when somebody asks: the largest of the same labels, and nothing that is gone or hangs", async () => {
  const register = new client.Registry();
  const sink = prometheusSink(client, register);
  expect(sampleValue(await register.metrics(), "kiket_queue_oldest_age_seconds")).toBeUndefined();
  let waiting = 4;
  const hanging = vi.fn(() => new Promise<never>(() => undefined));
  const ends = [
    sink.observe("kiket.queue.jobs", async () => [{ value: waiting, attributes: { state: "waiting" } }]),
    sink.observe("kiket.queue.jobs", async () => [
      { value: 3, attributes: { state: "waiting" } },
      { value: 1, attributes: { state: "dead" } },
    ]),
    sink.observe("kiket.queue.jobs", async () => []),
    sink.observe("kiket.queue.oldest.age", hanging),
  ];
  const first = await register.metrics();
  expect(sampleValue(first, "kiket_queue_jobs", { state: "waiting" })).toBe(4);
  expect(sampleValue(first, "kiket_queue_jobs", { state: "dead" })).toBe(1);
  expect(sampleValue(first, "kiket_queue_oldest_age_seconds")).toBeUndefined();
  waiting = 2;
  ends[1]?.();
  const second = await register.metrics();
  expect(sampleValue(second, "kiket_queue_jobs", { state: "waiting" })).toBe(2);
  expect(sampleValue(second, "kiket_queue_jobs", { state: "dead" })).toBeUndefined();
  // It was asked twice, and hangs once.
  expect(hanging).toHaveBeenCalledTimes(1);
});

test("two extensions with one registry are counted together", async () => {
  const register = new client.Registry();
  prometheusSink(client, register).add("kiket.jobs", 1, ofDelivery);
  prometheusSink(client, register).add("kiket.jobs", 1, ofDelivery);
  expect(sampleValue(await register.metrics(), "kiket_jobs_total")).toBe(2);
});
