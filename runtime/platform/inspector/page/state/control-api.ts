import type {
  DevEvent,
  DevState,
  PayloadProblem,
  ReplayRequest,
  SchemaComparison,
  SearchHit,
  SendRequest,
} from "../../backend.js";
import type { DataCollection, DataEdit, DataProblem, DataRows } from "../../data-view.js";
import type { DeliveryRecord, DeliverySummary } from "../../delivery-record.js";
import type { SaveTestRequest, TestPlan } from "../../saved-test.js";
import type { ScopeReport } from "../../scope-report.js";
import { createTroubleApi, type TroubleApi } from "./trouble/trouble-api.js";

/** A call that failed. `status` is 0 if there was no answer. */
export class ControlError extends Error {
  readonly status: number;
  readonly hint: string | undefined;
  /** The values that are wrong, for an edit of data. */
  readonly problems: readonly DataProblem[];

  constructor(status: number, message: string, hint?: string, problems: readonly DataProblem[] = []) {
    super(message);
    this.name = "ControlError";
    this.status = status;
    this.hint = hint;
    this.problems = problems;
  }
}

/** The control routes of the inspector. Every function throws a `ControlError`. */
export interface ControlApi {
  state(): Promise<DevState>;
  deliveries(): Promise<readonly DeliverySummary[]>;
  delivery(id: string, signal: AbortSignal): Promise<DeliveryRecord>;
  search(text: string, signal: AbortSignal): Promise<readonly SearchHit[]>;
  /** A command of a shell that sends the same payload. */
  triggerCommand(id: string): Promise<string>;
  comparison(id: string, signal: AbortSignal): Promise<SchemaComparison>;
  send(request: SendRequest): Promise<DeliveryRecord>;
  replay(request: ReplayRequest): Promise<DeliveryRecord>;
  event(name: string, version: string, signal: AbortSignal): Promise<DevEvent>;
  check(
    request: { readonly event: string; readonly version: string; readonly payload: unknown },
    signal: AbortSignal,
  ): Promise<readonly PayloadProblem[]>;
  scopes(signal: AbortSignal): Promise<ScopeReport>;
  /** What a test of the delivery would be. Without a name: with one that is free. */
  testPlan(delivery: string, name: string | undefined, signal: AbortSignal): Promise<TestPlan>;
  saveTest(request: SaveTestRequest): Promise<TestPlan>;
  collections(signal: AbortSignal): Promise<readonly DataCollection[]>;
  /** `search`: only rows with this text. */
  rows(collection: string, search: string, signal: AbortSignal): Promise<DataRows>;
  edit(edit: DataEdit): Promise<{ readonly key: string }>;
  reset(seed: boolean): Promise<unknown>;
  stream(signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  readonly trouble: TroubleApi;
}

async function errorOf(response: Response): Promise<ControlError> {
  const text = await response.text().catch(() => "");
  try {
    const { error, hint, problems }: { error?: unknown; hint?: unknown; problems?: DataProblem[] } = JSON.parse(text);
    if (typeof error === "string") {
      return new ControlError(response.status, error, typeof hint === "string" ? hint : undefined, problems);
    }
  } catch {
    // Not from the inspector: the status has to do.
  }
  return new ControlError(response.status, `The server answered with the status ${response.status}.`);
}

export function createControlApi(send: typeof fetch, token: string): ControlApi {
  const call = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = {
      "x-kiket-gen-token": token,
      ...(init.body === undefined ? {} : { "content-type": "application/json" }),
    };
    const options: RequestInit = { credentials: "omit", redirect: "error", ...init, headers };
    const response = await send(path, options).catch((error: unknown) => {
      if (init.signal?.aborted) throw error;
      throw new ControlError(0, "kiket-gen dev does not answer.");
    });
    if (!response.ok) throw await errorOf(response);
    return response;
  };
  const get = async <T>(path: string, signal?: AbortSignal): Promise<T> =>
    (await call(path, signal === undefined ? {} : { signal })).json() as Promise<T>;
  const post = async <T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> =>
    (
      await call(path, { method: "POST", body: JSON.stringify(body), ...(signal === undefined ? {} : { signal }) })
    ).json() as Promise<T>;
  return {
    state: () => get("/api/state"),
    deliveries: async () => (await get<{ deliveries: readonly DeliverySummary[] }>("/api/deliveries")).deliveries,
    delivery: (id, signal) => get(`/api/deliveries/${encodeURIComponent(id)}`, signal),
    search: async (text, signal) =>
      (await get<{ hits: readonly SearchHit[] }>(`/api/search?${new URLSearchParams({ text })}`, signal)).hits,
    triggerCommand: async (id) =>
      (await get<{ command: string }>(`/api/deliveries/${encodeURIComponent(id)}/trigger`)).command,
    comparison: (id, signal) => get(`/api/deliveries/${encodeURIComponent(id)}/problems`, signal),
    send: (request) => post("/api/deliveries", request),
    replay: (request) => post("/api/replays", request),
    event: (name, version, signal) =>
      get(`/api/events/${encodeURIComponent(name)}/${encodeURIComponent(version)}`, signal),
    check: async (request, signal) =>
      (await post<{ problems: readonly PayloadProblem[] }>("/api/check", request, signal)).problems,
    trouble: createTroubleApi({ get, post }),
    scopes: (signal) => get("/api/scopes", signal),
    testPlan: (delivery, name, signal) => {
      const parts = [delivery, ...(name === undefined ? [] : [name])].map(encodeURIComponent);
      return get(`/api/tests/${parts.join("/")}`, signal);
    },
    saveTest: (request) => post("/api/tests", request),
    collections: async (signal) =>
      (await get<{ collections: readonly DataCollection[] }>("/api/data", signal)).collections,
    rows: (collection, search, signal) =>
      get(
        `/api/data/${encodeURIComponent(collection)}${search === "" ? "" : `?search=${encodeURIComponent(search)}`}`,
        signal,
      ),
    edit: (edit) => post("/api/edits", edit),
    reset: (seed) => post("/api/reset", { seed }),
    async stream(signal) {
      const { body } = await call("/api/stream", { signal });
      if (body === null) throw new ControlError(0, "The stream is empty.");
      return body;
    },
  };
}

/** What went wrong and the way out, for people. */
export function failureWords(error: unknown): string {
  if (!(error instanceof ControlError)) return error instanceof Error ? error.message : String(error);
  const { message, hint } = error;
  if (hint === undefined) return message;
  return `${message}${/[.!?]$/.test(message) ? "" : "."} ${hint}`;
}
