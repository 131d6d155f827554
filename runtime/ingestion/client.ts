import { listIn, writtenIn } from "../api/endpoints/read-answer.js";
import { createApiKeyClient } from "../api/platform/api-key-client.js";
import type { ApiKeyAuth, PlatformClientOptions } from "../api/platform/api-key-options.js";
import type { PlatformComponents } from "../api/platform/platform-api.gen.js";
import { defined, type JsonObject } from "../base/json.js";
import type {
  ClaimOptions,
  EvidenceInput,
  NormalizedEvent,
  RawEvent,
  RawEventInput,
  RawEventReceipt,
  SubmissionReceipt,
} from "./types.js";
import { toIngestion } from "./wire.js";

/** The options of `createIngestionClient`. It reads no environment variables and no tokens of an extension. */
export interface IngestionClientOptions extends PlatformClientOptions {
  /** Sent as `X-Organization-Id`. */
  readonly organizationId: string;
  /** How the API key is sent. Default `header`: as `X-API-Key`. */
  readonly auth?: ApiKeyAuth["auth"];
}

/**
 * A client for Kiket's ingestion API: it sends raw events and evidence, and claims and submits raw events. Calls throw `ApiError`
 * or `ApiConnectionError`, and a `KiketError` that names the place, before anything is sent, for what cannot be sent, such as an invalid
 * date. They are retried, except `processRawEvent` and `claimRawEvents`, which are not idempotent. Seen in shipped code.
 */
export interface IngestionClient {
  /** Describes what Kiket accepts. */
  getContract(): Promise<JsonObject>;
  /** Throws an `ApiError` if Kiket refuses the event. Needs the scope `raw-events:write`. */
  createRawEvent(event: RawEventInput): Promise<RawEventReceipt>;
  /** Asks Kiket to process a raw event. Kiket's answer is passed on: its shape is not known. Which scope it needs is not known. */
  processRawEvent(id: string): Promise<JsonObject>;
  /** Kiket's answer is passed on: its shape is not known. Needs the scope `evidence:write`. */
  createEvidence(evidence: EvidenceInput): Promise<JsonObject>;
  /** Claims events for this runner. Needs an API key with the scope `raw-events:claim`. */
  claimRawEvents(options?: ClaimOptions): Promise<RawEvent[]>;
  /** Needs an API key with the scope `raw-events:submit`. */
  submitRawEvent(id: string, normalized: NormalizedEvent): Promise<SubmissionReceipt>;
}

/** The same data, as the document types it: it knows no list that is read-only. */
function asBody<Name extends keyof PlatformComponents["schemas"]>(body: object): PlatformComponents["schemas"][Name] {
  return body as PlatformComponents["schemas"][Name];
}

/**
 * Creates a client for the ingestion API. It has its own credentials: it never sends a runtime or workspace token, and it sends the
 * API key only to this API.
 * @throws {ConfigError} if an option is invalid. The message never contains the API key.
 */
export function createIngestionClient(options: IngestionClientOptions): IngestionClient {
  const { api } = createApiKeyClient(options);
  const rawEvent = (id: string) => ({ path: { raw_event_id: id } });

  return {
    async getContract() {
      return ((await api.GET("/api/v1/platform/extension-ingestion/contract")).data ?? {}) as JsonObject;
    },
    async createRawEvent(event) {
      const body = asBody<"RawEventInput">(toIngestion(event, "event"));
      return writtenIn<RawEventReceipt>((await api.POST("/api/v1/platform/raw-events", { body })).data, "rawEvent");
    },
    async processRawEvent(id) {
      const path = "/api/v1/platform/raw-events/{raw_event_id}/process";
      return ((await api.POST(path, { params: rawEvent(id) })).data ?? {}) as JsonObject;
    },
    async createEvidence(evidence) {
      const body = asBody<"EvidenceInput">(toIngestion(evidence, "evidence"));
      return ((await api.POST("/api/v1/platform/evidence", { body })).data ?? {}) as JsonObject;
    },
    async claimRawEvents({ limit, leaseSeconds } = {}) {
      const params = { query: defined({ limit, leaseSeconds }) };
      return listIn<RawEvent>((await api.GET("/api/v1/platform/raw-events/claim", { params })).data, "raw events");
    },
    async submitRawEvent(id, normalized) {
      const path = "/api/v1/platform/raw-events/{raw_event_id}/submit";
      const body = { normalized: asBody<"NormalizedEvent">(toIngestion(normalized, "normalized")) };
      const { data } = await api.POST(path, { params: rawEvent(id), body });
      return { rawEventId: id, ...writtenIn<SubmissionReceipt>(data, "rawEventId") };
    },
  };
}
