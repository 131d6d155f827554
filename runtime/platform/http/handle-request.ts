import { headerNames, isJsonType, mediaType } from "../../base/headers.js";
import { rateLimitBody, scopesBody } from "../../receive/replies.js";
import { lackingScopes } from "../scopes.js";
import type { Tokens } from "../tokens.js";
import { type AcceptedSecrets, authenticate, type Credential } from "./authenticate.js";
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
  readonly rateLimit: RateLimitCounter;
  readonly tokens: Tokens;
  readonly accepted: AcceptedSecrets;
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
  const caller = operation.credential ? await admit(request, operation, state) : null;
  if (caller !== null && "status" in caller) return caller;

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

  // The validators have checked path, query and body against the document that the types come from.
  const call = { path, query, body, caller: caller?.caller ?? null } as unknown as AcceptedRequest;
  const behave = state.behaviour[operation.operationId] as (call: AcceptedRequest) => Answer;
  return once(request, operation, state.idempotency, () => behave(call));
}

async function admit(request: ApiRequest, operation: Operation, state: RouterState): Promise<Credential | Answer> {
  const credential = await authenticate(request.headers, state.tokens, state.accepted);
  if ("status" in credential) return credential;
  if (!state.rateLimit.take()) return rateLimited(state.rateLimit);
  const missing = lackingScopes(operation.scopes, credential.scopes);
  if (missing.length === 0) return credential;
  return { status: 403, body: scopesBody(operation.scopes, missing) };
}

function rateLimited(rateLimit: RateLimitCounter): Answer {
  const { limit, remaining, reset_in } = rateLimit.window();
  return {
    status: 429,
    headers: {
      "retry-after": String(reset_in),
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": String(remaining),
      "x-ratelimit-reset": String(reset_in),
    },
    body: rateLimitBody(reset_in),
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

function once(request: ApiRequest, operation: Operation, idempotency: Idempotency, behave: () => Answer): Answer {
  const key = operation.idempotencyKey ? request.headers.get(headerNames.idempotencyKey) : null;
  if (key === null) return behave();
  const fingerprint = JSON.stringify([request.method, request.path, request.search, readBody(request.body)]);
  const known = idempotency.recall(key, fingerprint);
  if (known === "conflict") return unprocessable("The Idempotency-Key was used for another request");
  if (known !== undefined) return known;
  const answer = behave();
  idempotency.keep(key, fingerprint, answer);
  return answer;
}
