import { headerNames, isJsonType, mediaType } from "../../base/headers.js";
import { rateLimitBody, scopesBody } from "../../receive/replies.js";
import { lackingScopes } from "../scopes.js";
import type { ApiKeys } from "./api-keys.js";
import {
  authenticateApiKey,
  authenticateInstallation,
  type Credential,
  type InstallationCredentials,
} from "./authenticate.js";
import type { Idempotency } from "./idempotency-keys.js";
import { matchRoute } from "./match-path.js";
import {
  type AcceptedRequest,
  type Answer,
  type Behaviour,
  notFound,
  type Operation,
  type OperationId,
  unprocessable,
} from "./operation.js";
import type { RateLimitCounter } from "./rate-limit.js";
import { readBody } from "./recorded-calls.js";
import { invalidMembers, readQuery } from "./validation.js";

/** An HTTP request as plain data. */
export interface ApiRequest {
  /** Upper case. */
  readonly method: string;
  /** Percent-encoded, without the query. */
  readonly path: string;
  /** The text after `?`. */
  readonly search: string;
  readonly headers: Headers;
  /** `undefined` if it was too large. */
  readonly body: string | undefined;
}

export interface RouterState {
  readonly behaviour: Behaviour;
  readonly idempotency: Idempotency;
  readonly installation: InstallationCredentials;
  readonly apiKeys: ApiKeys;
}

export interface Routed {
  readonly operationId: OperationId | undefined;
  readonly answer: Answer;
}

/** Checks path, method, credential, rate limit, scopes and shape, the cheapest first. Then performs the operation. */
export async function route(request: ApiRequest, state: RouterState): Promise<Routed> {
  const match = matchRoute(request.method, request.path);
  if (match.found === "nothing") {
    return { operationId: undefined, answer: { status: 404, body: { error: `No such path: ${request.path}` } } };
  }
  if (match.found === "path") {
    const allow = match.allowed.join(", ");
    const error = `Method ${request.method} is not allowed here; allowed: ${allow}`;
    return { operationId: undefined, answer: { status: 405, headers: { allow }, body: { error } } };
  }
  const { operation, path } = match;
  return { operationId: operation.operationId, answer: await perform(request, operation, path, state) };
}

async function perform(
  request: ApiRequest,
  operation: Operation,
  path: Readonly<Record<string, string>>,
  state: RouterState,
): Promise<Answer> {
  const credential = await authenticate(request.headers, operation, state);
  if (credential === null) return performFor(null, request, operation, path, state);
  if ("status" in credential) return credential;
  const { rateLimit } = credential;
  if (!rateLimit.take()) return rateLimited(rateLimit);
  const missing = lackingScopes(operation.scopes, credential.scopes);
  const answer =
    missing.length > 0
      ? { status: 403, body: scopesBody(operation.scopes, missing) }
      : performFor(credential, request, operation, path, state);
  // Documented for API keys; the first generation tells its limit only when it is exceeded.
  if (operation.credential !== "api-key") return answer;
  return { ...answer, headers: { ...rateLimitHeaders(rateLimit), ...answer.headers } };
}

/** `null` if the operation needs no credential. */
async function authenticate(
  headers: Headers,
  { credential }: Operation,
  { installation, apiKeys }: RouterState,
): Promise<Credential | Answer | null> {
  switch (credential) {
    case "none":
      return null;
    case "installation":
      return authenticateInstallation(headers, installation);
    case "api-key":
      return authenticateApiKey(headers, apiKeys);
  }
}

function performFor(
  credential: Credential | null,
  request: ApiRequest,
  operation: Operation,
  path: Readonly<Record<string, string>>,
  { behaviour, idempotency }: RouterState,
): Answer {
  if (invalidMembers(operation, "path", path).length > 0) return notFound("Resource");
  const query = readQuery(operation, request.search);
  const invalid = [...invalidMembers(operation, "query", query)];
  let body: unknown;
  if (operation.body) {
    const read = readJsonBody(request);
    if ("status" in read) return read;
    body = read.value;
    invalid.push(
      ...(body === undefined ? [{ field: "body", message: "is required" }] : invalidMembers(operation, "body", body)),
    );
  }
  if (invalid.length > 0) return unprocessable("The request is not valid", invalid);

  const { caller = null, organizationId = null } = credential ?? {};
  // The validators have checked path, query and body against the document that the types come from.
  const call = { path, query, body, caller, organizationId } as unknown as AcceptedRequest;
  const behave = behaviour[operation.operationId] as (call: AcceptedRequest) => Answer;
  return once(request, operation, idempotency, organizationId, () => behave(call));
}

function rateLimited(rateLimit: RateLimitCounter): Answer {
  const { reset_in } = rateLimit.window();
  return {
    status: 429,
    headers: { "retry-after": String(reset_in), ...rateLimitHeaders(rateLimit) },
    body: rateLimitBody(reset_in),
  };
}

/** No source says what the reset is: here it is in seconds, as in the answer to `GET /api/v1/ext/rate_limit`. */
function rateLimitHeaders(rateLimit: RateLimitCounter): Readonly<Record<string, string>> {
  const { limit, remaining, reset_in } = rateLimit.window();
  return {
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": String(reset_in),
  };
}

function readJsonBody({ headers, body }: ApiRequest): { readonly value: unknown } | Answer {
  if (body === undefined) return { status: 413, body: { error: "The body is too large" } };
  if (body === "") return { value: undefined };
  if (!isJsonType(mediaType(headers.get("content-type")))) {
    return { status: 415, body: { error: "The body must be application/json" } };
  }
  try {
    return { value: JSON.parse(body) as unknown };
  } catch {
    return { status: 400, body: { error: "The body is not JSON" } };
  }
}

function once(
  request: ApiRequest,
  operation: Operation,
  idempotency: Idempotency,
  organizationId: string | null,
  behave: () => Answer,
): Answer {
  const sent = operation.idempotencyKey ? request.headers.get(headerNames.idempotencyKey) : null;
  if (sent === null) return behave();
  // Organizations choose their keys without knowing of each other.
  const key = JSON.stringify([organizationId, sent]);
  const fingerprint = JSON.stringify([request.method, request.path, request.search, readBody(request.body)]);
  const known = idempotency.recall(key, fingerprint);
  if (known === "conflict") return unprocessable("The Idempotency-Key was used for another request");
  if (known !== undefined) return known;
  const answer = behave();
  idempotency.keep(key, fingerprint, answer);
  return answer;
}
