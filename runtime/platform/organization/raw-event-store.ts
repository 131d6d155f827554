import type { PlatformComponents } from "../../api/platform/platform-api.gen.js";
import { defined, type JsonObject } from "../../base/json.js";
import type { RawEvent } from "../../ingestion/types.js";
import { type Clock, timestamp } from "../clock.js";
import { localOrganization } from "../http/api-keys.js";
import type { NewId } from "../new-id.js";

type Schemas = PlatformComponents["schemas"];
type Submission = Schemas["NormalizedEvent"];
type Receipt = Schemas["SubmissionReceipt"];

/** An initial raw event, or one that arrives. */
export interface RawEventSeed {
  /** Default: a new one. */
  readonly id?: string;
  /** Default: the organization of all API keys that name none. */
  readonly organizationId?: string;
  readonly workspaceId?: string | null;
  readonly processId?: string | null;
  /** An event with the key of another one is not stored. Default: a new one. */
  readonly idempotencyKey?: string;
  /** Such as `pull_request`. Default `inbound`, as for webhooks that do not say it. */
  readonly sourceEventType?: string;
  /** RFC 3339. Default: now. */
  readonly receivedAt?: string;
  readonly payload: JsonObject;
  /** A `deliveryId` is added, as of the third party's webhook. */
  readonly metadata?: JsonObject;
}

/** What `ingest` returns. */
export interface IngestReceipt {
  /** As a runner gets it. */
  readonly rawEvent: RawEvent;
  /** Whether an event with this idempotency key existed before; it is then the event here. */
  readonly duplicate: boolean;
}

/** What became of one raw event. */
interface RawEventProgress {
  readonly id: string;
  /** Milliseconds since 1970. Absent if nobody has claimed it. */
  readonly leasedUntil?: number;
  /** Absent while it is not submitted. */
  readonly receipt?: Receipt;
}

/** One event that was submitted. Another one with its `dedupeKey` gets the same receipt. */
interface SubmittedEvent {
  readonly organizationId: string;
  readonly normalized: Submission;
  readonly receipt: Receipt;
}

/** Leases and submissions, beside the raw events themselves. */
export interface IngestionProgress {
  readonly rawEvents: readonly RawEventProgress[];
  readonly submitted: readonly SubmittedEvent[];
}

type StoredEvent = RawEvent & { readonly receivedAt: string; readonly metadata: JsonObject };

interface Stored {
  readonly event: StoredEvent;
  /** Milliseconds since 1970. Until then nobody can claim it. */
  leasedUntil: number;
  receipt: Receipt | undefined;
}

/** The raw events of all organizations, in the order in which they arrived. */
export interface RawEventStore {
  /**
   * Stores an event once for each idempotency key of an organization.
   * @throws {RangeError} if another event has its id.
   */
  receive(event: RawEventSeed): IngestReceipt;
  find(id: string, organizationId: string): RawEvent | undefined;
  /** Leases the oldest events that are neither leased nor submitted. */
  claim(organizationId: string, limit: number, leaseSeconds: number): readonly RawEvent[];
  /** Ends the lease of an event, whoever has it. */
  release(id: string): void;
  /** `undefined` if there is no such event. Whether the event was claimed does not matter. */
  submit(id: string, organizationId: string, normalized: Submission): Receipt | undefined;
  snapshot(): readonly RawEventSeed[];
  progress(): IngestionProgress;
}

export function createRawEventStore(
  seed: readonly RawEventSeed[],
  newId: NewId,
  now: Clock,
  before: IngestionProgress = { rawEvents: [], submitted: [] },
): RawEventStore {
  const events = new Map<string, Stored>();
  const byIdempotencyKey = new Map<string, StoredEvent>();
  const byDedupeKey = new Map<string, SubmittedEvent>();

  function receive(given: RawEventSeed): IngestReceipt {
    const { organizationId = localOrganization, idempotencyKey = newId() } = given;
    const key = JSON.stringify([organizationId, idempotencyKey]);
    const known = byIdempotencyKey.get(key);
    if (known !== undefined) return { rawEvent: known, duplicate: true };
    // The later one would take the place of the other, which nobody could claim any more.
    if (given.id !== undefined && events.has(given.id)) {
      throw new RangeError(`Two raw events have the id "${given.id}": give each its own, or none.`);
    }
    const rawEvent: StoredEvent = {
      ...defined({ workspaceId: given.workspaceId, processId: given.processId }),
      id: given.id ?? newId(),
      organizationId,
      idempotencyKey,
      sourceEventType: given.sourceEventType ?? "inbound",
      receivedAt: given.receivedAt ?? timestamp(now()),
      payload: given.payload,
      metadata: { deliveryId: given.metadata?.deliveryId ?? newId(), ...given.metadata },
    };
    byIdempotencyKey.set(key, rawEvent);
    events.set(rawEvent.id, { event: rawEvent, leasedUntil: Number.NEGATIVE_INFINITY, receipt: undefined });
    return { rawEvent, duplicate: false };
  }

  function storedFor(id: string, organizationId: string): Stored | undefined {
    const stored = events.get(id);
    return stored?.event.organizationId === organizationId ? stored : undefined;
  }

  function remember(submitted: SubmittedEvent): void {
    byDedupeKey.set(JSON.stringify([submitted.organizationId, submitted.normalized.dedupeKey]), submitted);
  }

  for (const event of seed) receive(event);
  for (const { id, leasedUntil, receipt } of before.rawEvents) {
    const stored = events.get(id);
    if (stored === undefined) continue;
    if (leasedUntil !== undefined) stored.leasedUntil = leasedUntil;
    stored.receipt = receipt;
  }
  before.submitted.forEach(remember);

  return {
    receive,
    find: (id, organizationId) => storedFor(id, organizationId)?.event,
    claim(organizationId, limit, leaseSeconds) {
      const time = now();
      const open = [...events.values()].filter(
        ({ event, leasedUntil, receipt }) =>
          event.organizationId === organizationId && receipt === undefined && leasedUntil <= time,
      );
      const claimed = open.slice(0, limit);
      for (const stored of claimed) stored.leasedUntil = time + leaseSeconds * 1000;
      return claimed.map(({ event }) => event);
    },
    release(id) {
      const stored = events.get(id);
      if (stored !== undefined) stored.leasedUntil = Number.NEGATIVE_INFINITY;
    },
    submit(id, organizationId, normalized) {
      const stored = storedFor(id, organizationId);
      if (stored === undefined) return undefined;
      const known = byDedupeKey.get(JSON.stringify([organizationId, normalized.dedupeKey]));
      const first = stored.receipt ?? known?.receipt;
      const receipt = first ?? {
        rawEventId: id,
        operationalEventId: newId(),
        evidenceCount: normalized.evidence.length,
        duplicate: false,
      };
      remember({ organizationId, normalized: known?.normalized ?? normalized, receipt });
      stored.receipt = { ...receipt, rawEventId: id };
      return { ...stored.receipt, duplicate: first !== undefined };
    },
    snapshot: () => [...events.values()].map(({ event }) => event),
    progress: () => ({
      rawEvents: [...events.values()]
        .map(({ event: { id }, leasedUntil, receipt }) => ({
          id,
          ...(Number.isFinite(leasedUntil) ? { leasedUntil } : {}),
          ...defined({ receipt }),
        }))
        .filter((one) => Object.keys(one).length > 1),
      submitted: [...byDedupeKey.values()],
    }),
  };
}
