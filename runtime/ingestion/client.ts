import { requireBaseUrl } from "../api/base-url.js";
import { listIn, writtenIn } from "../api/endpoints/read-answer.js";
import { parseAnswer } from "../api/error-response.js";
import type { OutboundRequest } from "../api/exchange.js";
import { type AttemptOptions, resolveAttempts } from "../api/options.js";
import { fillPath } from "../api/path.js";
import { type Sender, send } from "../api/send.js";
import { type Fetch, globalFetch } from "../base/fetch.js";
import { requireHeaderText } from "../base/headers.js";
import type { JsonObject } from "../base/json.js";
import { trimmedText } from "../base/text.js";
import type {
  ClaimOptions,
  EvidenceInput,
  NormalizedEvent,
  RawEvent,
  RawEventInput,
  RawEventReceipt,
  SubmissionReceipt,
} from "./types.js";

/** The options of `createIngestionClient`. It reads no environment variables and no tokens of an extension. */
export interface IngestionClientOptions extends AttemptOptions {
  /** Sent as `X-API-Key`. */
  readonly apiKey: string;
  /** Sent as `X-Organization-Id`. */
  readonly organizationId: string;
  /** Default `https://api.kiket.dev`. */
  readonly baseUrl?: string | undefined;
  /** Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** The clock, in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Cancels every running call. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A client for Kiket's ingestion API: it sends raw events and evidence, and claims and submits raw events. Calls throw `ApiError`
 * or `ApiConnectionError`. They are retried, except `processRawEvent` and `claimRawEvents`, which are not idempotent. Seen in
 * shipped code.
 */
export interface IngestionClient {
  /** Describes what Kiket accepts. */
  getContract(): Promise<JsonObject>;
  createRawEvent(event: RawEventInput): Promise<RawEventReceipt>;
  processRawEvent(id: string): Promise<JsonObject>;
  createEvidence(evidence: EvidenceInput): Promise<JsonObject>;
  /** Claims events for this runner. Needs an API key with the scope `raw-events:claim`. */
  claimRawEvents(options?: ClaimOptions): Promise<RawEvent[]>;
  /** Needs an API key with the scope `raw-events:submit`. */
  submitRawEvent(id: string, normalized: NormalizedEvent): Promise<SubmissionReceipt>;
}

interface Call {
  readonly method: "GET" | "POST";
  /** Below `/api/v1/platform`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, number | undefined>>;
  readonly body?: object;
  readonly repeatable: boolean;
}

const defaultBaseUrl = "https://api.kiket.dev";
const never = new AbortController().signal;

function urlOf(base: string, { path, query = {} }: Call): string {
  const url = new URL(`${base}/api/v1/platform${path}`);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url.href;
}

/**
 * Creates a client for the ingestion API. It has its own credentials: it never sends a runtime or workspace token, and it sends the
 * API key only to this API.
 * @throws {ConfigError} if an option is invalid. The message never contains the API key.
 */
export function createIngestionClient(options: IngestionClientOptions): IngestionClient {
  // See facts 930 to 935.
  const base = requireBaseUrl("baseUrl", trimmedText(options.baseUrl) ?? defaultBaseUrl);
  const apiKey = requireHeaderText("apiKey", options.apiKey);
  const organizationId = requireHeaderText("organizationId", options.organizationId);
  const { signal = never } = options;
  const sender: Sender = {
    ...resolveAttempts(options, ""),
    fetch: options.fetch ?? globalFetch,
    now: options.now ?? Date.now,
    secrets: [apiKey],
  };

  const call = async (made: Call): Promise<unknown> => {
    const headers = new Headers({
      accept: "application/json",
      "x-api-key": apiKey,
      "x-organization-id": organizationId,
    });
    const { method, body, repeatable } = made;
    if (body !== undefined) headers.set("content-type", "application/json");
    const bytes = body === undefined ? undefined : new TextEncoder().encode(JSON.stringify(body)).buffer;
    const request: OutboundRequest = { method, url: urlOf(base, made), headers, body: bytes };
    const response = await send(request, sender, { signal, repeatable });
    const text = new TextDecoder().decode(response.bytes);
    return text === "" ? {} : parseAnswer(text, request, response, sender.secrets);
  };
  const rawEventPath = (id: string, action: string): string => fillPath(`/raw-events/{id}/${action}`, { id });

  return {
    async getContract() {
      const path = "/extension-ingestion/contract";
      return (await call({ method: "GET", path, repeatable: true })) as JsonObject;
    },
    async createRawEvent(event) {
      const answer = await call({ method: "POST", path: "/raw-events", body: event, repeatable: true });
      return writtenIn<RawEventReceipt>(answer, "rawEvent");
    },
    async processRawEvent(id) {
      return (await call({ method: "POST", path: rawEventPath(id, "process"), repeatable: false })) as JsonObject;
    },
    async createEvidence(evidence) {
      return (await call({ method: "POST", path: "/evidence", body: evidence, repeatable: true })) as JsonObject;
    },
    async claimRawEvents({ limit, leaseSeconds } = {}) {
      const query = { limit, leaseSeconds };
      const answer = await call({ method: "GET", path: "/raw-events/claim", query, repeatable: false });
      return listIn<RawEvent>(answer, "raw events");
    },
    async submitRawEvent(id, normalized) {
      const path = rawEventPath(id, "submit");
      const answer = await call({ method: "POST", path, body: { normalized }, repeatable: true });
      return { rawEventId: id, ...writtenIn<SubmissionReceipt>(answer, "rawEventId") };
    },
  };
}
