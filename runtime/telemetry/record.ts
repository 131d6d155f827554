import { handlerFailure } from "../base/errors.js";

/** One run of a handler (wire contract §3.7). */
export interface TelemetryRecord {
  readonly event: string;
  readonly version: string;
  readonly status: "ok" | "error";
  readonly durationMs: number;
  /** RFC 3339; when the handler started. */
  readonly timestamp: string;
  readonly extensionId: string | null;
  readonly extensionVersion: string | null;
  /** A fixed text, never an exception's own: that may hold secrets. */
  readonly errorMessage: string | null;
  /** The exception's class name. */
  readonly errorClass: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** How a run of a handler ended. */
export interface Outcome {
  readonly event: string;
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** What the handler threw, or undefined. */
  readonly failure: { readonly error: unknown } | undefined;
}

/** An error's class. Anybody may set an error's `name`, so one that does not look like a class is not passed on. */
export function errorClass(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { name } = error;
  return typeof name === "string" && /^[A-Z][A-Za-z]{0,50}(Error|Exception)$/.test(name) ? name : "Error";
}

export function createRecord(
  extension: { readonly extensionId: string | undefined; readonly extensionVersion: string | undefined },
  { event, version, startedAt, durationMs, failure }: Outcome,
): TelemetryRecord {
  return {
    event,
    version,
    status: failure === undefined ? "ok" : "error",
    durationMs,
    timestamp: new Date(startedAt).toISOString(),
    extensionId: extension.extensionId ?? null,
    extensionVersion: extension.extensionVersion ?? null,
    errorMessage: failure === undefined ? null : handlerFailure,
    errorClass: failure === undefined ? null : errorClass(failure.error),
    metadata: {},
  };
}

/** The body that collectors take, as JSON. */
export function toWire(record: TelemetryRecord): string {
  return JSON.stringify({
    event: record.event,
    version: record.version,
    status: record.status,
    duration_ms: record.durationMs,
    timestamp: record.timestamp,
    extension_id: record.extensionId,
    extension_version: record.extensionVersion,
    error_message: record.errorMessage,
    error_class: record.errorClass,
    metadata: record.metadata,
  });
}
