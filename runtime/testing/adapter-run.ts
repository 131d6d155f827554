import { reasonOf } from "../base/errors.js";
import { isJsonObject } from "../base/json.js";
import type { Logger } from "../base/logger.js";
import { normalizedBy, runNormalizer } from "../ingestion/claim-loop.js";
import type { IngestionClient } from "../ingestion/client.js";
import type { NormalizedEvent, RawEvent, SubmissionReceipt } from "../ingestion/types.js";

/** Why nothing was submitted for a raw event. */
export interface AdapterFailure {
  /** The claim failed, the normaliser threw an error, or the result could not be sent or was refused. */
  readonly reason: "claim-failed" | "normalizer-failed" | "submission-failed";
  /** In words. */
  readonly message: string;
  /** What was thrown. */
  readonly cause: unknown;
}

/** What an adapter has done from its first claim until it was stopped. Events are named by their ids. */
export interface AdapterRun {
  readonly claimed: ReadonlyMap<string, RawEvent>;
  readonly receipts: ReadonlyMap<string, SubmissionReceipt>;
  readonly failures: ReadonlyMap<string, AdapterFailure>;
  /** Why the last claim failed. */
  readonly claimFailure: AdapterFailure | undefined;
}

interface Adapter {
  readonly client: Pick<IngestionClient, "claimRawEvents" | "submitRawEvent">;
  readonly normalize: (rawEvent: RawEvent) => NormalizedEvent;
  readonly logger: Logger;
}

/** Runs the claim loop until it has claimed this event, nothing new can be claimed, or a claim fails. */
export async function runUntilClaimed(
  wanted: string | undefined,
  { client, normalize, logger }: Adapter,
): Promise<AdapterRun> {
  const ending = new AbortController();
  const claimed = new Map<string, RawEvent>();
  const receipts = new Map<string, SubmissionReceipt>();
  const failures = new Map<string, AdapterFailure>();
  let claimFailure: AdapterFailure | undefined;

  await runNormalizer({
    client: {
      async claimRawEvents(options) {
        try {
          const events = await client.claimRawEvents(options);
          // A test may have replaced the answer, so an item can be anything.
          const fresh = events.filter((event) => isJsonObject(event) && !claimed.has(event.id));
          for (const event of fresh) claimed.set(event.id, event);
          if (fresh.length === 0 || (wanted !== undefined && claimed.has(wanted))) ending.abort();
          return events;
        } catch (cause) {
          claimFailure = failureOf("claim-failed", cause);
          ending.abort();
          throw cause;
        }
      },
      async submitRawEvent(id, normalized) {
        try {
          const receipt = await client.submitRawEvent(id, normalized);
          receipts.set(id, receipt);
          return receipt;
        } catch (cause) {
          failures.set(id, failureOf("submission-failed", cause));
          throw cause;
        }
      },
    },
    normalize(rawEvent) {
      try {
        return normalizedBy(normalize, rawEvent);
      } catch (cause) {
        failures.set(rawEvent.id, failureOf("normalizer-failed", cause));
        throw cause;
      }
    },
    logger,
    signal: ending.signal,
    // Each claim of the local Kiket shows at once whether there is more.
    sleep: async () => undefined,
  });
  return { claimed, receipts, failures, claimFailure };
}

function failureOf(reason: AdapterFailure["reason"], cause: unknown): AdapterFailure {
  return { reason, message: reasonOf(cause), cause };
}
