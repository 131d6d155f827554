import { handlerFailure } from "../base/errors.js";
import { defined } from "../base/json.js";
import { builtinModule } from "../base/process.js";
import { errorClass } from "./record.js";

/** What channels and spans contain about a delivery: nothing of the payload, no token, and no text of an error. */
interface DeliveryTrace {
  readonly event: string;
  readonly version: string;
  readonly deliveryId: string;
  readonly extensionId: string | undefined;
  readonly extensionVersion: string | undefined;
}

/** Runs a handler so that tracers can see it, and settles as the handler does. */
export type Trace = <T>(describe: () => DeliveryTrace, run: () => Promise<T>) => Promise<T>;

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

interface OpenTelemetry {
  readonly trace?: {
    getTracer(name: string): {
      startActiveSpan<T>(name: string, options: object, run: (span: Span) => T): T;
    };
  };
}

/** `SpanKind.CONSUMER` and `SpanStatusCode.ERROR` of OpenTelemetry. */
const consumerKind = 4;
const errorStatus = 2;

/**
 * The global symbol under which `@opentelemetry/api` 1.x stores its configuration, so that all copies in one process share it.
 * Reading it costs nothing without OpenTelemetry, needs no import that a bundler must resolve, and also finds Deno's own.
 */
const openTelemetryKey = Symbol.for("opentelemetry.js.api.1");

function openTelemetry(): OpenTelemetry["trace"] {
  return (globalThis as { readonly [openTelemetryKey]?: OpenTelemetry })[openTelemetryKey]?.trace;
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
  tracer: NonNullable<OpenTelemetry["trace"]>,
  trace: DeliveryTrace,
  run: () => Promise<T>,
): Promise<T> {
  const { event, version, deliveryId, extensionId, extensionVersion } = trace;
  const attributes = defined({
    "kiket.event": event,
    "kiket.event_version": version,
    "kiket.delivery_id": deliveryId,
    "kiket.extension_id": extensionId,
    "kiket.extension_version": extensionVersion,
  });
  return tracer
    .getTracer("kiket-gen")
    .startActiveSpan(`handle ${event}`, { kind: consumerKind, attributes }, async (span) => {
      try {
        return await run();
      } catch (error) {
        span.setStatus({ code: errorStatus });
        span.setAttribute("error.type", errorClass(error));
        throw error;
      } finally {
        span.end();
      }
    });
}

/**
 * Publishes each run of a handler on the tracing channel `kiket-gen:delivery` of `node:diagnostics_channel`, and as a span of
 * kind "consumer" if OpenTelemetry is set up. Without subscribers it costs two lookups.
 */
export function createTrace(): Trace {
  const channels = builtinModule("node:diagnostics_channel") as ChannelModule | undefined;
  const channel = channels?.tracingChannel?.("kiket-gen:delivery");
  return (describe, run) => {
    const watched = channel !== undefined && isWatched(channel);
    const tracer = openTelemetry();
    if (!watched && tracer === undefined) return run();
    const trace = describe();
    const spanned = tracer === undefined ? run : () => spanOf(tracer, trace, run);
    return watched ? publish(channel, trace, spanned) : spanned();
  };
}
