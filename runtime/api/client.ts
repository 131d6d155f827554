import createClient, { type Client, type Middleware } from "openapi-fetch";
import { ConfigError, KiketError } from "../base/errors.js";
import type { Fetch } from "../base/fetch.js";
import { headerNames } from "../base/headers.js";
import type { paths } from "./api.gen.js";
import { parseAnswer } from "./error-response.js";
import { isWrite } from "./exchange.js";
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
  /** Headers that make a call part of a trace. A call may set its own. Default: none. */
  readonly traceHeaders?: (() => Readonly<Record<string, string>>) | undefined;
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

/** A `Response` with one of these cannot have a body. */
const withoutBody: ReadonlySet<number> = new Set([204, 205]);

/** Sends the request with credentials, to the session's origin only. */
async function dispatch(request: Request, session: ApiSession, sender: Sender): Promise<Response> {
  const { method, url } = request;
  if (new URL(url).origin !== new URL(session.baseUrl).origin) {
    throw new KiketError("Calls can be sent only to the origin of the configured baseUrl.");
  }
  const headers = new Headers(request.headers);
  for (const [name, value] of Object.entries(credentialsOf(session))) headers.set(name, value);
  headers.set(headerNames.eventVersion, session.eventVersion);
  if (!headers.has("traceparent")) {
    for (const [name, value] of Object.entries(session.traceHeaders?.() ?? {})) headers.set(name, value);
  }
  const body = request.body === null ? undefined : await request.arrayBuffer();
  if (isWrite(request) && !headers.has(headerNames.idempotencyKey)) {
    headers.set(headerNames.idempotencyKey, await session.idempotencyKeys(method, url, body));
  }
  const response = await send({ method, url, headers, body }, sender, {
    signal: AbortSignal.any([request.signal, session.signal()]),
    repeatable: true,
    timeLeft: session.timeLeft,
  });
  const { status, bytes } = response;
  const answered = new Headers(response.headers);
  // It counts bytes before decoding. A client that believes it would try to parse an empty body.
  answered.delete("content-length");
  return new Response(bytes.length === 0 || withoutBody.has(status) ? null : bytes, { status, headers: answered });
}

/**
 * Throws an `ApiError` if a response is not JSON, unless the call asked for something else. The error of openapi-fetch would
 * contain neither the call nor the status.
 */
function requireJson(secrets: Sender["secrets"]): Middleware {
  return {
    async onResponse({ request, response, options }) {
      if (options.parseAs !== "json" || response.body === null) return undefined;
      const text = await response.text();
      parseAnswer(text, request, response, secrets);
      return new Response(text, response);
    },
  };
}

export function createApiClient(session: ApiSession): ApiClient {
  const { fetch, now, outbound, runtimeToken, workspaceToken } = session;
  const secrets = [runtimeToken, workspaceToken];
  const sender: Sender = { ...outbound, fetch, now, secrets };
  const client = createClient<paths>({
    baseUrl: session.baseUrl,
    headers: { Accept: "application/json" },
    pathSerializer: fillPath,
    fetch: (request) => dispatch(request, session, sender),
  });
  client.use(requireJson(secrets));
  return client;
}
