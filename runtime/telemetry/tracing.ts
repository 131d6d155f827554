import { handlerFailure } from "../base/errors.js";
import { defined } from "../base/json.js";
import { builtinModule } from "../base/process.js";
import { errorClass } from "./record.js";

/** What subscribers of a delivery's channels and its span are told: nothing of the payload, no token, no error's text. */
interface DeliveryTrace {
  readonly event: string;
  readonly version: string;
  readonly deliveryId: string;
  readonly extensionId: string | undefined;
  readonly extensionVersion: string | undefined;
}

/** Runs a handler where tracers can see it; settles as the run does. */
export type Trace = <T>(describe: () => DeliveryTrace, run: () => Promise<T>) => Promise<T>;

interface Channel {
  readonly hasSubscribers?: boolean;
  readonly start?: { readonly hasSubscribers?: boolean };
  readonly asyncEnd?: { readonly hasSubscribers?: boolean };
  readonly error?: { readonly hasSubscribers?: boolean };
  tracePromise<T>(run: () => Promise<T>, message: object): Promise<T>;
}

/** The part of `node:diagnostics_channel` that is used; Bun and Deno have it too, workers need a flag for it. */
interface ChannelModule {
  tracingChannel?(name: string): Channel;
}

/** The part of OpenTelemetry's API that is used. */
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

const consumer = 4;
const failed = 2;

/**
 * Where `@opentelemetry/api` 1.x keeps what was set up with it, so that its copies in one process share it. Reading it costs
 * nothing where there is none, needs no import that a bundler would have to resolve, and finds Deno's own as well.
 */
const openTelemetryKey = Symbol.for("opentelemetry.js.api.1");

function openTelemetry(): OpenTelemetry["trace"] {
  return (globalThis as { readonly [openTelemetryKey]?: OpenTelemetry })[openTelemetryKey]?.trace;
}

function isWatched({ hasSubscribers, start, asyncEnd, error }: Channel): boolean {
  return hasSubscribers ?? [start, asyncEnd, error].some((channel) => channel?.hasSubscribers === true);
}

/** An error for those who watch: its class without its text. */
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
    .startActiveSpan(`handle ${event}`, { kind: consumer, attributes }, async (span) => {
      try {
        return await run();
      } catch (error) {
        span.setStatus({ code: failed });
        span.setAttribute("error.type", errorClass(error));
        throw error;
      } finally {
        span.end();
      }
    });
}

/**
 * Publishes each run of a handler on the tracing channel `kiket-gen:delivery` of `node:diagnostics_channel`, and as a span of
 * kind consumer where OpenTelemetry is set up. Costs two look-ups where nobody listens.
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
