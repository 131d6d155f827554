import { ApiError } from "./errors.js";
import { isJsonObject, type JsonObject, member, nonEmptyText } from "./json.js";
import { nameOf } from "./outbound/exchange.js";
import { redact } from "./redaction.js";

const longestMessage = 500;

function parseBody(text: string): JsonObject {
  try {
    const body: unknown = JSON.parse(text);
    return isJsonObject(body) ? body : {};
  } catch {
    return {};
  }
}

/** problem+json `detail` and `title`, then the older shapes (wire contract A8). */
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

/** `about:blank` says no more than the status does (RFC 9457 §4.2.1). */
function problemType(body: JsonObject): string | undefined {
  const type = nonEmptyText(member(body, "type"));
  return type === "about:blank" ? undefined : type;
}

/** Whole seconds; a date is counted from now (RFC 9110 §10.2.3). */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

function retryAfterOf(response: Response, body: JsonObject, now: number): number | undefined {
  const seconds = member(body, "retry_after");
  const fromBody = typeof seconds === "number" && seconds >= 0 && seconds < 1e9 ? Math.ceil(seconds) : undefined;
  return parseRetryAfter(response.headers.get("retry-after"), now) ?? fromBody;
}

/** The error for an answer other than 2xx; secrets are taken out of what the platform says. */
export async function readApiError(
  request: { readonly method: string; readonly url: string },
  response: Response,
  secrets: readonly (string | undefined)[],
  now: number,
): Promise<ApiError> {
  const body = parseBody(await response.text());
  const isProblem = response.headers.get("content-type")?.includes("problem+json") ?? false;
  const isRedirect = response.status >= 300 && response.status < 400;
  const clean = <T extends string | undefined>(text: T): T =>
    text === undefined ? text : (redact(text, secrets) as T);
  // Cut after it is clean: half a token is not recognised.
  const said = isRedirect ? "redirects are not followed" : clean(messageOf(body, isProblem))?.slice(0, longestMessage);
  const summary = clean(`${nameOf(request)} answered ${response.status}`);
  return new ApiError(said === undefined ? summary : `${summary}: ${said}`, {
    status: response.status,
    code: clean(codeOf(body, isProblem)),
    requestId: clean(response.headers.get("x-request-id") ?? nonEmptyText(member(body, "request_id"))),
    retryAfter: retryAfterOf(response, body, now),
  });
}
