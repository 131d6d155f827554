import type { JsonObject } from "../../base/json.js";
import { localOrganization } from "../http/api-keys.js";
import { type Behaviour, created } from "../http/operation.js";
import type { NewId } from "../new-id.js";

/** An initial event source: a system whose webhooks become raw events. */
export interface EventSourceSeed {
  /** What the sender writes into `X-Kiket-Event-Source-Key`. */
  readonly sourceKey: string;
  /** Such as `github`, or `webhook` for the generic adapter. */
  readonly sourceSystem: string;
  /** Default: the organization of all API keys that name none. */
  readonly organizationId?: string;
  readonly workspaceId?: string;
  readonly displayName?: string;
  /** `webhook` wherever it was seen. */
  readonly ingestionMode?: string;
  /** Its `mapping` goes into the metadata of each event, as `webhookMapping`. */
  readonly configuration?: JsonObject;
}

export interface EventSources extends Behaviour<"createEventSource"> {
  find(sourceKey: string, organizationId: string): EventSourceSeed | undefined;
  snapshot(): readonly EventSourceSeed[];
}

/** A source with a known key replaces the one before. Its secrets are in no answer, since Kiket stores them sealed. */
export function createEventSources(seed: readonly EventSourceSeed[], newId: NewId): EventSources {
  const sources = new Map<string, EventSourceSeed>();
  const nameOf = (sourceKey: string, organizationId: string): string => JSON.stringify([organizationId, sourceKey]);

  for (const source of seed) sources.set(nameOf(source.sourceKey, source.organizationId ?? localOrganization), source);

  return {
    find: (sourceKey, organizationId) => sources.get(nameOf(sourceKey, organizationId)),
    createEventSource({ body, organizationId }) {
      const { webhookSecret: _, signingSecret: __, ...configuration } = body.configuration ?? {};
      const source = { ...body, ...(body.configuration && { configuration }), organizationId };
      sources.set(nameOf(body.sourceKey, organizationId), source);
      return created({ ...source, id: newId() });
    },
    snapshot: () => [...sources.values()],
  };
}
