import { type ApiClient, type ApiSession, createApiClient } from "../../runtime/api/client.js";
import { createIdempotencyKeys } from "../../runtime/api/idempotency-key.js";
import { type OutboundOptions, resolveOutbound } from "../../runtime/api/options.js";
import type { Fetch } from "../../runtime/base/fetch.js";
import { testTime } from "./tokens.js";

/** A call as it would be sent. */
export interface SentCall {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The reaction of a scripted Kiket to the next call: a response, a broken connection, or no response. */
export type Step =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | "broken"
  | "silent";

export interface Script {
  readonly fetch: Fetch;
  readonly calls: SentCall[];
}

function untilAborted(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = (): void => reject(signal?.reason);
    if (signal?.aborted === true) abort();
    else signal?.addEventListener("abort", abort);
  });
}

/** A `fetch` that follows a script, and answers 204 after its end. */
export function createScript(...steps: Step[]): Script {
  const calls: SentCall[] = [];
  const fetch: Fetch = async (input, init) => {
    const request = new Request(input, init);
    const { method, url, headers } = request;
    calls.push({ method, url, headers: Object.fromEntries(headers), body: await request.text() });
    const step = steps.shift() ?? { status: 204 };
    if (step === "broken") throw new TypeError("fetch failed");
    if (step === "silent") return untilAborted(init?.signal);
    const { status, body, headers: answered } = step;
    const text = body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body);
    return new Response(text, { status, headers: { "content-type": "application/json", ...answered } });
  };
  return { fetch, calls };
}

export interface TestSession extends Partial<Omit<ApiSession, "outbound">> {
  readonly outbound?: OutboundOptions;
  readonly deliveryId?: string;
}

export interface Session {
  readonly api: ApiClient;
  /** The wait in milliseconds before each retry. */
  readonly waits: number[];
}

/** The client of one delivery, without an extension. It never waits. */
export function createSession(script: Script, { outbound, deliveryId = "d-1", ...changed }: TestSession = {}): Session {
  const waits: number[] = [];
  const sleep = async (milliseconds: number): Promise<void> => void waits.push(milliseconds);
  const api = createApiClient({
    configuredBaseUrl: "https://kiket.test",
    baseUrl: "https://kiket.test",
    runtimeToken: "runtime-token-1",
    workspaceTokens: { live: () => ["workspace-token-1"] },
    eventVersion: "v1",
    idempotencyKeys: createIdempotencyKeys([deliveryId]),
    fetch: script.fetch,
    now: () => testTime,
    signal: () => new AbortController().signal,
    ...changed,
    outbound: resolveOutbound({ sleep, random: () => 0, ...outbound }),
  });
  return { api, waits };
}
