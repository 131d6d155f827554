import { ApiError, type InvalidField } from "../base/errors.js";
import { mediaType } from "../base/headers.js";
import { defined, isJsonObject, type JsonObject, member, nonEmptyText, parseJsonObject } from "../base/json.js";
import { redact } from "../secrecy/redacting-logger.js";
import { nameOf, type OutboundRequest, perhapsDone, type RawResponse } from "./exchange.js";
import { parseRetryAfter } from "./retry-after.js";

const longestMessage = 500;
const mostDetails = 100;
/** How many of the details are in the message, and the maximum length of each there. */
const mostShown = 3;
const longestShown = 160;

/** `detail` and `title` of problem+json, then the older shapes (fact 210). */
function messageOf(body: JsonObject, isProblem: boolean): string | undefined {
  const error = member(body, "error");
  const nested = isJsonObject(error) ? member(error, "message") : undefined;
  const problem = isProblem ? [member(body, "detail"), member(body, "title")] : [];
  const older = [error, nested, member(body, "message"), member(body, "detail"), member(body, "title")];
  return [...problem, ...older].map(nonEmptyText).find((text) => text !== undefined);
}

function codeOf(body: JsonObject, isProblem: boolean): string | undefined {
  const error = member(body, "error");
  return (
    nonEmptyText(member(body, "code")) ??
    (isJsonObject(error) ? nonEmptyText(member(error, "code")) : undefined) ??
    (isProblem ? problemType(body) : undefined)
  );
}

/** `about:blank` means no more than the status (RFC 9457, section 4.2.1). */
function problemType(body: JsonObject): string | undefined {
  const type = nonEmptyText(member(body, "type"));
  return type === "about:blank" ? undefined : type;
}

function retryAfterOf(headers: Headers, body: JsonObject, now: number): number | undefined {
  const seconds = member(body, "retry_after");
  const fromBody = typeof seconds === "number" && seconds >= 0 && seconds < 1e9 ? Math.ceil(seconds) : undefined;
  return parseRetryAfter(headers.get("retry-after"), now) ?? fromBody;
}

type Clean = <T extends string | undefined>(text: T) => T;

/** The members that say why a call was refused: lists of texts or objects, or texts by field (facts 210, 211 and 216). */
const reasonMembers = ["details", "errors", "blockers"];

/** The reasons in one member. */
function* reasonsIn(value: unknown, clean: Clean, field?: string): Generator<InvalidField> {
  // Secrets are replaced before the text is cut: half a token would not be recognised.
  const textOf = (given: unknown) => clean(nonEmptyText(given))?.slice(0, longestMessage);
  const named = textOf(field);
  for (const reason of Array.isArray(value) ? value : [value]) {
    if (isJsonObject(reason)) {
      const type = textOf(member(reason, "type"));
      // In a list, the type says more than nothing.
      const message = textOf(member(reason, "message")) ?? (reason === value ? undefined : type);
      const of = textOf(member(reason, "field")) ?? named;
      if (message !== undefined) yield { ...defined({ field: of, type }), message };
      // Texts by field, one level deep.
      else if (reason === value && field === undefined) {
        for (const [name, reasons] of Object.entries(reason)) yield* reasonsIn(reasons, clean, name);
      }
    } else {
      const message = textOf(reason);
      if (message !== undefined) yield { ...defined({ field: named }), message };
    }
  }
}

function detailsOf(body: JsonObject, clean: Clean): InvalidField[] {
  // No source shows whether the newest errors are in `data`, as the newest answers are.
  const places = [body, member(body, "error"), member(body, "data")].filter(isJsonObject);
  const details: InvalidField[] = [];
  for (const place of places) {
    for (const name of reasonMembers) {
      for (const reason of reasonsIn(member(place, name), clean)) {
        if (details.length === mostDetails) return details;
        details.push(reason);
      }
    }
  }
  return details;
}

function listOf(details: readonly InvalidField[]): string | undefined {
  if (details.length === 0) return undefined;
  const shown = details
    .slice(0, mostShown)
    .map(({ field, message }) => (field === undefined ? message : `${field} ${message}`).slice(0, longestShown));
  const rest = details.length - shown.length;
  return [...shown, ...(rest > 0 ? [`${rest} more`] : [])].join("; ");
}

/** Kiket's message, followed by the details. */
function describe(said: string | undefined, details: readonly InvalidField[]): string | undefined {
  const list = listOf(details);
  return said === undefined || list === undefined || said === list ? (said ?? list) : `${said} (${list})`;
}

type Call = Pick<OutboundRequest, "method" | "url">;

/** The error for a response other than 2xx. Secrets in the response are replaced. */
export function readApiError(
  request: Call,
  response: RawResponse,
  secrets: readonly (string | undefined)[],
  now: number,
): ApiError {
  const { status, headers, bytes } = response;
  const body = parseJsonObject(new TextDecoder().decode(bytes)) ?? {};
  const isProblem = mediaType(headers.get("content-type")) === "application/problem+json";
  const isRedirect = status >= 300 && status < 400;
  const clean: Clean = (text) => (text === undefined ? text : (redact(text, secrets) as typeof text));
  const details = detailsOf(body, clean);
  const said = isRedirect
    ? "redirects are not followed"
    : describe(clean(messageOf(body, isProblem))?.slice(0, longestMessage), details);
  const summary = clean(`${nameOf(request)} answered ${status}`);
  return new ApiError(said === undefined ? summary : `${summary}: ${said}`, {
    status,
    code: clean(codeOf(body, isProblem)),
    requestId: clean(headers.get("x-request-id") ?? nonEmptyText(member(body, "request_id"))),
    retryAfter: retryAfterOf(headers, body, now),
    details,
  });
}

/** The error for a 2xx response that cannot be used. */
export function unusableResponse(
  request: Call,
  { status, headers }: Pick<RawResponse, "status" | "headers">,
  problem: string,
  secrets: readonly (string | undefined)[],
): ApiError {
  const requestId = headers.get("x-request-id");
  return new ApiError(redact(`${nameOf(request)} answered ${status} with ${problem}${perhapsDone(request)}`, secrets), {
    status,
    code: undefined,
    requestId: requestId === null ? undefined : redact(requestId, secrets),
    retryAfter: undefined,
  });
}

/** @throws {ApiError} if the body of a 2xx response is not JSON. */
export function parseAnswer(
  text: string,
  request: Call,
  response: Pick<RawResponse, "status" | "headers">,
  secrets: readonly (string | undefined)[],
): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const type = mediaType(response.headers.get("content-type")).slice(0, 100);
    const problem = `a body that is not JSON${type === "" ? "" : ` (content type ${type})`}`;
    throw unusableResponse(request, response, problem, secrets);
  }
}
