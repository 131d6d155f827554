import { defined, type JsonObject } from "../../base/json.js";
import { type Behaviour, created, notFound, ok, type StoredBehaviour } from "../http/operation.js";
import type { NewId } from "../new-id.js";
import type { RawEventStore } from "./raw-event-store.js";

type Operations =
  | "getIngestionContract"
  | "createRawEvent"
  | "claimRawEvents"
  | "submitRawEvent"
  | "processRawEvent"
  | "createEvidence";

/** No source says what Kiket does without these parameters. */
const defaultClaim = { limit: 20, leaseSeconds: 60 };

/**
 * What evidence adapters call. Only an event of the API key's organization is found. What it keeps is evidence: that of `createEvidence`, with its `id` and
 * `organizationId`.
 */
export function createIngestion(
  events: RawEventStore,
  newId: NewId,
  contract: JsonObject,
  before: readonly JsonObject[],
): StoredBehaviour<Operations, readonly JsonObject[]> {
  // See facts 931 to 935.
  const nameOf = (organizationId: unknown, dedupeKey: unknown): string => JSON.stringify([organizationId, dedupeKey]);
  const evidence = new Map(before.map((record) => [nameOf(record.organizationId, record.dedupeKey), record]));

  const behaviour: Behaviour<Operations> = {
    getIngestionContract: () => ok(contract),
    createRawEvent({ body, organizationId }) {
      const { workspaceId, processId, idempotencyKey, sourceEventType, payload, metadata } = body;
      // Other members, such as an id, are Kiket's to decide.
      const known = { workspaceId, processId, idempotencyKey, sourceEventType, payload, metadata };
      const receipt = events.receive({ ...defined(known), payload, organizationId });
      return receipt.duplicate ? ok(receipt) : created(receipt);
    },
    claimRawEvents({ query, organizationId }) {
      const { limit, leaseSeconds } = { ...defaultClaim, ...query };
      return ok({ data: events.claim(organizationId, limit, leaseSeconds) });
    },
    submitRawEvent({ path, body, organizationId }) {
      const receipt = events.submit(path.raw_event_id, organizationId, body.normalized);
      if (receipt === undefined) return notFound("Raw event");
      return receipt.duplicate ? ok(receipt) : created(receipt);
    },
    processRawEvent({ path, organizationId }) {
      const event = events.find(path.raw_event_id, organizationId);
      return event === undefined ? notFound("Raw event") : ok({ rawEventId: event.id });
    },
    createEvidence({ body, organizationId }) {
      const key = nameOf(organizationId, body.dedupeKey);
      const known = evidence.get(key);
      if (known !== undefined) return ok(known);
      const record = { ...body, id: newId(), organizationId };
      evidence.set(key, record);
      return created(record);
    },
  };
  return { behaviour, snapshot: () => [...evidence.values()] };
}
