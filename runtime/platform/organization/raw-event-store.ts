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
  readonly workspaceId?: string;
  readonly processId?: string;
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

export interface IngestReceipt {
  /** As a runner gets it. */
  readonly rawEvent: RawEvent;
  /** Whether an event with this idempotency key existed before; it is then the event here. */
  readonly duplicate: boolean;
}

interface Stored {
  readonly event: RawEvent;
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
  /** `undefined` if there is no such event. Whether the event was claimed does not matter. */
  submit(id: string, organizationId: string, normalized: Submission): Receipt | undefined;
}

export function createRawEventStore(seed: readonly RawEventSeed[], newId: NewId, now: Clock): RawEventStore {
  const events = new Map<string, Stored>();
  const byIdempotencyKey = new Map<string, RawEvent>();
  const byDedupeKey = new Map<string, Receipt>();

  function receive(given: RawEventSeed): IngestReceipt {
    const { organizationId = localOrganization, idempotencyKey = newId() } = given;
    const key = JSON.stringify([organizationId, idempotencyKey]);
    const known = byIdempotencyKey.get(key);
    if (known !== undefined) return { rawEvent: known, duplicate: true };
    // The later one would take the place of the other, which nobody could claim any more.
    if (given.id !== undefined && events.has(given.id)) {
      throw new RangeError(`Two raw events have the id "${given.id}": give each its own, or none.`);
    }
    const rawEvent: RawEvent = {
      ...defined({ workspaceId: given.workspaceId, processId: given.processId }),
      id: given.id ?? newId(),
      organizationId,
      idempotencyKey,
      sourceEventType: given.sourceEventType ?? "inbound",
      receivedAt: given.receivedAt ?? timestamp(now()),
      payload: given.payload,
      metadata: { deliveryId: newId(), ...given.metadata },
    };
    byIdempotencyKey.set(key, rawEvent);
    events.set(rawEvent.id, { event: rawEvent, leasedUntil: Number.NEGATIVE_INFINITY, receipt: undefined });
    return { rawEvent, duplicate: false };
  }

  function storedFor(id: string, organizationId: string): Stored | undefined {
    const stored = events.get(id);
    return stored?.event.organizationId === organizationId ? stored : undefined;
  }

  for (const event of seed) receive(event);

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
    submit(id, organizationId, { dedupeKey, evidence }) {
      const stored = storedFor(id, organizationId);
      if (stored === undefined) return undefined;
      const key = JSON.stringify([organizationId, dedupeKey]);
      const before = stored.receipt ?? byDedupeKey.get(key);
      const receipt = before ?? {
        rawEventId: id,
        operationalEventId: newId(),
        evidenceCount: evidence.length,
        duplicate: false,
      };
      byDedupeKey.set(key, receipt);
      stored.receipt = { ...receipt, rawEventId: id };
      return { ...stored.receipt, duplicate: before !== undefined };
    },
  };
}
