import createClient, { type Client } from "openapi-fetch";
import type { paths } from "./api.gen.js";
import { readApiError } from "./api-failure.js";
import type { Fetch } from "./config.js";
import { ApiConnectionError, KiketError } from "./errors.js";

/**
 * Typed client of every operation that an extension may call (`schemas/openapi.yaml`). Other than openapi-fetch's own, it
 * never returns an `error`: an answer that is not 2xx throws an `ApiError`, a failed connection an `ApiConnectionError`.
 */
export type ApiClient = Client<paths>;

/** What one delivery's calls are made with. */
export interface ApiSession {
  readonly baseUrl: string;
  readonly runtimeToken: string;
  readonly workspaceToken: string | undefined;
  readonly eventVersion: string;
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly signal: () => AbortSignal;
}

const timeoutMilliseconds = 15_000;

/**
 * Encodes an id as one path segment.
 * @throws {KiketError} for an empty id, and for `.` and `..`, which no encoding keeps from climbing the path.
 */
export function encodeSegment(name: string, value: unknown): string {
  const text = typeof value === "number" || typeof value === "string" ? String(value) : "";
  if (text === "" || text === "." || text === "..") {
    throw new KiketError(`${name} must be an id that can stand in a path.`);
  }
  return encodeURIComponent(text);
}

function serializePath(template: string, parameters: Record<string, unknown>): string {
  return template.replace(/\{([^{}]+)\}/g, (_, name: string) => encodeSegment(name, parameters[name]));
}

function connectionError(request: Request, cause: unknown, timeout: AbortSignal): ApiConnectionError {
  const what = `${request.method} ${new URL(request.url).pathname}`;
  if (timeout.aborted) {
    return new ApiConnectionError(`${what} had no answer within ${timeoutMilliseconds / 1000} s`, "timeout", { cause });
  }
  if (cause instanceof Error && cause.name === "AbortError") {
    return new ApiConnectionError(`${what} was cancelled`, "cancelled", { cause });
  }
  return new ApiConnectionError(`${what} could not be sent: Kiket is unreachable`, "unreachable", { cause });
}

/** Sends with credentials, to the session's origin and nowhere else: a redirect is an error, not followed. */
async function send(request: Request, session: ApiSession): Promise<Response> {
  if (new URL(request.url).origin !== new URL(session.baseUrl).origin) {
    throw new KiketError("Calls go to the configured baseUrl only.");
  }
  request.headers.set("X-Kiket-Runtime-Token", session.runtimeToken);
  request.headers.set("X-Kiket-Event-Version", session.eventVersion);
  if (session.workspaceToken !== undefined) request.headers.set("Authorization", `Bearer ${session.workspaceToken}`);
  const timeout = AbortSignal.timeout(timeoutMilliseconds);
  const signal = AbortSignal.any([request.signal, session.signal(), timeout]);
  const response = await session.fetch(request, { signal, redirect: "manual" }).catch((cause: unknown) => {
    throw connectionError(request, cause, timeout);
  });
  if (response.ok) return response;
  throw await readApiError(request, response, [session.runtimeToken, session.workspaceToken], session.now());
}

export function createApiClient(session: ApiSession): ApiClient {
  return createClient<paths>({
    baseUrl: session.baseUrl,
    headers: { Accept: "application/json" },
    pathSerializer: serializePath,
    fetch: (request) => send(request, session),
  });
}
