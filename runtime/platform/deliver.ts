import type { Id } from "../handler.js";
import { isJsonObject, type JsonObject } from "../json.js";
import { type ApiCall, readBody } from "./calls.js";
import { type Clock, timestamp } from "./clock.js";
import { type Tokens, tokenLifetime } from "./tokens.js";

/** An extension in this process, or the base URL of one that is served. */
export type DeliveryTarget = string | URL | { fetch(request: Request): Response | Promise<Response> };

/** What the platform delivers. */
export interface DeliveryInput {
  readonly event: string;
  /** Default `v1`. */
  readonly version?: string;
  /** The event's own members; those of the envelope are added. */
  readonly payload?: object;
  /** Scopes of the runtime token; default `["*"]`. */
  readonly scopes?: readonly string[];
  /** Values bundled with the delivery; default the seed's secrets. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Default 1. */
  readonly orgId?: Id | null;
  /** Default 1. */
  readonly extId?: Id | null;
  /** Default the payload's `project_id`, else its issue's or project's, else 1. */
  readonly projId?: Id | null;
  /** Added to the platform's own headers, or in their place. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as `X-Kiket-Delivery`; give the same again for a redelivery. Default a fresh one. */
  readonly deliveryId?: string;
  /** A runtime token in place of a fresh one, for expired or forged ones. */
  readonly token?: string;
  /** Laid over the finished body, for forged or broken envelopes. */
  readonly envelope?: object;
  /** Milliseconds until the delivery is given up; default 30000 (wire contract §1.10). */
  readonly timeout?: number;
}

export type VerdictStatus = "allow" | "deny" | "pending";

/** What came of a delivery. */
export interface DeliveryOutcome {
  readonly event: string;
  readonly version: string;
  readonly deliveryId: string;
  /** HTTP status of the extension's reply. */
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, the text where it is not JSON, `undefined` where there is none. */
  readonly body: unknown;
  /** The reply's `status`, where it is 2xx and names a verdict. */
  readonly verdict: VerdictStatus | undefined;
  /** From sending to the whole reply. */
  readonly ms: number;
  /** The API calls made with this delivery's token until the reply, in order. */
  readonly calls: readonly ApiCall[];
}

export interface DeliveryInputs {
  readonly baseUrl: string;
  readonly tokens: Tokens;
  readonly secrets: Readonly<Record<string, string>>;
  readonly now: Clock;
  /** Notes whose calls a runtime token makes, before it is sent. */
  readonly attribute: (runtimeToken: string, deliveryId: string) => void;
  /** Grows while the extension works. */
  readonly calls: readonly ApiCall[];
}

/**
 * Signs and sends one delivery (wire contract §1.6).
 * @throws {Error} where the target cannot be reached or does not reply in time; a failure reply is an outcome.
 */
export async function deliver(
  target: DeliveryTarget,
  input: DeliveryInput,
  platform: DeliveryInputs,
): Promise<DeliveryOutcome> {
  const { event, version = "v1", deliveryId = `dlv_${crypto.randomUUID()}` } = input;
  const before = platform.calls.length;
  const body = await buildBody(input, version, deliveryId, platform);
  const headers = new Headers(deliveryHeaders(input, version, deliveryId));
  for (const [name, value] of Object.entries(input.headers ?? {})) headers.set(name, value);
  const path = `/v/${encodeURIComponent(version)}/webhooks/${encodeURIComponent(event)}`;
  const patience = new AbortController();
  const request = new Request(`${originOf(target)}${path}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
    signal: patience.signal,
  });
  const timer = setTimeout(() => patience.abort(new Error("no reply in time")), input.timeout ?? 30_000);
  const start = performance.now();
  const { response, text } = await send(target, request, patience.signal)
    .catch((error: unknown) => {
      const where = typeof target === "object" && "fetch" in target ? "the extension" : request.url;
      throw new Error(`Delivery of ${event} ${version} to ${where} failed: ${reasonOf(error)}`, { cause: error });
    })
    .finally(() => clearTimeout(timer));
  const ms = performance.now() - start;
  const reply = readBody(text);
  return {
    event,
    version,
    deliveryId,
    status: response.status,
    headers: response.headers,
    body: reply,
    verdict: response.ok ? verdictOf(reply) : undefined,
    ms,
    calls: platform.calls.slice(before).filter((call) => call.deliveryId === deliveryId),
  };
}

async function buildBody(
  input: DeliveryInput,
  version: string,
  deliveryId: string,
  { baseUrl, tokens, secrets, now, attribute }: DeliveryInputs,
): Promise<JsonObject> {
  const { event, payload = {}, scopes = ["*"], orgId = 1, extId = 1, projId = projectOf(payload) } = input;
  const iat = Math.floor(now() / 1000);
  const exp = iat + tokenLifetime;
  const claims = { sub: `extension:${extId}`, iat, exp, org_id: orgId, ext_id: extId, proj_id: projId, scopes };
  const token = input.token ?? (await tokens.sign(claims));
  attribute(token, deliveryId);
  return {
    ...payload,
    event,
    event_version: version,
    authentication: { runtime_token: token, token_type: "runtime", expires_at: timestamp(exp * 1000), scopes },
    api: { base_url: baseUrl },
    secrets: input.secrets ?? secrets,
    ...input.envelope,
  };
}

/** The project that the payload speaks of, in the places where evidence has it. */
function projectOf(payload: object): Id {
  const { project_id, issue, project } = payload as JsonObject;
  const candidates = [
    project_id,
    isJsonObject(issue) ? issue.project_id : undefined,
    isJsonObject(project) ? project.id : undefined,
  ];
  const found = candidates.find((id) => typeof id === "number" || typeof id === "string");
  return typeof found === "number" || typeof found === "string" ? found : 1;
}

function deliveryHeaders(
  { event, orgId = 1, payload = {}, projId = projectOf(payload) }: DeliveryInput,
  version: string,
  deliveryId: string,
): Record<string, string> {
  const ids = { "x-kiket-organization": orgId, "x-kiket-project": projId };
  return {
    "content-type": "application/json",
    // Header values are Latin-1 at most; event names need not be.
    "x-kiket-event": encodeURIComponent(event),
    "x-kiket-event-version": version,
    "x-kiket-delivery": deliveryId,
    ...Object.fromEntries(Object.entries(ids).flatMap(([name, id]) => (id === null ? [] : [[name, String(id)]]))),
  };
}

function originOf(target: DeliveryTarget): string {
  if (typeof target === "object" && "fetch" in target) return "http://localhost";
  return String(target).replace(/\/+$/, "");
}

async function send(
  target: DeliveryTarget,
  request: Request,
  signal: AbortSignal,
): Promise<{ readonly response: Response; readonly text: string }> {
  // An extension in this process may not heed the signal.
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  const replied = async () => {
    const response = await (typeof target === "object" && "fetch" in target ? target.fetch(request) : fetch(request));
    return { response, text: await response.text() };
  };
  return Promise.race([replied(), aborted]);
}

function verdictOf(reply: unknown): VerdictStatus | undefined {
  const status = isJsonObject(reply) ? reply.status : undefined;
  return status === "allow" || status === "deny" || status === "pending" ? status : undefined;
}

/** fetch hides the reason in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
