import { reasonOf } from "../base/errors.js";
import type { Logger } from "../base/logger.js";
import { type Sleep, sleep } from "../base/sleep.js";
import type { IngestionClient } from "./client.js";
import type { NormalizedEvent, RawEvent } from "./types.js";

interface AdapterRunnerOptions {
  readonly client: Pick<IngestionClient, "claimRawEvents" | "submitRawEvent">;
  readonly normalize: (rawEvent: RawEvent) => NormalizedEvent;
  readonly logger: Logger;
  /** Ends the run after the events in hand: what is claimed, or being claimed, is still submitted. */
  readonly signal: AbortSignal;
  /** Most events claimed at once. Default 20. */
  readonly limit?: number | undefined;
  /** How long they are kept from other runners, in seconds. Default 60. */
  readonly leaseSeconds?: number | undefined;
  /** Pause after an empty claim or a failed one, in milliseconds. Default 5000. */
  readonly pause?: number | undefined;
  readonly sleep?: Sleep;
}

/**
 * Claims raw events, normalises and submits them until it is told to end. An event whose normaliser or submission fails is
 * logged and left: its lease runs out, and it is claimed again.
 */
export async function runNormalizer(options: AdapterRunnerOptions): Promise<void> {
  const {
    client,
    normalize,
    logger,
    signal,
    limit = 20,
    leaseSeconds = 60,
    pause = 5000,
    sleep: wait = sleep,
  } = options;

  async function claim(): Promise<RawEvent[]> {
    try {
      return await client.claimRawEvents({ limit, leaseSeconds });
    } catch (error) {
      logger.error("raw events could not be claimed", { reason: reasonOf(error) });
      return [];
    }
  }

  async function handle(rawEvent: RawEvent): Promise<void> {
    const { id, sourceEventType } = rawEvent;
    try {
      const { evidenceCount, duplicate } = await client.submitRawEvent(id, normalize(rawEvent));
      logger.info("raw event submitted", { id, sourceEventType, evidenceCount, duplicate });
    } catch (error) {
      logger.error("raw event left for another try", { id, sourceEventType, reason: reasonOf(error) });
    }
  }

  while (!signal.aborted) {
    const claimed = await claim();
    for (const rawEvent of claimed) await handle(rawEvent);
    if (claimed.length === 0 && !signal.aborted) await wait(pause, signal);
  }
}
