import type { JsonObject } from "../base/json.js";

// Names and shapes of the ingestion API (facts 920 to 923, 932 to 935). They are in camelCase in the API too.

/** A time: a Date, or ISO 8601 text. On the wire it is text; `new Date(time)` makes a Date of both. */
export type IngestionTime = string | Date;

/** A raw event to create. Needs an API key with the scope `raw-events:write`. */
export interface RawEventInput {
  readonly workspaceId?: string | undefined;
  readonly processId?: string | undefined;
  readonly sourceSystem: string;
  readonly sourceEventType: string;
  readonly sourceEventId?: string | undefined;
  /** Events with the same key are stored once. */
  readonly idempotencyKey: string;
  readonly payload: JsonObject;
  readonly metadata?: JsonObject | undefined;
  readonly retentionPolicy?: JsonObject | undefined;
}

/** What Kiket answers is not checked, since the event then exists: members may be missing. */
export interface RawEventReceipt {
  readonly rawEvent?: JsonObject;
  /** True if the event existed before. */
  readonly duplicate?: boolean;
}

/** Evidence to create. Needs an API key with the scope `evidence:write`. */
export interface EvidenceInput {
  readonly workspaceId?: string | undefined;
  readonly processId?: string | undefined;
  readonly caseId?: string | undefined;
  readonly evidenceType: string;
  readonly title: string;
  readonly sourceSystem: string;
  readonly sourceObjectId?: string | undefined;
  readonly capturedAt?: IngestionTime | undefined;
  readonly payload?: JsonObject | undefined;
  readonly retentionPolicy?: JsonObject | undefined;
  /** Evidence with the same key is stored once. */
  readonly dedupeKey: string;
}

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
  readonly idempotencyKey: string;
  readonly sourceEventType: string;
  /** Text if it comes from the API; a runner of Kiket may pass a Date. */
  readonly receivedAt: IngestionTime;
  readonly payload: JsonObject;
  readonly metadata?: JsonObject | null;
}

export interface NormalizedEvidence {
  readonly evidenceType: string;
  readonly title: string;
  readonly sourceObjectId?: string | undefined;
  readonly capturedAt: IngestionTime;
  readonly payload: JsonObject;
  readonly dedupeKey: string;
}

/** An action that the adapter suggests, such as `case.link_external_evidence`. */
export interface Intent {
  readonly type: string;
  readonly targetType?: string | undefined;
  readonly targetId?: string | undefined;
  readonly reason: string;
  readonly attributes: JsonObject;
  readonly idempotencyKey: string;
}

/** The result of normalising a raw event. */
export interface NormalizedEvent {
  readonly organizationId: string;
  readonly workspaceId?: string | undefined;
  readonly processId?: string | undefined;
  readonly caseId?: string | undefined;
  readonly eventType: string;
  readonly sourceSystem: string;
  readonly sourceObjectId?: string | undefined;
  readonly actor: JsonObject;
  readonly subject: JsonObject;
  readonly occurredAt: IngestionTime;
  readonly correlationIds: readonly string[];
  readonly attributes: JsonObject;
  /** Events with the same key are stored once. */
  readonly dedupeKey: string;
  readonly evidence: readonly NormalizedEvidence[];
  readonly intents: readonly Intent[];
}

/** What Kiket answers is not checked, since the event is then submitted: members may be missing. */
export interface SubmissionReceipt {
  readonly rawEventId: string;
  readonly operationalEventId?: string | null;
  readonly evidenceCount?: number;
  readonly duplicate?: boolean;
}
