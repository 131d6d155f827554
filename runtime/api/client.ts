import type { Client } from "openapi-fetch";
import { ConfigError } from "../base/errors.js";
import type { Fetch } from "../base/fetch.js";
import { headerNames } from "../base/headers.js";
import type { paths } from "./api.gen.js";
import { isWrite } from "./exchange.js";
import type { IdempotencyKeys } from "./idempotency-key.js";
import type { OutboundConfig } from "./options.js";
import { createTypedClient } from "./typed-client.js";

/**
 * Typed client for every operation that an extension may call (`schemas/openapi.yaml`). Unlike openapi-fetch's own client, it
 * never returns an `error`: a response other than 2xx throws an `ApiError`, a failed connection an `ApiConnectionError`.
 */
export type ApiClient = Client<paths>;

/** The workspace tokens that are live, the newest first. */
interface ApiTokens {
  /** Empty if there is none. Throws if there should be one, and it cannot be had now. */
  live(): readonly string[];
  /** Loads them again, because one was refused. Undefined if they cannot change. Never rejects. */
  readonly renewed?: (() => Promise<boolean>) | undefined;
}

/** What the calls of one delivery need. */
export interface ApiSession {
  /** The configured address of Kiket. */
  readonly configuredBaseUrl: string;
  /** The base URL of the delivery's calls, on the configured origin or an allowed one. */
  readonly baseUrl: string;
  readonly runtimeToken: string | undefined;
  /**
   * When the runtime token expires, in milliseconds since 1970, in a run that began after Kiket had its answer; and whether the queue has
   * left the token out. Undefined in any other run, in which the token was valid a moment ago.
   */
  readonly deferred?: { readonly tokenExpires: number; readonly isLeftOut: boolean } | undefined;
  readonly workspaceTokens: ApiTokens;
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

/** A token that expires sooner counts as expired: Kiket would refuse it when the call arrives. */
const travelMilliseconds = 5_000;

/** Why a deferred run has no runtime token any more, if that is so. */
function whyWithoutToken({ deferred, now }: ApiSession): string | undefined {
  if (deferred === undefined) return undefined;
  if (deferred.isLeftOut) return "the queue has left out the runtime token of this delivery (leaveOut)";
  if (now() + travelMilliseconds < deferred.tokenExpires) return undefined;
  const at = new Date(deferred.tokenExpires).toISOString();
  return `the runtime token of this delivery has expired (${at}): it is valid for a short time, and the handler is deferred`;
}

/** Why the workspace token is not sent in its place, and what to do about it. */
function whyWithoutWorkspaceToken({ outbound }: ApiSession, isHome: boolean): string {
  if (outbound.credentials === "runtimeToken") {
    return 'outbound.credentials allows the runtime token only. Set it to "both", with a workspaceToken';
  }
  return isHome
    ? "there is no workspace token. Set workspaceToken, or KIKET_WORKSPACE_TOKEN"
    : "a workspace token is sent to the origin of baseUrl only, but this delivery names another one. Make such calls in a handler that is not deferred";
}

/** The tokens to send (fact 202). The workspace token is sent to the configured origin only. */
function credentialsOf(session: ApiSession): Readonly<Record<string, string>> {
  const { baseUrl, configuredBaseUrl, runtimeToken, workspaceTokens, outbound } = session;
  const isHome = new URL(baseUrl).origin === new URL(configuredBaseUrl).origin;
  const why = whyWithoutToken(session);
  const runtime = outbound.credentials === "workspaceToken" || why !== undefined ? undefined : runtimeToken;
  const [workspace] = outbound.credentials === "runtimeToken" || !isHome ? [] : workspaceTokens.live();
  if (runtime === undefined && workspace === undefined) {
    throw new ConfigError(
      why === undefined
        ? "This call has no token to send: no usable runtime token in the delivery, and no workspaceToken for this origin."
        : `This call has no token to send: ${why}, and ${whyWithoutWorkspaceToken(session, isHome)}.`,
    );
  }
  return {
    ...(runtime === undefined ? {} : { [headerNames.runtimeToken]: runtime }),
    ...(workspace === undefined ? {} : { authorization: bearer(workspace) }),
  };
}

function bearer(token: string): string {
  return `Bearer ${token}`;
}

/** Headers with another live workspace token than the one that was refused; undefined if there is none. */
async function withOtherToken(headers: Headers, { live, renewed }: ApiTokens): Promise<Headers | undefined> {
  const refused = headers.get("authorization");
  if (renewed === undefined) return undefined;
  const other = (): string | undefined => live().find((token) => bearer(token) !== refused);
  // What is known is tried at once.
  const renewing = renewed();
  const token = other() ?? ((await renewing) ? other() : undefined);
  if (token === undefined) return undefined;
  const changed = new Headers(headers);
  changed.set("authorization", bearer(token));
  return changed;
}

export function createApiClient(session: ApiSession): ApiClient {
  const { baseUrl, fetch, now, outbound, runtimeToken, workspaceTokens, timeLeft } = session;
  /** All that a response may repeat. */
  const secrets = [runtimeToken];
  const live = (): readonly string[] => {
    const tokens = workspaceTokens.live();
    secrets.push(...tokens.filter((token) => !secrets.includes(token)));
    return tokens;
  };
  const known = { ...session, workspaceTokens: { ...workspaceTokens, live } };
  return createTypedClient<paths>({
    baseUrl,
    sender: { ...outbound, fetch, now, secrets },
    async prepare(request, body) {
      const headers = new Headers(request.headers);
      const credentials = credentialsOf(known);
      for (const [name, value] of Object.entries(credentials)) headers.set(name, value);
      headers.set(headerNames.eventVersion, session.eventVersion);
      if (!headers.has("traceparent")) {
        for (const [name, value] of Object.entries(session.traceHeaders?.() ?? {})) headers.set(name, value);
      }
      if (isWrite(request) && !headers.has(headerNames.idempotencyKey)) {
        headers.set(headerNames.idempotencyKey, await session.idempotencyKeys(request.method, request.url, body));
      }
      return {
        headers,
        signal: AbortSignal.any([request.signal, session.signal()]),
        repeatable: true,
        timeLeft,
        // Not in place of a header of the handler's own: where no workspace token was sent, none may be.
        unauthorized:
          "authorization" in credentials ? (refused) => withOtherToken(refused, known.workspaceTokens) : undefined,
      };
    },
  });
}
