import { handlerFailure } from "../base/errors.js";
import { defined } from "../base/json.js";
import { builtinModule } from "../base/process.js";
import { openTelemetry } from "./open-telemetry.js";
import { type DeferredRun, errorClass } from "./record.js";
import { carriedTrace, contextOfSender, type TraceContext, type TraceGlobals, traceHeaders } from "./trace-context.js";

/** What channels and spans contain about a delivery: nothing of the payload, no token, and no text of an error. */
interface DeliveryTrace extends Partial<DeferredRun> {
  readonly event: string;
  readonly version: string;
  readonly handledAs?: string;
  readonly deliveryId: string;
  readonly correlationId: string;
  readonly extensionId: string | undefined;
  readonly extensionVersion: string | undefined;
}

/**
 * Runs a handler so that tracers can see it, and settles as the handler does. The headers of the delivery may name the span that
 * sent it.
 */
export type Trace = <T>(describe: () => DeliveryTrace, headers: Headers, run: () => Promise<T>) => Promise<T>;

interface Channel {
  readonly hasSubscribers?: boolean;
  readonly start?: { readonly hasSubscribers?: boolean };
  readonly asyncEnd?: { readonly hasSubscribers?: boolean };
  readonly error?: { readonly hasSubscribers?: boolean };
  tracePromise<T>(run: () => Promise<T>, message: object): Promise<T>;
}

/** The used part of `node:diagnostics_channel`. Bun and Deno have it too; workers need a flag for it. */
interface ChannelModule {
  tracingChannel?(name: string): Channel;
}

/** The used part of OpenTelemetry's API. */
interface Span {
  setStatus(status: { readonly code: number }): unknown;
  setAttribute(name: string, value: string): unknown;
  end(): void;
}

interface OpenTelemetry extends TraceGlobals {
  readonly trace?: {
    getTracer(name: string): {
      startActiveSpan<T>(name: string, options: object, run: (span: Span) => T): T;
      startActiveSpan<T>(name: string, options: object, context: TraceContext, run: (span: Span) => T): T;
    };
  };
}

/** `SpanKind.PRODUCER`, `SpanKind.CONSUMER` and `SpanStatusCode.ERROR` of OpenTelemetry. */
const producerKind = 3;
const consumerKind = 4;
const errorStatus = 2;

/** The headers that make a call of a handler part of the trace. `received` are those of the delivery. */
export function outgoingTrace(received: Headers): Readonly<Record<string, string>> {
  return traceHeaders(openTelemetry<OpenTelemetry>(), received);
}

function isWatched({ hasSubscribers, start, asyncEnd, error }: Channel): boolean {
  return hasSubscribers ?? [start, asyncEnd, error].some((channel) => channel?.hasSubscribers === true);
}

/** An error for subscribers: its class without its text, which may contain secrets (fact 1004). */
function withoutText(error: unknown): Error {
  const shown = new Error(handlerFailure);
  shown.name = errorClass(error);
  shown.stack = `${shown.name}: ${shown.message}`;
  return shown;
}

async function publish<T>(channel: Channel, trace: DeliveryTrace, run: () => Promise<T>): Promise<T> {
  let failure: { readonly error: unknown } | undefined;
  const hidingText = async (): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      failure = { error };
      throw withoutText(error);
    }
  };
  try {
    return await channel.tracePromise(hidingText, { ...trace });
  } catch (error) {
    throw failure === undefined ? error : failure.error;
  }
}

function spanOf<T>(
  globals: OpenTelemetry & Required<Pick<OpenTelemetry, "trace">>,
  trace: DeliveryTrace,
  headers: Headers,
  run: () => Promise<T>,
  { verb, kind } = { verb: "handle", kind: consumerKind },
): Promise<T> {
  const { event, version, handledAs, deliveryId, correlationId, extensionId, extensionVersion, jobId, attempt } = trace;
  const attributes = defined({
    "kiket.event": event,
    "kiket.event_version": version,
    "kiket.handled_as": handledAs,
    "kiket.delivery_id": deliveryId,
    "kiket.correlation_id": correlationId,
    "kiket.extension_id": extensionId,
    "kiket.extension_version": extensionVersion,
    "kiket.job_id": jobId,
    "kiket.attempt": attempt,
  });
  const inSpan = async (span: Span): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      span.setStatus({ code: errorStatus });
      span.setAttribute("error.type", errorClass(error));
      throw error;
    } finally {
      span.end();
    }
  };
  const tracer = globals.trace.getTracer("kiket-gen");
  const options = { kind, attributes };
  const sender = contextOfSender(globals, headers);
  return sender === undefined
    ? tracer.startActiveSpan(`${verb} ${event}`, options, inSpan)
    : tracer.startActiveSpan(`${verb} ${event}`, options, sender, inSpan);
}

function hasTracer(globals: OpenTelemetry | undefined): globals is Parameters<typeof spanOf>[0] {
  return globals?.trace !== undefined;
}

/**
 * Publishes each run of a handler on the tracing channel `kiket-gen:delivery` of `node:diagnostics_channel`, and as a span of
 * kind "consumer" if OpenTelemetry is set up. Without subscribers it costs two lookups.
 */
export function createTrace(): Trace {
  const channels = builtinModule("node:diagnostics_channel") as ChannelModule | undefined;
  const channel = channels?.tracingChannel?.("kiket-gen:delivery");
  return (describe, headers, run) => {
    const watched = channel !== undefined && isWatched(channel);
    const globals = openTelemetry<OpenTelemetry>();
    const isTraced = hasTracer(globals);
    if (!watched && !isTraced) return run();
    const trace = describe();
    const spanned = isTraced ? () => spanOf(globals, trace, headers, run) : run;
    return watched ? publish(channel, trace, spanned) : spanned();
  };
}

/**
 * Stores a delivery for a later run as a span of kind "producer" if OpenTelemetry is set up. `store` gets the headers that make the run
 * part of the trace: those of that span, else what came with the delivery.
 */
export function traceDeferral<T>(
  describe: () => DeliveryTrace,
  headers: Headers,
  store: (carried: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const globals = openTelemetry<OpenTelemetry>();
  const run = () => store(carriedTrace(globals, headers));
  return hasTracer(globals) ? spanOf(globals, describe(), headers, run, { verb: "defer", kind: producerKind }) : run();
}
