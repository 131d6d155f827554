import type { Config } from "./config.js";
import { within } from "./deadline.js";

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

export interface Outcome {
  readonly event: string;
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** What the handler threw, or undefined. */
  readonly failure: { readonly error: unknown } | undefined;
}

/** Where outcomes go: neither function throws, and `report` takes no time of the response. */
export interface Telemetry {
  report(outcome: Outcome): void;
  /** Resolves when everything reported before was sent or given up, after 5 s at the latest. */
  flush(): Promise<void>;
}

const timeoutMilliseconds = 5_000;
/** A collector that is slow or down must not fill the memory. */
const mostPending = 1_000;

function classOf(error: unknown): string {
  const name = error instanceof Error ? error.name : typeof error;
  return /^[A-Za-z_$][\w$]{0,63}$/.test(name) ? name : "Error";
}

function createRecord({ extensionId, extensionVersion }: Config, outcome: Outcome): TelemetryRecord {
  const { event, version, startedAt, durationMs, failure } = outcome;
  return {
    event,
    version,
    status: failure === undefined ? "ok" : "error",
    durationMs,
    timestamp: new Date(startedAt).toISOString(),
    extensionId: extensionId ?? null,
    extensionVersion: extensionVersion ?? null,
    errorMessage: failure === undefined ? null : "The handler failed",
    errorClass: failure === undefined ? null : classOf(failure.error),
    metadata: {},
  };
}

function toWire(record: TelemetryRecord): string {
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

const silent: Telemetry = { report: () => undefined, flush: () => Promise.resolve() };

/** Posts a record without any credential: the collector may be anybody's. */
async function post(config: Config, endpoint: string, record: TelemetryRecord): Promise<void> {
  const response = await config.fetch(endpoint, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: toWire(record),
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMilliseconds),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`The collector answered ${response.status}`);
}

export function createTelemetry(config: Config): Telemetry {
  const { endpoint, onRecord } = config.telemetry;
  if (endpoint === undefined && onRecord === undefined) return silent;
  const running = new Set<Promise<void>>();

  const deliver = async (outcome: Outcome): Promise<void> => {
    // A turn of the event loop later the response is on its way.
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    const record = createRecord(config, outcome);
    const observed = (async () => onRecord?.(record))();
    const posted = endpoint === undefined ? undefined : post(config, endpoint, record);
    const results = await Promise.allSettled([observed, posted]);
    for (const result of results) {
      if (result.status === "rejected") config.logger.warn("A telemetry record was lost", { cause: result.reason });
    }
  };

  return {
    report(outcome) {
      if (running.size >= mostPending) return;
      const task = deliver(outcome).catch(() => undefined);
      running.add(task);
      void task.finally(() => running.delete(task));
    },
    async flush() {
      await within(Promise.all(running), timeoutMilliseconds);
    },
  };
}
