import { createIngestionClient } from "../ingestion/client.js";
import type { NormalizedEvent, NormalizedEvidence, RawEvent, SubmissionReceipt } from "../ingestion/types.js";
import { localOrganization } from "../platform/http/api-keys.js";
import type { ApiCall } from "../platform/http/recorded-calls.js";
import type { IngestedEvent } from "../platform/ingest.js";
import { createPlatform, type Platform } from "../platform/platform.js";
import { type AdapterFailure, type AdapterRun, runUntilClaimed } from "./adapter-run.js";
import { createLogRecorder, type LogRecord } from "./log-recorder.js";
import type { TestPlatformOptions } from "./test-extension.js";

/** A raw event of a third party. Types that the adapter does not know can be sent too. */
export interface TestEvent<SourceEventType extends string = string> extends Omit<IngestedEvent, "organizationId"> {
  readonly sourceEventType?: SourceEventType | (string & {});
}

/** A normalised event as Kiket gets it: all times are text. */
export interface SubmittedEvent<EvidenceType extends string = string>
  extends Omit<NormalizedEvent, "occurredAt" | "evidence"> {
  readonly occurredAt: string;
  readonly evidence: readonly (Omit<NormalizedEvidence, "evidenceType" | "capturedAt"> & {
    readonly evidenceType: EvidenceType;
    readonly capturedAt: string;
  })[];
}

/** What became of one raw event. */
export interface AdapterOutcome<EvidenceType extends string = string> {
  /** As the adapter gets it. */
  readonly rawEvent: RawEvent;
  /** Kiket had an event with this `idempotencyKey` before. If that one is submitted or leased, the adapter gets nothing. */
  readonly duplicate: boolean;
  /** What Kiket has accepted. Undefined if nothing was submitted, or if it was refused. */
  readonly submitted: SubmittedEvent<EvidenceType> | undefined;
  /** Kiket's answer to it. */
  readonly receipt: SubmissionReceipt | undefined;
  /** Why nothing was submitted. Undefined too if the event could not be claimed, such as a duplicate. */
  readonly failure: AdapterFailure | undefined;
  /** The claims, and the submissions of this event, in order. */
  readonly calls: readonly ApiCall[];
}

/** An evidence adapter with its own local Kiket. */
export interface TestAdapter<SourceEventType extends string = string, EvidenceType extends string = string> {
  /** The local Kiket of the adapter. */
  readonly platform: Platform;
  /** Gives one raw event to Kiket, and runs the adapter until it has claimed and submitted it. */
  run(event: TestEvent<SourceEventType>): Promise<AdapterOutcome<EvidenceType>>;
  /**
   * Runs the adapter until nothing can be claimed: events of the seed, and those that failed, once their lease has ended. If a claim
   * fails, its error is thrown, since it belongs to no event.
   */
  runAll(): Promise<readonly AdapterOutcome<EvidenceType>[]>;
  /** Every request to the platform, in order. Each outcome also contains its own requests. */
  readonly calls: readonly ApiCall[];
  /** Every log line of the adapter, in order. */
  readonly logs: readonly LogRecord[];
  /** Clears calls, log lines and faults, and restores the platform's seed. */
  reset(): void;
  /** Closes the platform. */
  close(): Promise<void>;
}

/** The type of `createTestAdapter` in generated code. */
export type TypedCreateTestAdapter<SourceEventType extends string, EvidenceType extends string> = (
  options?: TestPlatformOptions,
) => Promise<TestAdapter<SourceEventType, EvidenceType>>;

/** Makes the typed `createTestAdapter` for generated code. */
export function bindTestAdapter<SourceEventType extends string, EvidenceType extends string>(
  normalize: (rawEvent: RawEvent) => NormalizedEvent,
): TypedCreateTestAdapter<SourceEventType, EvidenceType> {
  return (options) => createTestAdapter(normalize, options) as Promise<TestAdapter<SourceEventType, EvidenceType>>;
}

/** The key of the adapter. It may do no more than the key that Kiket gives a runner. */
const runner = { key: "kik_local_runner", scopes: ["raw-events:claim", "raw-events:submit"] };

/**
 * Starts a local Kiket for an evidence adapter. As in `runAdapter`, the adapter claims events over HTTP, normalises them, and submits
 * the results. Waits before retries pass at once, on the platform's clock. Log lines are stored in `logs`.
 */
export async function createTestAdapter(
  normalize: (rawEvent: RawEvent) => NormalizedEvent,
  { platform: options = {} }: TestPlatformOptions = {},
): Promise<TestAdapter> {
  const platform = await createPlatform({ ...options, apiKeys: [...(options.apiKeys ?? []), runner] });
  const { now, advance } = platform.clock;
  const { logger, records } = createLogRecorder();
  const client = createIngestionClient({
    apiKey: runner.key,
    organizationId: localOrganization,
    baseUrl: platform.baseUrl,
    now,
    sleep: async (milliseconds) => advance(milliseconds),
  });

  /** One run at a time: each would claim the events of the other. */
  let last: Promise<unknown> = Promise.resolve();
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  }

  async function runUntil(wanted: string | undefined): Promise<{ run: AdapterRun; calls: readonly ApiCall[] }> {
    const before = platform.calls.length;
    const run = await runUntilClaimed(wanted, { client, normalize, logger });
    return { run, calls: platform.calls.slice(before) };
  }

  return {
    platform,
    run: (event) =>
      inTurn(async () => {
        const { rawEvent, duplicate } = platform.ingest(event);
        const { run, calls } = await runUntil(rawEvent.id);
        return outcomeOf(rawEvent, duplicate, run, calls);
      }),
    runAll: () =>
      inTurn(async () => {
        const { run, calls } = await runUntil(undefined);
        if (run.claimFailure !== undefined) throw run.claimFailure.cause;
        return [...run.claimed.values()].map((rawEvent) => outcomeOf(rawEvent, false, run, calls));
      }),
    calls: platform.calls,
    logs: records,
    reset() {
      platform.reset();
      records.length = 0;
    },
    close: platform.close,
  };
}

function outcomeOf(
  rawEvent: RawEvent,
  duplicate: boolean,
  { receipts, failures, claimFailure }: AdapterRun,
  all: readonly ApiCall[],
): AdapterOutcome {
  const own = `/${encodeURIComponent(rawEvent.id)}/submit`;
  const calls = all.filter(({ operationId, path }) => operationId !== "submitRawEvent" || path.endsWith(own));
  const receipt = receipts.get(rawEvent.id);
  return {
    rawEvent,
    duplicate,
    submitted: receipt && submittedIn(calls),
    receipt,
    failure: receipt === undefined ? (failures.get(rawEvent.id) ?? claimFailure) : undefined,
    calls,
  };
}

/** The last submission, as it was sent. */
function submittedIn(calls: readonly ApiCall[]): SubmittedEvent | undefined {
  const sent = calls.findLast(({ operationId }) => operationId === "submitRawEvent");
  return (sent?.body as { readonly normalized: SubmittedEvent } | undefined)?.normalized;
}
