import { AggregatorRegistry } from "prom-client";
import { expect, test } from "vitest";
import type { MemberEvents } from "../../../../runtime/server/cluster/crew.js";
import { createGathering } from "../../../../runtime/server/cluster/gathering.js";
import type { MemberOrder, MemberReport } from "../../../../runtime/server/cluster/messages.js";
import { lasting, type Measured, toMeasured } from "../../../../runtime/server/metrics/measured.js";

/** What a process tells: so many deliveries, one of them under way, a queue of five, and how slow its event loop is. */
function told(handled: number, lag = 0): readonly Measured[] {
  const common = { help: "x" };
  const histogram = [
    { labels: { le: 1 }, value: handled, metricName: "seconds_bucket" },
    { labels: { le: "+Inf" }, value: handled, metricName: "seconds_bucket" },
    { labels: {}, value: handled / 2, metricName: "seconds_sum" },
    { labels: {}, value: handled, metricName: "seconds_count" },
  ];
  const all = [
    {
      ...common,
      name: "handled",
      type: "counter",
      aggregator: "sum",
      values: [{ labels: { event: "a" }, value: handled }],
    },
    { ...common, name: "seconds", type: "histogram", aggregator: "sum", values: histogram },
    { ...common, name: "active", type: "gauge", aggregator: "sum", values: [{ labels: {}, value: 1 }] },
    { ...common, name: "queue", type: "gauge", aggregator: "max", values: [{ labels: {}, value: 5 }] },
    {
      ...common,
      name: "nodejs_eventloop_lag_p99_seconds",
      type: "gauge",
      aggregator: "average",
      values: [{ labels: {}, value: lag }],
    },
  ];
  return toMeasured(all);
}

interface FakeProcess {
  readonly events: MemberEvents;
  readonly orders: MemberOrder[];
  /** What it answers; undefined: nothing. */
  answer: readonly Measured[] | undefined;
}

function open() {
  const processes: FakeProcess[] = [];
  const reports: MemberReport[] = [];
  const gathering = createGathering(
    (_number, events) => {
      const one: FakeProcess = { events, orders: [], answer: told(1) };
      processes.push(one);
      return {
        tell(order) {
          one.orders.push(order);
          if (order.type === "measure" && one.answer !== undefined) {
            events.report({ type: "measured", metrics: one.answer });
          }
        },
        kill: () => undefined,
      };
    },
    async (lists) => toMeasured(await AggregatorRegistry.aggregate(lists as unknown as object[]).getMetricsAsJSON()),
    50,
  );
  const start = (number: number): FakeProcess => {
    gathering.start(number, { report: (report) => void reports.push(report), ended: () => undefined });
    const one = processes[number - 1] as FakeProcess;
    one.events.report({ type: "listening", url: "http://x", handlers: 1 });
    return one;
  };
  /** The values that are shown, by name; those of labels after it. */
  const shown = async (): Promise<Record<string, number>> => {
    const register = AggregatorRegistry.aggregate((await gathering.gather()) as unknown as object[]);
    const found: Record<string, number> = {};
    for (const line of (await register.metrics()).split("\n").filter((text) => /^[^#\s]/.test(text))) {
      const [name = "", value] = line.split(" ");
      found[name] = Number(value);
    }
    return found;
  };
  return { gathering, reports, start, shown };
}

const end = { status: 0, signal: null };

test("counters, histograms and what is under way are summed; of one queue and of event loops, the largest counts", async () => {
  const { start, shown, reports } = open();
  start(1).answer = told(3, 0.25);
  start(2).answer = told(4, 0.75);
  expect(await shown()).toEqual({
    'handled{event="a"}': 7,
    'seconds_bucket{le="1"}': 7,
    'seconds_bucket{le="+Inf"}': 7,
    seconds_sum: 3.5,
    seconds_count: 7,
    active: 2,
    queue: 5,
    nodejs_eventloop_lag_p99_seconds: 0.75,
    'kiket_processes{state="answered"}': 2,
    'kiket_processes{state="silent"}': 0,
  });
  // Nobody else is told of metrics.
  expect(reports.map(({ type }) => type)).toEqual(["listening", "listening"]);
});

test("of a process that does not answer, what it counted stays; it is asked once until it answers", async () => {
  const { start, shown } = open();
  const first = start(1);
  const second = start(2);
  await shown();
  second.answer = undefined;
  first.answer = told(10);
  const silent = { 'handled{event="a"}': 11, active: 1, 'kiket_processes{state="silent"}': 1 };
  expect(await shown()).toMatchObject(silent);
  expect(await shown()).toMatchObject({ ...silent, 'kiket_processes{state="answered"}': 1 });
  expect(second.orders).toEqual([{ type: "measure" }, { type: "measure" }]);
  second.answer = told(2);
  second.events.report({ type: "measured", metrics: told(2) });
  expect(await shown()).toMatchObject({ 'handled{event="a"}': 12, active: 2, 'kiket_processes{state="silent"}': 0 });
});

test("what a process has counted stays when it has ended, and what it had under way is gone", async () => {
  const { start, shown } = open();
  const [first, second] = [start(1), start(2)];
  first.answer = told(5);
  await shown();
  // It tells it once more before it ends.
  first.events.report({ type: "measured", metrics: told(6) });
  first.events.ended(end);
  expect(await shown()).toMatchObject({ 'handled{event="a"}': 7, seconds_count: 7, active: 1 });
  second.events.ended({ status: null, signal: "SIGKILL" });
  expect(await shown()).toEqual({
    'handled{event="a"}': 7,
    'seconds_bucket{le="1"}': 7,
    'seconds_bucket{le="+Inf"}': 7,
    seconds_sum: 3.5,
    seconds_count: 7,
    'kiket_processes{state="answered"}': 0,
    'kiket_processes{state="silent"}': 0,
  });
});

test("one that ends while it is asked is not waited for; one that does not listen yet is not asked", async () => {
  const { start, shown, gathering } = open();
  const first = start(1);
  gathering.start(2, { report: () => undefined, ended: () => undefined });
  first.answer = undefined;
  const asked = shown();
  first.events.report({ type: "measured", metrics: told(4) });
  first.events.ended(end);
  expect(await asked).toMatchObject({
    'handled{event="a"}': 4,
    'kiket_processes{state="answered"}': 0,
    'kiket_processes{state="silent"}': 0,
  });
});

test("metrics of the program keep what it chose: an average stays one, and a summary that has ended keeps what it counted", () => {
  const average = { name: "mine", help: "x", type: "gauge", aggregator: "average", values: [{ labels: {}, value: 1 }] };
  const counted = { labels: {}, value: 5, metricName: "times_count" };
  const quantile = { labels: { quantile: 0.5 }, value: 2 };
  const summary = { name: "times", help: "x", type: "summary", aggregator: "sum", values: [quantile, counted] };
  expect(toMeasured([average])).toEqual([average]);
  expect(lasting(toMeasured([average, summary]))).toEqual([{ ...summary, values: [counted] }]);
});

test("a metric of the program that prom-client could not sum is summed", () => {
  const bare = { name: "mine", help: "x", type: "gauge" };
  expect(toMeasured([bare, { ...bare, aggregator: "avg", values: [{ value: 1 }] }])).toEqual([
    { ...bare, aggregator: "sum", values: [] },
    { ...bare, aggregator: "sum", values: [{ labels: {}, value: 1 }] },
  ]);
});

test("what a process leaves and cannot be summed is lost, and nothing else", async () => {
  const told = [{ name: "mine", help: "x", type: "counter" as const, aggregator: "sum", values: [] }];
  let events: MemberEvents | undefined;
  const { start, gather } = createGathering(
    (_number, given) => {
      events = given;
      return { tell: () => given.report({ type: "measured", metrics: told }), kill: () => undefined };
    },
    () => Promise.reject(new Error("no")),
    50,
  );
  start(1, { report: () => undefined, ended: () => undefined });
  events?.report({ type: "listening", url: "http://x", handlers: 1 });
  await gather();
  events?.ended(end);
  expect(await gather()).toEqual([[], [expect.objectContaining({ name: "kiket_processes" })]]);
});

test("a value that is no number is not told: JSON has none", () => {
  const values = [
    { labels: {}, value: Number.NaN },
    { labels: { kind: "x" }, value: 1 },
  ];
  const metric = { name: "lag", help: "x", type: "gauge", aggregator: "max", values };
  expect(toMeasured([metric])).toEqual([{ ...metric, values: [{ labels: { kind: "x" }, value: 1 }] }]);
});
