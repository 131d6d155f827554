import { createDeadline, within } from "../base/deadline.js";
import type { Fetch } from "../base/fetch.js";
import type { Logger } from "../base/logger.js";
import { type Sleep, sleepInBackground } from "../base/sleep.js";
import type { TelemetryConfig } from "./options.js";
import { createRecordQueue, type LossReason, mostQueued, PermanentFailure } from "./queue.js";
import { createRecord, type Outcome, recordToWire, type TelemetryRecord } from "./record.js";

/** Reports the results of handlers. No function throws, and `report` never delays the response. */
export interface Telemetry {
  /** Whether nobody is told: then nothing has to be put together for `report`. */
  readonly isSilent: boolean;
  report(outcome: Outcome): void;
  /** For the end of a request: sends the waiting records for at most 3 s, and keeps the rest for the next call. */
  flush(): Promise<void>;
  /** For the end of the process: does the same, but drops what is left after 3 s. */
  close(): Promise<void>;
}

/** What is reported and how it is sent. */
interface TelemetryInputs {
  readonly telemetry: TelemetryConfig;
  readonly extensionId: string | undefined;
  readonly extensionVersion: string | undefined;
  readonly logger: Logger;
  readonly fetch: Fetch;
}

/** What it works with. Given outside of tests: `onDrop`. */
interface TelemetryParts {
  /** Is told of every record that is lost. Default: nobody is. */
  readonly onDrop?: (reason: LossReason, records: number) => void;
  readonly sleep?: Sleep;
  readonly random?: () => number;
}

const timeoutMilliseconds = 5_000;
/** Shorter than the timeout of a request, so that closing does not wait for a collector that never responds. */
const flushMilliseconds = 3_000;

const silent: Telemetry = {
  isSilent: true,
  report: () => undefined,
  flush: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/** Posts a record without credentials, since the collector may belong to a third party. */
async function post(fetch: Fetch, endpoint: string, record: TelemetryRecord, stop: AbortSignal): Promise<void> {
  const deadline = createDeadline(timeoutMilliseconds, stop);
  try {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: recordToWire(record),
      redirect: "manual",
      signal: deadline.signal,
    });
    await response.body?.cancel();
    if (response.ok) return;
    const message = `The collector answered ${response.status}`;
    throw response.status === 429 || response.status >= 500 ? new Error(message) : new PermanentFailure(message);
  } finally {
    deadline.clear();
  }
}

const lossTexts: Readonly<Record<LossReason, string>> = {
  "queue-full": `the queue is full, so only the newest ${mostQueued} are kept`,
  "not-delivered": "the collector did not accept them",
  closed: "the extension closed before they were sent",
};

/** Makes and sends a record of every run of a handler, in the background, if telemetry is configured. */
export function createTelemetry(inputs: TelemetryInputs, parts: TelemetryParts = {}): Telemetry {
  // In the SDKs the answer waits for telemetry (fact 1005), and a failed record is not sent again (fact 1037).
  const { telemetry, logger, fetch } = inputs;
  const { endpoint, onRecord } = telemetry;
  if (endpoint === undefined && onRecord === undefined) return silent;
  const observers = new Set<Promise<void>>();
  const queue = createRecordQueue<() => TelemetryRecord>({
    send: (make, stop) => (endpoint === undefined ? Promise.resolve() : post(fetch, endpoint, make(), stop)),
    sleep: parts.sleep ?? sleepInBackground,
    random: parts.random ?? Math.random,
    ...(parts.onDrop === undefined ? {} : { onDrop: parts.onDrop }),
    // Logged once until a record is sent again, so that a collector that is down does not fill the log.
    onLoss: (reason, cause) => {
      logger.warn(`Telemetry records are being lost: ${lossTexts[reason]}`, cause === undefined ? {} : { cause });
    },
  });

  const made = (record: TelemetryRecord) => () => record;
  const madeLater = (outcome: Outcome) => () => createRecord(inputs, outcome);
  /** Makes a record only when it is sent: while the collector is down, most are dropped before. What was thrown is not kept. */
  const keep = (outcome: Outcome): (() => TelemetryRecord) =>
    outcome.failure === undefined ? madeLater(outcome) : made(createRecord(inputs, outcome));

  const observe = async (record: TelemetryRecord): Promise<void> => {
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    try {
      await onRecord?.(record);
    } catch (cause) {
      const { event, version, deliveryId, correlationId } = record;
      logger.warn("telemetry.onRecord failed", { event, version, deliveryId, correlationId, cause });
    }
  };

  const settle = async (sent: Promise<void>): Promise<void> => {
    await within(Promise.all([sent, ...observers]), flushMilliseconds);
  };

  return {
    isSilent: false,
    report(outcome) {
      if (endpoint !== undefined) queue.push(keep(outcome));
      if (onRecord === undefined) return;
      const observer = observe(createRecord(inputs, outcome));
      // Further observers are not waited for: those that never end would fill the memory.
      if (observers.size >= mostQueued) return;
      observers.add(observer);
      void observer.finally(() => observers.delete(observer));
    },
    flush: () => settle(queue.flush(flushMilliseconds)),
    close: () => settle(queue.close(flushMilliseconds)),
  };
}
