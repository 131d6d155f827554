import { ApiError, type InvalidField } from "../base/errors.js";
import { mediaType } from "../base/headers.js";
import { isJsonObject, type JsonObject, member, nonEmptyText, parseJsonObject } from "../base/json.js";
import { redact } from "../secrecy/redacting-logger.js";
import { nameOf } from "./exchange.js";
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

function retryAfterOf(response: Response, body: JsonObject, now: number): number | undefined {
  const seconds = member(body, "retry_after");
  const fromBody = typeof seconds === "number" && seconds >= 0 && seconds < 1e9 ? Math.ceil(seconds) : undefined;
  return parseRetryAfter(response.headers.get("retry-after"), now) ?? fromBody;
}

type Clean = <T extends string | undefined>(text: T) => T;

/** `details` of the body: `{field, message}`, where `field` is optional (`Error` in schemas/openapi.yaml). */
function detailsOf(body: JsonObject, clean: Clean): InvalidField[] {
  const details = member(body, "details");
  if (!Array.isArray(details)) return [];
  // Secrets are replaced before the text is cut: half a token would not be recognised.
  const textOf = (value: unknown) => clean(nonEmptyText(value))?.slice(0, longestMessage);
  return details.slice(0, mostDetails).flatMap((detail: unknown): InvalidField[] => {
    if (!isJsonObject(detail)) return [];
    const field = textOf(member(detail, "field"));
    const message = textOf(member(detail, "message"));
    return message === undefined ? [] : [{ ...(field !== undefined && { field }), message }];
  });
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
  return said === undefined || list === undefined ? (said ?? list) : `${said} (${list})`;
}

/** The error for a response other than 2xx. Secrets in the response are replaced. */
export async function readApiError(
  request: { readonly method: string; readonly url: string },
  response: Response,
  secrets: readonly (string | undefined)[],
  now: number,
): Promise<ApiError> {
  const body = parseJsonObject(await response.text()) ?? {};
  const isProblem = mediaType(response.headers.get("content-type")) === "application/problem+json";
  const isRedirect = response.status >= 300 && response.status < 400;
  const clean: Clean = (text) => (text === undefined ? text : (redact(text, secrets) as typeof text));
  const details = detailsOf(body, clean);
  const said = isRedirect
    ? "redirects are not followed"
    : describe(clean(messageOf(body, isProblem))?.slice(0, longestMessage), details);
  const summary = clean(`${nameOf(request)} answered ${response.status}`);
  return new ApiError(said === undefined ? summary : `${summary}: ${said}`, {
    status: response.status,
    code: clean(codeOf(body, isProblem)),
    requestId: clean(response.headers.get("x-request-id") ?? nonEmptyText(member(body, "request_id"))),
    retryAfter: retryAfterOf(response, body, now),
    details,
  });
}
