import type { JsonObject } from "../base/json.js";

// Names and shapes of the evidence-adapter API (wire contract §2.12). They are camelCase on the wire already; times are
// ISO 8601 text.

/** Needs a key of scope `raw-events:write`. */
export interface RawEventInput {
  readonly workspaceId?: string | undefined;
  readonly processId?: string | undefined;
  readonly sourceSystem: string;
  readonly sourceEventType: string;
  readonly sourceEventId?: string | undefined;
  /** The same event handed in twice is stored once. */
  readonly idempotencyKey: string;
  readonly payload: JsonObject;
  readonly metadata?: JsonObject | undefined;
  readonly retentionPolicy?: JsonObject | undefined;
}

export interface RawEventReceipt {
  readonly rawEvent: JsonObject;
  /** True where it was there already. */
  readonly duplicate: boolean;
}

/** Needs a key of scope `evidence:write`. */
export interface EvidenceInput {
  readonly workspaceId?: string | undefined;
  readonly processId?: string | undefined;
  readonly caseId?: string | undefined;
  readonly evidenceType: string;
  readonly title: string;
  readonly sourceSystem: string;
  readonly sourceObjectId?: string | undefined;
  readonly capturedAt?: string | undefined;
  readonly payload?: JsonObject | undefined;
  readonly retentionPolicy?: JsonObject | undefined;
  /** The same evidence handed in twice is stored once. */
  readonly dedupeKey: string;
}

export interface ClaimOptions {
  /** Most events. */
  readonly limit?: number | undefined;
  /** For how long the events are kept from other runners. */
  readonly leaseSeconds?: number | undefined;
}

/** A raw event that this runner may normalise while its lease lasts. */
export interface RawEvent {
  readonly id: string;
  readonly organizationId: string;
  readonly workspaceId?: string | null;
  readonly processId?: string | null;
  readonly idempotencyKey: string;
  readonly sourceEventType: string;
  readonly receivedAt: string;
  readonly payload: JsonObject;
  readonly metadata?: JsonObject | null;
}

export interface NormalizedEvidence {
  readonly evidenceType: string;
  readonly title: string;
  readonly sourceObjectId?: string | undefined;
  readonly capturedAt: string;
  readonly payload: JsonObject;
  readonly dedupeKey: string;
}

/** Something that the adapter suggests to do, such as `case.link_external_evidence`. */
export interface Intent {
  readonly type: string;
  readonly targetType?: string | undefined;
  readonly targetId?: string | undefined;
  readonly reason: string;
  readonly attributes: JsonObject;
  readonly idempotencyKey: string;
}

/** What an adapter makes of a raw event. */
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
  readonly occurredAt: string;
  readonly correlationIds: readonly string[];
  readonly attributes: JsonObject;
  /** The same event submitted twice is stored once. */
  readonly dedupeKey: string;
  readonly evidence: readonly NormalizedEvidence[];
  readonly intents: readonly Intent[];
}

export interface SubmissionReceipt {
  readonly rawEventId: string;
  readonly operationalEventId?: string | null;
  readonly evidenceCount: number;
  readonly duplicate: boolean;
}
