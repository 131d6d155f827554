import type { StageClock } from "../base/active-delivery.js";
import { KiketError, reasonOf } from "../base/errors.js";
import { isJsonObject } from "../base/json.js";
import type { Logger } from "../base/logger.js";
import { type Sleep, sleep } from "../base/sleep.js";
import type { IngestionClient } from "./client.js";
import { requireReady } from "./normalizer.js";
import type { NormalizedEvent, RawEvent } from "./types.js";

interface AdapterRunnerOptions {
  readonly client: Pick<IngestionClient, "claimRawEvents" | "submitRawEvent">;
  readonly normalize: (rawEvent: RawEvent) => NormalizedEvent;
  readonly logger: Logger;
  /** Ends the loop. Events that are already claimed, or being claimed, are still submitted. */
  readonly signal: AbortSignal;
  /** Maximum number of events per claim. Default 20. */
  readonly limit?: number | undefined;
  /** Seconds during which other runners cannot claim the events. Default 60. */
  readonly leaseSeconds?: number | undefined;
  /** Pause after a claim of which nothing was submitted, in milliseconds. Default 5000. */
  readonly pause?: number | undefined;
  readonly sleep?: Sleep;
  /** Measures where the time of an event goes, for its line. Default: nothing is measured. */
  readonly stageClock?: () => StageClock | undefined;
}

/**
 * What an adapter makes of one item of a claim, which was not checked.
 * @throws {KiketError} if it is no raw event, or the normaliser is asynchronous.
 */
export function normalizedBy(normalize: AdapterRunnerOptions["normalize"], rawEvent: RawEvent): NormalizedEvent {
  if (!isJsonObject(rawEvent)) throw new KiketError("The claim contains something that is not a raw event");
  return requireReady(normalize(rawEvent), rawEvent);
}

/** An error of the normaliser's own code, as JSON, with the place; undefined for one that explains itself. */
function ownErrorOf(error: unknown): object | undefined {
  if (!(error instanceof Error) || error instanceof KiketError) return undefined;
  const { name, message, stack } = error;
  return { name, message, stack };
}

/**
 * Claims raw events, normalises them and submits the results, until the signal is aborted. If an event fails, this is logged, and
 * the event can be claimed again when its lease ends.
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
    stageClock = () => undefined,
  } = options;

  async function claim(): Promise<RawEvent[]> {
    try {
      return await client.claimRawEvents({ limit, leaseSeconds });
    } catch (error) {
      logger.error("raw events could not be claimed", { reason: reasonOf(error) });
      return [];
    }
  }

  async function isSubmitted(rawEvent: RawEvent): Promise<boolean> {
    // A claim may contain anything: its items were not checked.
    const { id, sourceEventType } = (rawEvent ?? {}) as Partial<RawEvent>;
    const clock = stageClock();
    const stages = () => (clock === undefined ? {} : { stages: clock.stages() });
    const logFailure = (error: unknown, cause?: object): void =>
      logger.error("raw event failed; it can be claimed again when its lease ends", {
        ...{ id, sourceEventType, reason: reasonOf(error) },
        ...(cause === undefined ? {} : { cause }),
        ...stages(),
      });
    let normalized: NormalizedEvent;
    clock?.enter("normalize");
    try {
      normalized = normalizedBy(normalize, rawEvent);
    } catch (error) {
      logFailure(error, ownErrorOf(error));
      return false;
    }
    clock?.enter("submit");
    try {
      const { evidenceCount, duplicate } = await client.submitRawEvent(id as string, normalized);
      logger.info("raw event submitted", { id, sourceEventType, evidenceCount, duplicate, ...stages() });
      return true;
    } catch (error) {
      logFailure(error);
      return false;
    }
  }

  while (!signal.aborted) {
    let submitted = 0;
    for (const rawEvent of await claim()) if (await isSubmitted(rawEvent)) submitted += 1;
    // Also if all of them failed: Kiket may offer the same ones again, and would be called without end.
    if (submitted === 0 && !signal.aborted) await wait(pause, signal);
  }
}
