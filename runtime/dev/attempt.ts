import { isJsonObject, type JsonObject, parseJsonObject } from "../base/json.js";
import { verdictIn } from "../handler/verdicts.js";
import { type ApiCall, redactedHeaders } from "../platform/http/recorded-calls.js";
import { callRecordOf } from "../platform/inspector/call-record.js";
import type { AttemptRecord, StageRecord } from "../platform/inspector/delivery-record.js";

/** The claims of the runtime token in a body, without checking it. */
export function claimsIn(body: string): JsonObject | undefined {
  const { authentication } = parseJsonObject(body) ?? {};
  const token = isJsonObject(authentication) ? authentication.runtime_token : undefined;
  const [, claims] = typeof token === "string" ? token.split(".") : [];
  return claims === undefined ? undefined : parseJsonObject(Buffer.from(claims, "base64url").toString());
}

interface SentRequest {
  readonly method: string;
  readonly headers: Headers;
  readonly body: string;
}

/** An attempt whose request is being sent. */
export function startedAttempt(
  number: number,
  at: number,
  build: number,
  url: string,
  { method, headers, body }: SentRequest,
): AttemptRecord {
  const claims = claimsIn(body);
  const request = { method, url, headers: redactedHeaders(headers), body, ...(claims === undefined ? {} : { claims }) };
  return { number, at, build, request, calls: [], logs: [] };
}

/** The attempt with its reply. */
export function repliedAttempt(
  attempt: AttemptRecord,
  { status, ok, headers }: Response,
  body: string,
  ms: number,
): AttemptRecord {
  const verdict = ok ? verdictIn(body) : undefined;
  const reply = { status, headers: redactedHeaders(headers), body };
  return { ...attempt, reply, ms, ...(verdict === undefined ? {} : { verdict }) };
}

/** The attempt with where its time went. Another line, such as that of a handler that ends after its timeout, says no more of it. */
export function withStages(attempt: AttemptRecord, stages: readonly StageRecord[] | undefined): AttemptRecord {
  return stages === undefined || attempt.stages !== undefined ? attempt : { ...attempt, stages };
}

/** Calls of one attempt that are kept. */
const mostCalls = 200;

/** The attempt with one more call. */
export function withCall(attempt: AttemptRecord, call: ApiCall): AttemptRecord {
  if (attempt.calls.length >= mostCalls) return attempt;
  return { ...attempt, calls: [...attempt.calls, callRecordOf(call)] };
}
