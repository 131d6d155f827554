import type { JsonObject } from "../base/json.js";

// Names and shapes of the ingestion API (facts 920 to 923, 932 to 935). They are in camelCase in the API too.

/** A time: a Date, or ISO 8601 text. On the wire it is text; `new Date(time)` makes a Date of both. */
export type IngestionTime = string | Date;

/** A raw event to create. Needs an API key with the scope `raw-events:write`. */
export interface RawEventInput {
  readonly workspaceId?: string | undefined;
  readonly processId?: string | undefined;
  /** Such as `github`; the `source_system` of an adapter's manifest. */
  readonly sourceSystem: string;
  /** Such as `pull_request`. */
  readonly sourceEventType: string;
  /** The sender's own id of the event. */
  readonly sourceEventId?: string | undefined;
  /** Events with the same key are stored once. */
  readonly idempotencyKey: string;
  readonly payload: JsonObject;
  readonly metadata?: JsonObject | undefined;
  readonly retentionPolicy?: JsonObject | undefined;
}

/** What Kiket answers is not checked, since the event then exists: members may be missing. */
export interface RawEventReceipt {
  /** As Kiket stores it. */
  readonly rawEvent?: JsonObject;
  /** True if the event existed before. */
  readonly duplicate?: boolean;
}

/** Evidence to create. Needs an API key with the scope `evidence:write`. */
export interface EvidenceInput {
  readonly workspaceId?: string | undefined;
  readonly processId?: string | undefined;
  readonly caseId?: string | undefined;
  /** Such as `code_review`; an adapter declares its types. */
  readonly evidenceType: string;
  readonly title: string;
  readonly sourceSystem: string;
  /** The sender's own id of what the evidence is about. */
  readonly sourceObjectId?: string | undefined;
  /** Default: Kiket's, which is not known. */
  readonly capturedAt?: IngestionTime | undefined;
  readonly payload?: JsonObject | undefined;
  readonly retentionPolicy?: JsonObject | undefined;
  /** Evidence with the same key is stored once. */
  readonly dedupeKey: string;
}

/** How many events to claim, and for how long. Defaults are Kiket's, and not known. */
export interface ClaimOptions {
  /** Maximum number of events. */
  readonly limit?: number | undefined;
  /** Seconds during which other runners cannot claim the events. */
  readonly leaseSeconds?: number | undefined;
}

/** A raw event, as a runner passes it to the adapter: one that it has claimed, until its lease ends. */
export interface RawEvent {
  readonly id: string;
  readonly organizationId: string;
  readonly workspaceId?: string | null;
  readonly processId?: string | null;
  /** The same for each repetition of one event. */
  readonly idempotencyKey: string;
  readonly sourceEventType: string;
  /** Text if it comes from the API; a runner of Kiket may pass a Date. */
  readonly receivedAt: IngestionTime;
  readonly payload: JsonObject;
  readonly metadata?: JsonObject | null;
}

/** A piece of evidence in a normalised event. */
export interface NormalizedEvidence {
  /** One of the types that the adapter's manifest declares. */
  readonly evidenceType: string;
  readonly title: string;
  readonly sourceObjectId?: string | undefined;
  readonly capturedAt: IngestionTime;
  readonly payload: JsonObject;
  /** Evidence with the same key is stored once. Make it from the raw event, so that a second run makes the same. */
  readonly dedupeKey: string;
}

/** An action that the adapter suggests, such as `case.link_external_evidence`. */
export interface Intent {
  readonly type: string;
  readonly targetType?: string | undefined;
  readonly targetId?: string | undefined;
  /** Why the adapter suggests it. People read it. */
  readonly reason: string;
  readonly attributes: JsonObject;
  /** Make it from the raw event, so that a second run makes the same. */
  readonly idempotencyKey: string;
}

/** The result of normalising a raw event. */
export interface NormalizedEvent {
  readonly organizationId: string;
  readonly workspaceId?: string | undefined;
  readonly processId?: string | undefined;
  readonly caseId?: string | undefined;
  /** The adapter's own name of what has happened. */
  readonly eventType: string;
  readonly sourceSystem: string;
  readonly sourceObjectId?: string | undefined;
  /** Who caused it, with the adapter's own members. */
  readonly actor: JsonObject;
  /** What it is about, with the adapter's own members. */
  readonly subject: JsonObject;
  readonly occurredAt: IngestionTime;
  /** Official adapters send the raw event's id and its idempotency key. */
  readonly correlationIds: readonly string[];
  readonly attributes: JsonObject;
  /** Events with the same key are stored once. */
  readonly dedupeKey: string;
  readonly evidence: readonly NormalizedEvidence[];
  /** Actions that the adapter suggests. */
  readonly intents: readonly Intent[];
}

/** What Kiket answers is not checked, since the event is then submitted: members may be missing. */
export interface SubmissionReceipt {
  readonly rawEventId: string;
  readonly operationalEventId?: string | null;
  readonly evidenceCount?: number;
  /** True if the same was submitted before. */
  readonly duplicate?: boolean;
}
