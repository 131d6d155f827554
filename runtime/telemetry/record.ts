import { handlerFailure } from "../base/errors.js";

/** A record of one run of a handler. */
export interface TelemetryRecord {
  /** As it was sent. */
  readonly event: string;
  readonly version: string;
  /** The event of the handler, if it was sent with its other name, `issue.*` or `case.*`. */
  readonly handledAs?: string;
  /** Kiket's id of the delivery, the same in every attempt. */
  readonly deliveryId: string;
  /** The id in the log lines and the response of this attempt. */
  readonly correlationId: string;
  readonly status: "ok" | "error";
  /** Milliseconds of the handler. */
  readonly durationMs: number;
  /** When the handler started, in RFC 3339. */
  readonly timestamp: string;
  /** Null if `createExtension` was given none. */
  readonly extensionId: string | null;
  readonly extensionVersion: string | null;
  /** A fixed text. It is never the text of the exception, which may contain secrets. */
  readonly errorMessage: string | null;
  /** The name of the exception's class. */
  readonly errorClass: string | null;
  /** For a run after Kiket had its answer: `job_id`, and `attempt` from 1. Else empty. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A run after Kiket had its answer. */
export interface DeferredRun {
  readonly jobId: string;
  /** From 1. */
  readonly attempt: number;
}

/** The result of one run of a handler. */
export interface Outcome {
  readonly event: string;
  readonly version: string;
  readonly handledAs?: string;
  readonly deliveryId: string;
  readonly correlationId: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** What the handler threw, or undefined. */
  readonly failure: { readonly error: unknown } | undefined;
  /** Undefined for a run before Kiket has its answer. */
  readonly deferred?: DeferredRun | undefined;
}

/** The name of an error's class. Any code can set the `name` of an error, so a name that does not look like a class is not used. */
export function errorClass(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { name } = error;
  return typeof name === "string" && /^[A-Z][A-Za-z]{0,50}(Error|Exception)$/.test(name) ? name : "Error";
}

export function createRecord(
  extension: { readonly extensionId: string | undefined; readonly extensionVersion: string | undefined },
  { event, version, handledAs, deliveryId, correlationId, startedAt, durationMs, failure, deferred }: Outcome,
): TelemetryRecord {
  return {
    event,
    version,
    ...(handledAs === undefined ? {} : { handledAs }),
    deliveryId,
    correlationId,
    status: failure === undefined ? "ok" : "error",
    durationMs,
    timestamp: new Date(startedAt).toISOString(),
    extensionId: extension.extensionId ?? null,
    extensionVersion: extension.extensionVersion ?? null,
    errorMessage: failure === undefined ? null : handlerFailure,
    errorClass: failure === undefined ? null : errorClass(failure.error),
    metadata: deferred === undefined ? {} : { job_id: deferred.jobId, attempt: deferred.attempt },
  };
}

/** The record as a collector receives it: JSON with names in snake_case. */
export function recordToWire(record: TelemetryRecord): string {
  // See fact 350.
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
    // The collector's own record has no members for the ids, and none for the event of the handler.
    metadata: {
      delivery_id: record.deliveryId,
      correlation_id: record.correlationId,
      handled_as: record.handledAs,
      ...record.metadata,
    },
  });
}
