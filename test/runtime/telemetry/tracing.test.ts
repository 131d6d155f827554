import { AsyncLocalStorage } from "node:async_hooks";
import { channel, tracingChannel } from "node:diagnostics_channel";
import { inspect } from "node:util";
import { type Context, context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { defineHandler, type Handler } from "../../../runtime/index.js";
import { createTrace } from "../../../runtime/telemetry/tracing.js";
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
  extensionId: "com.example.greeter",
  extensionVersion: "1.2.3",
};

async function deliver(handler: Handler): Promise<number> {
  const extension = kiket.extension({
    extensionId: "com.example.greeter",
    extensionVersion: "1.2.3",
    handlers: [handler],
  });
  const response = await extension.fetch(await kiket.request({ headers: { "x-kiket-delivery": "d-1" } }));
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
    expect(heard[0]?.[1]).toEqual(told);
  });

  test("publishes only the class of an error", async () => {
    for (const [phase, listener] of listeners) phase.subscribe(listener);
    expect(await deliver(failing)).toBe(500);
    expect(heard.map(([phase]) => phase)).toEqual(["start", "end", "error", "asyncStart", "asyncEnd"]);
    expect(heard[2]?.[1]).toMatchObject({ ...told, error: { name: "RangeError", message: "The handler failed" } });
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
      async () => "fine",
    );
    expect([result, described]).toEqual(["fine", 0]);
  });

  test("a failing run rejects with its own error", async () => {
    const error = new Error("own");
    const run = () =>
      createTrace()(
        () => told,
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

  test("a refused delivery is not recorded", async () => {
    const extension = kiket.extension({ handlers: [fine] });
    const response = await extension.fetch(await kiket.request({ path: "/v/v1/webhooks/other" }));
    expect([response.status, spans.getFinishedSpans()]).toEqual([404, []]);
  });
});
