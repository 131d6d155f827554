import { createDeadline, within } from "../base/deadline.js";
import type { Fetch } from "../base/fetch.js";
import type { Logger } from "../base/logger.js";
import { type Sleep, sleepInBackground } from "../base/sleep.js";
import type { TelemetryConfig } from "./options.js";
import { createQueue, Final, type LossReason, mostQueued } from "./queue.js";
import { createRecord, type Outcome, type TelemetryRecord, toWire } from "./record.js";

/** Where outcomes go: no function throws, and `report` takes no time of the response. */
export interface Telemetry {
  report(outcome: Outcome): void;
  /** For the end of a request: sends what waits, for 3 s at the most, and keeps what is left for the next one. */
  flush(): Promise<void>;
  /** For the end of the process: the same, but what is left after 3 s is given up. */
  close(): Promise<void>;
}

/** What is reported, and how it is sent. */
interface TelemetryInputs {
  readonly telemetry: TelemetryConfig;
  readonly extensionId: string | undefined;
  readonly extensionVersion: string | undefined;
  readonly logger: Logger;
  readonly fetch: Fetch;
}

/** Waiting and chance, for tests. */
interface TelemetryParts {
  readonly sleep?: Sleep;
  readonly random?: () => number;
}

const timeoutMilliseconds = 5_000;
/** Shorter than the time for one post: an end that waits must not wait for a collector that never answers. */
const flushMilliseconds = 3_000;

const silent: Telemetry = { report: () => undefined, flush: () => Promise.resolve(), close: () => Promise.resolve() };

/** Posts a record without any credential: the collector may be anybody's. */
async function post(fetch: Fetch, endpoint: string, record: TelemetryRecord, stop: AbortSignal): Promise<void> {
  const deadline = createDeadline(timeoutMilliseconds, stop);
  try {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: toWire(record),
      redirect: "manual",
      signal: deadline.signal,
    });
    await response.body?.cancel();
    if (response.ok) return;
    const message = `The collector answered ${response.status}`;
    throw response.status === 429 || response.status >= 500 ? new Error(message) : new Final(message);
  } finally {
    deadline.clear();
  }
}

const losses: Readonly<Record<LossReason, string>> = {
  "queue full": `the collector is slower than the deliveries, and only the newest ${mostQueued} wait`,
  "not delivered": "the collector did not take them",
  closed: "there was no time left before the end",
};

/** Sends a record of every run of a handler where it is configured to, in the background (wire contract §3.7, D5, D37). */
export function createTelemetry(inputs: TelemetryInputs, parts: TelemetryParts = {}): Telemetry {
  const { telemetry, logger, fetch } = inputs;
  const { endpoint, onRecord } = telemetry;
  if (endpoint === undefined && onRecord === undefined) return silent;
  const observers = new Set<Promise<void>>();
  const queue = createQueue<TelemetryRecord>({
    send: (record, stop) => (endpoint === undefined ? Promise.resolve() : post(fetch, endpoint, record, stop)),
    sleep: parts.sleep ?? sleepInBackground,
    random: parts.random ?? Math.random,
    // Once, until a record arrives again: a collector that is down must not fill the log.
    onLoss: (reason, cause) => {
      logger.warn(`Telemetry records are being lost: ${losses[reason]}`, cause === undefined ? {} : { cause });
    },
  });

  const observe = async (record: TelemetryRecord): Promise<void> => {
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    try {
      await onRecord?.(record);
    } catch (cause) {
      logger.warn("telemetry.onRecord failed", { cause });
    }
  };

  const settle = async (sent: Promise<void>): Promise<void> => {
    await within(Promise.all([sent, ...observers]), flushMilliseconds);
  };

  return {
    report(outcome) {
      const record = createRecord(inputs, outcome);
      if (endpoint !== undefined) queue.push(record);
      if (onRecord === undefined) return;
      const observer = observe(record);
      // Not waited for: what never ends must not be kept.
      if (observers.size >= mostQueued) return;
      observers.add(observer);
      void observer.finally(() => observers.delete(observer));
    },
    flush: () => settle(queue.flush(flushMilliseconds)),
    close: () => settle(queue.close(flushMilliseconds)),
  };
}
