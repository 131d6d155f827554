import { isJsonObject, type JsonObject } from "../../base/json.js";
import { localOrganization } from "../../platform/http/api-keys.js";
import type { DataColumn } from "../../platform/inspector/data-view.js";
import type { PlatformSeed } from "../../platform/operations/index.js";
import type { Collection, CollectionInputs } from "./collection.js";
import { listCollection } from "./list-collection.js";

const group = "Organization";

function cases(inputs: CollectionInputs): Collection {
  const { seed } = inputs;
  return listCollection(
    {
      about: {
        id: "cases",
        title: "Cases",
        group,
        note: "The cases that calls with an API key find, and those that you add here. A case goes from every state to every other unless it lists transitions.",
        columns: [
          { name: "title", type: "string" },
          { name: "currentStateKey", type: "string" },
          { name: "currentStateLabel", type: "string" },
          { name: "caseNumber", type: "integer" },
          { name: "workspaceId", type: "string" },
          { name: "processId", type: "string" },
          { name: "context", type: "json" },
          { name: "transitions", type: "json" },
          { name: "organizationId", type: "string", isSet: "once" },
          { name: "id", type: "string", isUnique: true, isSet: "once" },
        ],
        isOpen: true,
      },
      list: (seed.cases ?? []) as readonly object[] as readonly JsonObject[],
      put: (list) => ({ ...seed, cases: list as unknown as NonNullable<PlatformSeed["cases"]> }),
      check({ transitions = null }) {
        const isList = transitions === null || (Array.isArray(transitions) && transitions.every(isJsonObject));
        return isList ? [] : [{ column: "transitions", message: "must be a list of objects" }];
      },
    },
    inputs,
  );
}

const evidenceColumns: readonly DataColumn[] = [
  { name: "title", type: "string" },
  { name: "evidenceType", type: "string" },
  { name: "sourceSystem", type: "string" },
  { name: "capturedAt", type: "timestamp" },
];

function evidence(inputs: CollectionInputs): Collection {
  const { seed } = inputs;
  return listCollection(
    {
      about: {
        id: "evidence",
        title: "Evidence",
        group,
        note: "What `createEvidence` has stored. Calls add it.",
        columns: evidenceColumns,
        isOpen: true,
      },
      list: seed.evidence ?? [],
      put: (list) => ({ ...seed, evidence: list }),
      isTakenOnly: true,
    },
    inputs,
  );
}

/** Raw events with their leases and receipts, by id. */
function storedEvents({ progress }: PlatformSeed): ReadonlyMap<unknown, JsonObject> {
  const { ingestion } = progress ?? {};
  const list = isJsonObject(ingestion) && Array.isArray(ingestion.rawEvents) ? (ingestion.rawEvents as unknown[]) : [];
  return new Map(list.filter(isJsonObject).map((one) => [one.id, one]));
}

/** Where a raw event is: `waiting`, `leased` or `submitted`. */
function rawEventState(stored: JsonObject | undefined, now: number): string {
  if (stored?.receipt !== undefined) return "submitted";
  return Number(stored?.leasedUntil ?? 0) > now ? "leased" : "waiting";
}

function rawEvents(inputs: CollectionInputs): Collection {
  const { seed, now } = inputs;
  const list = seed.rawEvents ?? [];
  const collection = listCollection(
    {
      about: {
        id: "raw-events",
        title: "Raw events",
        group,
        note: "What adapters claim and submit. `kiket-gen trigger` adds one, and Send… on this page.",
        columns: [
          { name: "state", type: "string" },
          { name: "sourceEventType", type: "string" },
          { name: "receivedAt", type: "timestamp" },
          { name: "payload", type: "json" },
          { name: "metadata", type: "json" },
          { name: "idempotencyKey", type: "string" },
          { name: "id", type: "string" },
        ],
        isOpen: true,
      },
      list: list as readonly object[] as readonly JsonObject[],
    },
    inputs,
  );
  const stored = storedEvents(seed);
  const rows = collection.rows.map(({ key, values }) => ({
    key,
    values: { state: rawEventState(stored.get(key), now()), ...values },
  }));
  return { ...collection, rows };
}

function eventSources(inputs: CollectionInputs): Collection {
  const { seed } = inputs;
  const list = (seed.eventSources ?? []) as readonly object[] as readonly JsonObject[];
  return listCollection(
    {
      about: {
        id: "event-sources",
        title: "Event sources",
        group,
        note: "The systems that may send raw events, by the key in their webhooks.",
        columns: [
          { name: "sourceKey", type: "string", isRequired: true, isUnique: true, isSet: "once" },
          { name: "sourceSystem", type: "string", isRequired: true },
          { name: "displayName", type: "string" },
          { name: "ingestionMode", type: "string" },
          { name: "configuration", type: "json" },
          { name: "workspaceId", type: "string" },
          { name: "organizationId", type: "string", isSet: "once" },
        ],
      },
      key: "sourceKey",
      list,
      put: (next) => ({ ...seed, eventSources: next as unknown as NonNullable<PlatformSeed["eventSources"]> }),
      filled: (values) => ({ organizationId: localOrganization, ...values }),
    },
    inputs,
  );
}

/** What belongs to the organization, and is called with an API key. */
export function organizationCollections(inputs: CollectionInputs): readonly Collection[] {
  return [cases, evidence, rawEvents, eventSources].map((make) => make(inputs));
}
