import { singleValue } from "../base/headers.js";
import { builtinModule } from "../base/process.js";

/** The used part of a context of OpenTelemetry. */
export interface TraceContext {
  getValue(key: symbol): unknown;
  setValue(key: symbol, value: unknown): TraceContext;
  deleteValue(key: symbol): TraceContext;
}

interface SpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly isRemote?: boolean;
  readonly traceState?: { serialize(): string };
}

/** The used part of OpenTelemetry's global configuration. */
export interface TraceGlobals {
  readonly context?: { active(): TraceContext };
  readonly propagation?: { extract(context: TraceContext, headers: Headers, getter: object): TraceContext };
}

/** Where `@opentelemetry/api` 1.x keeps the span of a context. It uses `Symbol.for`, so that all copies of it find the same. */
const spanKey = Symbol.for("OpenTelemetry Context Key SPAN");
const parentHeader = "traceparent";
const stateHeader = "tracestate";

/** W3C Trace Context: a version, the trace, the calling span, flags. Later versions may add more behind a hyphen. */
const traceParent = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(-.*)?$/;
/** What the header may contain: printable ASCII. */
const traceState = /^[\x20-\x7e]{1,512}$/;

interface Parent extends SpanContext {
  readonly text: string;
}

function parentIn(headers: Headers): Parent | undefined {
  const text = singleValue(headers, parentHeader) ?? "";
  const [, version, traceId = "", spanId = "", flags = "", rest] = traceParent.exec(text) ?? [];
  if (version === undefined || (version === "00" && rest !== undefined)) return undefined;
  return { text, traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
}

function contextWith(values: ReadonlyMap<symbol, unknown>): TraceContext {
  return {
    getValue: (key) => values.get(key),
    setValue: (key, value) => contextWith(new Map([...values, [key, value]])),
    deleteValue: (key) => contextWith(new Map([...values].filter(([each]) => each !== key))),
  };
}

const getter = {
  get: (headers: Headers, name: string): string | undefined =>
    (name === parentHeader ? singleValue(headers, name) : headers.get(name)) ?? undefined,
  keys: (headers: Headers): readonly string[] => [...headers.keys()],
};

/**
 * The context for the span of a delivery, if its headers name the span that sent it. Undefined if they name none, or if a span is
 * active already, which then is below that one: of an instrumented server, say.
 */
export function contextOfSender({ context, propagation }: TraceGlobals, headers: Headers): TraceContext | undefined {
  const active = context?.active() ?? contextWith(new Map());
  if (active.getValue(spanKey) !== undefined) return undefined;
  const extracted = propagation?.extract(active, headers, getter);
  if (extracted?.getValue(spanKey) !== undefined) return extracted;
  const parent = parentIn(headers);
  return parent === undefined ? undefined : active.setValue(spanKey, { spanContext: () => parent });
}

function hex(value: number): string {
  return value.toString(16).padStart(2, "0");
}

/** Whether something adds the headers of a trace to every request of `fetch`. A second one would make both invalid. */
function isFetchInstrumented(): boolean {
  const channels = builtinModule("node:diagnostics_channel") as
    | { channel?(name: string): { readonly hasSubscribers: boolean } }
    | undefined;
  return channels?.channel?.("undici:request:create").hasSubscribers === true;
}

function isSpan(value: unknown): value is { spanContext(): SpanContext } {
  return typeof (value as { readonly spanContext?: unknown } | undefined)?.spanContext === "function";
}

/** The headers of the active span, else of what came with the delivery. Invalid headers of a delivery go nowhere. */
export function carriedTrace(globals: TraceGlobals | undefined, received: Headers): Readonly<Record<string, string>> {
  const span = globals?.context?.active()?.getValue(spanKey);
  if (isSpan(span)) {
    const { traceId, spanId, traceFlags, traceState: state } = span.spanContext();
    const own = state?.serialize() ?? "";
    return {
      [parentHeader]: `00-${traceId}-${spanId}-${hex(traceFlags)}`,
      ...(own === "" ? {} : { [stateHeader]: own }),
    };
  }
  const parent = parentIn(received);
  if (parent === undefined) return {};
  const state = received.get(stateHeader) ?? "";
  return { [parentHeader]: parent.text, ...(traceState.test(state) ? { [stateHeader]: state } : {}) };
}

/** The same for a call of a handler: none if something else adds those of the active span. */
export function traceHeaders(globals: TraceGlobals | undefined, received: Headers): Readonly<Record<string, string>> {
  const isActive = isSpan(globals?.context?.active()?.getValue(spanKey));
  return isActive && isFetchInstrumented() ? {} : carriedTrace(globals, received);
}
