import { AsyncLocalStorage } from "node:async_hooks";
import { channel, tracingChannel } from "node:diagnostics_channel";
import { inspect } from "node:util";
import {
  type Context,
  context,
  createTraceState,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createMemoryQueue, defineHandler, type Handler } from "../../../runtime/index.js";
import { createTrace } from "../../../runtime/telemetry/tracing.js";
import { deferred } from "../../support/deferred.js";
import type { TestDelivery } from "../../support/deliveries.js";
import { openKiket } from "../../support/open-kiket.js";

const kiket = await openKiket();

const v1 = { event: "issue.created", version: "v1" } as const;
const fine = defineHandler(v1, async () => "fine");
const failing = defineHandler(v1, async () => {
  throw new RangeError("password=hunter2");
});
const told = {
  event: "issue.created",
  version: "v1",
  deliveryId: "d-1",
  correlationId: "c-1",
  extensionId: "com.example.greeter",
  extensionVersion: "1.2.3",
};

const correlationId = expect.stringMatching(/^[0-9a-f-]{36}$/);

async function deliver(
  handler: Handler,
  headers: Readonly<Record<string, string>> = {},
  delivery: TestDelivery = {},
): Promise<number> {
  const extension = kiket.extension({
    extensionId: "com.example.greeter",
    extensionVersion: "1.2.3",
    handlers: [handler],
  });
  const named = { ...delivery, headers: { "x-kiket-delivery": "d-1", ...headers } };
  const response = await extension.fetch(await kiket.request(named));
  await extension.close();
  return response.status;
}

describe("the channel kiket-gen:delivery", () => {
  const heard: [string, Record<string, unknown>][] = [];
  const phases = ["start", "end", "asyncStart", "asyncEnd", "error"] as const;
  const listeners = phases.map((phase) => {
    const listener = (message: unknown): void => {
      heard.push([phase, { ...(message as object) }]);
    };
    return [channel(`tracing:kiket-gen:delivery:${phase}`), listener] as const;
  });

  afterEach(() => {
    for (const [phase, listener] of listeners) phase.unsubscribe(listener);
    heard.length = 0;
  });

  test("publishes start, end and result of a run", async () => {
    for (const [phase, listener] of listeners) phase.subscribe(listener);
    expect(await deliver(fine)).toBe(200);
    expect(heard.map(([phase]) => phase)).toEqual(["start", "end", "asyncStart", "asyncEnd"]);
    expect(heard[0]?.[1]).toEqual({ ...told, correlationId });
  });

  test("publishes both names of an event that was sent with its other one", async () => {
    for (const [phase, listener] of listeners) phase.subscribe(listener);
    expect(await deliver(fine, {}, { path: "/v/v1/webhooks/case.created", payload: { event: "case.created" } })).toBe(
      200,
    );
    const names = { event: "case.created", handledAs: "issue.created" };
    expect(heard[0]?.[1]).toEqual({ ...told, ...names, correlationId });
  });

  test("publishes only the class of an error", async () => {
    for (const [phase, listener] of listeners) phase.subscribe(listener);
    expect(await deliver(failing)).toBe(500);
    expect(heard.map(([phase]) => phase)).toEqual(["start", "end", "error", "asyncStart", "asyncEnd"]);
    expect(heard[2]?.[1]).toMatchObject({
      ...told,
      correlationId,
      error: { name: "RangeError", message: "The handler failed" },
    });
    expect(inspect(heard, { depth: 9, showHidden: true })).not.toContain("hunter2");
  });

  test("keeps an AsyncLocalStorage through the handler", async () => {
    const store = new AsyncLocalStorage<string>();
    const { start } = tracingChannel("kiket-gen:delivery");
    start.bindStore(store, (message) => (message as typeof told).deliveryId);
    const seen: unknown[] = [];
    await deliver(
      defineHandler(v1, async () => {
        await Promise.resolve();
        seen.push(store.getStore());
      }),
    );
    start.unbindStore(store);
    expect(seen).toEqual(["d-1"]);
  });

  test("does nothing without subscribers", async () => {
    let described = 0;
    const result = await createTrace()(
      () => {
        described += 1;
        return told;
      },
      new Headers(),
      async () => "fine",
    );
    expect([result, described]).toEqual(["fine", 0]);
  });

  test("a failing run rejects with its own error", async () => {
    const error = new Error("own");
    const run = () =>
      createTrace()(
        () => told,
        new Headers(),
        () => Promise.reject(error),
      );
    await expect(run()).rejects.toBe(error);
    for (const [phase, listener] of listeners) phase.subscribe(listener);
    await expect(run()).rejects.toBe(error);
  });
});

describe("OpenTelemetry, if it is set up", () => {
  const spans = new InMemorySpanExporter();

  beforeAll(() => {
    const active = new AsyncLocalStorage<Context>();
    context.setGlobalContextManager({
      active: () => active.getStore() ?? ROOT_CONTEXT,
      with: (to, run, self, ...parameters) => active.run(to, () => run.apply(self, parameters)),
      bind: (_to, target) => target,
      enable() {
        return this;
      },
      disable() {
        return this;
      },
    });
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }));
  });
  afterEach(() => spans.reset());
  afterAll(() => {
    trace.disable();
    context.disable();
  });

  test("a run is a span, and the handler's own spans are below it", async () => {
    const handler = defineHandler(v1, async () => {
      await Promise.resolve();
      trace.getTracer("own").startActiveSpan("own work", (span) => span.end());
    });
    expect(await deliver(handler)).toBe(200);
    const [own, run] = spans.getFinishedSpans();
    expect(run).toMatchObject({
      name: "handle issue.created",
      kind: SpanKind.CONSUMER,
      status: { code: SpanStatusCode.UNSET },
      attributes: {
        "kiket.event": "issue.created",
        "kiket.event_version": "v1",
        "kiket.delivery_id": "d-1",
        "kiket.correlation_id": correlationId,
        "kiket.extension_id": "com.example.greeter",
        "kiket.extension_version": "1.2.3",
      },
    });
    expect(own?.parentSpanContext?.spanId).toBe(run?.spanContext().spanId);
  });

  test("a failure is recorded only by its class", async () => {
    expect(await deliver(failing)).toBe(500);
    const [run] = spans.getFinishedSpans();
    expect(run).toMatchObject({ status: { code: SpanStatusCode.ERROR }, attributes: { "error.type": "RangeError" } });
    expect(run?.events).toEqual([]);
    expect(JSON.stringify([run?.status, run?.attributes])).not.toContain("hunter2");
  });

  test("the spans of deferred runs are each below that of their own delivery, with job and attempt", async () => {
    const queue = createMemoryQueue();
    // The second one begins when the first one ends.
    const gate = deferred();
    const handler = defineHandler({ ...v1, defer: { concurrency: 1 } }, async () => gate.promise);
    const extension = kiket.extension({ handlers: [handler], queue });
    for (const id of ["d-1", "d-2"]) {
      await extension.fetch(await kiket.request({ headers: { "x-kiket-delivery": id } }));
    }
    gate.resolve();
    await queue.drained();
    const all = spans.getFinishedSpans();
    const named = (name: string) => all.filter((span) => span.name === name);
    const [producers, runs] = [named("defer issue.created"), named("handle issue.created")];
    expect(producers.map(({ kind }) => kind)).toEqual([SpanKind.PRODUCER, SpanKind.PRODUCER]);
    expect(runs.map(({ attributes }) => [attributes["kiket.delivery_id"], attributes["kiket.attempt"]])).toEqual([
      ["d-1", 1],
      ["d-2", 1],
    ]);
    expect(runs[0]?.attributes["kiket.job_id"]).toMatch(/^job-/);
    expect(runs.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(
      producers.map((span) => span.spanContext().spanId),
    );
  });

  test("a refused delivery is not recorded", async () => {
    const extension = kiket.extension({ handlers: [fine] });
    const response = await extension.fetch(await kiket.request({ path: "/v/v1/webhooks/other" }));
    expect([response.status, spans.getFinishedSpans()]).toEqual([404, []]);
  });

  const sent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const calling = defineHandler(v1, async (_payload, { api }) => {
    await api.GET("/api/v1/ext/rate_limit" as never);
  });
  const outgoing = () => kiket.calls.map(({ headers: { traceparent, tracestate } }) => ({ traceparent, tracestate }));

  test("the span that sent the delivery is the parent, and calls are below the delivery's span", async () => {
    kiket.calls.length = 0;
    expect(await deliver(calling, { traceparent: sent })).toBe(200);
    const [run] = spans.getFinishedSpans();
    expect(run?.parentSpanContext).toMatchObject({ spanId: "b7ad6b7169203331", isRemote: true });
    expect(run?.spanContext().traceId).toBe("0af7651916cd43dd8448eb211c80319c");
    expect(outgoing()).toEqual([
      { traceparent: `00-0af7651916cd43dd8448eb211c80319c-${run?.spanContext().spanId}-01`, tracestate: undefined },
    ]);
  });

  test("storing a deferred delivery is a span of a producer, and its run is part of the same trace", async () => {
    const deferred = defineHandler({ ...v1, defer: true }, async () => undefined);
    expect(await deliver(deferred, { traceparent: sent })).toBe(200);
    const finished = spans.getFinishedSpans().filter(({ name }) => name.endsWith("issue.created"));
    const [stored, run] = finished;
    expect(finished.map(({ name, kind }) => [name, kind])).toEqual([
      ["defer issue.created", SpanKind.PRODUCER],
      ["handle issue.created", SpanKind.CONSUMER],
    ]);
    expect(stored?.parentSpanContext).toMatchObject({ spanId: "b7ad6b7169203331", isRemote: true });
    expect(run?.spanContext().traceId).toBe("0af7651916cd43dd8448eb211c80319c");
  });

  test.each([
    "",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
    "00-00000000000000000000000000000000-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
    "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
    `${sent}-more`,
    `${sent}, 00-${"1".repeat(32)}-${"2".repeat(16)}-01`,
  ])("a header that is not valid is no parent: %j", async (traceparent) => {
    kiket.calls.length = 0;
    expect(await deliver(calling, { traceparent })).toBe(200);
    const [run] = spans.getFinishedSpans();
    expect(run?.parentSpanContext).toBeUndefined();
    expect(outgoing()).toMatchObject([
      { traceparent: `00-${run?.spanContext().traceId}-${run?.spanContext().spanId}-01` },
    ]);
  });

  test("a span that is active already stays the parent", async () => {
    await trace.getTracer("server").startActiveSpan("POST", async (span) => {
      await deliver(fine, { traceparent: sent });
      span.end();
      const [run] = spans.getFinishedSpans();
      expect(run?.parentSpanContext?.spanId).toBe(span.spanContext().spanId);
    });
  });

  test("a propagator that is set up reads the headers", async () => {
    propagation.setGlobalPropagator({
      inject: () => undefined,
      fields: () => [],
      extract(from, carrier, { get }) {
        const [, traceId = "", spanId = ""] = String(get(carrier, "traceparent")).split("-");
        const traceState = createTraceState(String(get(carrier, "tracestate")));
        return trace.setSpanContext(from, { traceId, spanId, traceFlags: 1, isRemote: true, traceState });
      },
    });
    try {
      kiket.calls.length = 0;
      await deliver(calling, { traceparent: sent, tracestate: "vendor=1,other=2" });
      expect(spans.getFinishedSpans()[0]?.parentSpanContext?.spanId).toBe("b7ad6b7169203331");
      expect(outgoing()).toMatchObject([{ tracestate: "vendor=1,other=2" }]);
    } finally {
      propagation.disable();
    }
  });

  test("headers are left to what has subscribed to the requests of fetch", async () => {
    const requests = channel("undici:request:create");
    const listener = (): void => undefined;
    requests.subscribe(listener);
    kiket.calls.length = 0;
    await deliver(calling, { traceparent: sent });
    requests.unsubscribe(listener);
    expect(outgoing()).toEqual([{ traceparent: undefined, tracestate: undefined }]);
  });
});

describe("without OpenTelemetry", () => {
  const pass = async (headers: Readonly<Record<string, string>>) => {
    kiket.calls.length = 0;
    const handler = defineHandler(v1, async (_payload, { api }) => {
      await api.GET("/api/v1/ext/rate_limit" as never);
    });
    expect(await deliver(handler, headers)).toBe(200);
    return kiket.calls.map(({ headers: { traceparent, tracestate } }) => ({ traceparent, tracestate }));
  };
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

  test("calls pass on what came with the delivery", async () => {
    expect(await pass({ traceparent, tracestate: "vendor=1" })).toEqual([{ traceparent, tracestate: "vendor=1" }]);
    expect(await pass({ traceparent: `${traceparent}, ${traceparent}` })).toMatchObject([{ traceparent }]);
    const later = `01${traceparent.slice(2)}-more`;
    expect(await pass({ traceparent: later })).toMatchObject([{ traceparent: later }]);
  });

  test("what is not valid goes nowhere", async () => {
    const nothing = [{ traceparent: undefined, tracestate: undefined }];
    expect(await pass({ traceparent: "no", tracestate: "vendor=1" })).toEqual(nothing);
    expect(await pass({})).toEqual(nothing);
    expect(await pass({ traceparent, tracestate: "x".repeat(513) })).toEqual([{ traceparent, tracestate: undefined }]);
  });
});
