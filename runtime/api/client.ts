import createClient, { type Client } from "openapi-fetch";
import { ConfigError, KiketError } from "../base/errors.js";
import type { Fetch } from "../base/fetch.js";
import { headerNames, isJsonType, mediaType } from "../base/headers.js";
import type { paths } from "./api.gen.js";
import { parseAnswer } from "./exchange.js";
import type { IdempotencyKeys } from "./idempotency-key.js";
import type { OutboundConfig } from "./options.js";
import { fillPath } from "./path.js";
import { type Sender, send } from "./send.js";

/**
 * Typed client for every operation that an extension may call (`schemas/openapi.yaml`). Unlike openapi-fetch's own client, it
 * never returns an `error`: a response other than 2xx throws an `ApiError`, a failed connection an `ApiConnectionError`.
 */
export type ApiClient = Client<paths>;

/** What the calls of one delivery need. */
export interface ApiSession {
  /** The configured address of Kiket. */
  readonly configuredBaseUrl: string;
  /** The base URL of the delivery's calls, on the configured origin or an allowed one. */
  readonly baseUrl: string;
  readonly runtimeToken: string | undefined;
  readonly workspaceToken: string | undefined;
  readonly eventVersion: string;
  readonly idempotencyKeys: IdempotencyKeys;
  readonly outbound: OutboundConfig;
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly signal: () => AbortSignal;
  /** Milliseconds until the handler times out. Default: no limit. */
  readonly timeLeft?: (() => number) | undefined;
}

/** The tokens to send (fact 202). The workspace token is sent to the configured origin only. */
function credentialsOf(session: ApiSession): Readonly<Record<string, string>> {
  const { baseUrl, configuredBaseUrl, runtimeToken, workspaceToken, outbound } = session;
  const isHome = new URL(baseUrl).origin === new URL(configuredBaseUrl).origin;
  const runtime = outbound.credentials === "workspaceToken" ? undefined : runtimeToken;
  const workspace = outbound.credentials === "runtimeToken" || !isHome ? undefined : workspaceToken;
  if (runtime === undefined && workspace === undefined) {
    throw new ConfigError(
      "This call has no token to send: no usable runtime token in the delivery, and no workspaceToken for this origin.",
    );
  }
  return {
    ...(runtime === undefined ? {} : { [headerNames.runtimeToken]: runtime }),
    ...(workspace === undefined ? {} : { authorization: `Bearer ${workspace}` }),
  };
}

const withoutKey: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** Sends the request with credentials, to the session's origin only. */
async function dispatch(request: Request, session: ApiSession, sender: Sender): Promise<Response> {
  const { method, url } = request;
  if (new URL(url).origin !== new URL(session.baseUrl).origin) {
    throw new KiketError("Calls can be sent only to the origin of the configured baseUrl.");
  }
  const headers = new Headers(request.headers);
  for (const [name, value] of Object.entries(credentialsOf(session))) headers.set(name, value);
  headers.set(headerNames.eventVersion, session.eventVersion);
  const body = request.body === null ? undefined : await request.arrayBuffer();
  if (!withoutKey.has(method) && !headers.has(headerNames.idempotencyKey)) {
    headers.set(headerNames.idempotencyKey, await session.idempotencyKeys(method, url, body));
  }
  return send({ method, url, headers, body }, sender, {
    signal: AbortSignal.any([request.signal, session.signal()]),
    repeatable: true,
    timeLeft: session.timeLeft,
  });
}

/**
 * Throws if a response is not JSON, unless its content type says that it is something else. The error of openapi-fetch would
 * contain neither the call nor the status.
 */
async function requireJson(response: Response, request: Request): Promise<Response> {
  const type = mediaType(response.headers.get("content-type"));
  const isJson = type === "" || type.startsWith("text/") || isJsonType(type);
  if (response.body === null || !isJson) return response;
  const text = await response.text();
  parseAnswer(text, request, response);
  return new Response(text, response);
}

export function createApiClient(session: ApiSession): ApiClient {
  const { fetch, now, outbound, runtimeToken, workspaceToken } = session;
  const sender: Sender = { ...outbound, fetch, now, secrets: [runtimeToken, workspaceToken] };
  return createClient<paths>({
    baseUrl: session.baseUrl,
    headers: { Accept: "application/json" },
    pathSerializer: fillPath,
    fetch: async (request) => requireJson(await dispatch(request, session, sender), request),
  });
}
