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
 * Typed client of every operation that an extension may call (`schemas/openapi.yaml`). Other than openapi-fetch's own, it
 * never returns an `error`: an answer that is not 2xx throws an `ApiError`, a failed connection an `ApiConnectionError`.
 */
export type ApiClient = Client<paths>;

/** What one delivery's calls are made with. */
export interface ApiSession {
  /** Kiket's address as configured. */
  readonly configuredBaseUrl: string;
  /** Where the delivery's calls go; its origin is the configured one, or one that is allowed. */
  readonly baseUrl: string;
  readonly runtimeToken: string | undefined;
  readonly workspaceToken: string | undefined;
  readonly eventVersion: string;
  readonly idempotencyKeys: IdempotencyKeys;
  readonly outbound: OutboundConfig;
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly signal: () => AbortSignal;
  /** Milliseconds left to the handler; default: no limit. */
  readonly timeLeft?: (() => number) | undefined;
}

/** The tokens to send. The workspace token goes to the configured origin only (wire contract A12). */
function credentialsOf(session: ApiSession): Readonly<Record<string, string>> {
  const { baseUrl, configuredBaseUrl, runtimeToken, workspaceToken, outbound } = session;
  const isHome = new URL(baseUrl).origin === new URL(configuredBaseUrl).origin;
  const runtime = outbound.credentials === "workspaceToken" ? undefined : runtimeToken;
  const workspace = outbound.credentials === "runtimeToken" || !isHome ? undefined : workspaceToken;
  if (runtime === undefined && workspace === undefined) {
    throw new ConfigError(
      "This call has no token to send: the delivery brought none that may be used, and no workspaceToken applies.",
    );
  }
  return {
    ...(runtime === undefined ? {} : { [headerNames.runtimeToken]: runtime }),
    ...(workspace === undefined ? {} : { authorization: `Bearer ${workspace}` }),
  };
}

const withoutKey: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** Sends with credentials, to the session's origin and nowhere else. */
async function dispatch(request: Request, session: ApiSession, sender: Sender): Promise<Response> {
  const { method, url } = request;
  if (new URL(url).origin !== new URL(session.baseUrl).origin) {
    throw new KiketError("Calls go to the configured baseUrl only.");
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

/** What is not said to be something else must be JSON: openapi-fetch's own error for it names neither call nor status. */
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
