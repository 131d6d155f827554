import { defined, isJsonObject } from "../base/json.js";
import { localOrganization } from "./http/api-keys.js";
import type { EventSources } from "./organization/event-sources.js";
import type { IngestReceipt, RawEventSeed, RawEventStore } from "./organization/raw-event-store.js";

/** The webhook of a third party. */
export interface IngestedEvent extends RawEventSeed {
  /**
   * The `sourceKey` of an event source of the organization. Its workspace is that of the event, and its mapping goes into the
   * metadata as `webhookMapping`.
   */
  readonly eventSource?: string;
}

/**
 * Stores a raw event as Kiket does when a third party's webhook arrives with a valid signature. Signatures are not imitated: each
 * third party has its own.
 * @throws {RangeError} if there is no such event source, or another event has the id.
 */
export function ingest(
  { eventSource, ...event }: IngestedEvent,
  rawEvents: RawEventStore,
  sources: EventSources,
): IngestReceipt {
  if (eventSource === undefined) return rawEvents.receive(event);
  const source = sources.find(eventSource, event.organizationId ?? localOrganization);
  if (source === undefined) {
    throw new RangeError(
      `Unknown event source "${eventSource}": add it to seed.eventSources, or create it with createEventSource.`,
    );
  }
  const mapping = source.configuration?.mapping;
  const metadata = isJsonObject(mapping) ? { webhookMapping: mapping } : {};
  return rawEvents.receive({
    ...defined({ workspaceId: source.workspaceId }),
    ...event,
    metadata: { ...metadata, ...event.metadata },
  });
}
