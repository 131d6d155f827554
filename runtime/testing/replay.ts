import { type Id, isId } from "../base/envelope.js";
import { headerNames } from "../base/headers.js";
import { isJsonObject, type JsonObject, nonEmptyText, parseJsonObject } from "../base/json.js";
import type { DeliveryInput } from "../platform/deliver.js";
import type { Recording } from "../recordings/recording.js";
import { isCredentialName } from "../secrecy/credential-names.js";
import { deliverySecrets } from "../secrecy/delivery-secrets.js";
import { mask } from "../secrecy/redacting-logger.js";
import { normalise } from "../verify/normalise-envelope.js";

/**
 * Reads a recorded delivery, or only the body of a delivery if it names the event.
 * @throws {TypeError} if it is neither. The message contains `source` and what is wrong.
 */
export function parseRecording(text: string, source = "the recording"): Recording {
  const value = parseJsonObject(text);
  if (value === undefined)
    throw new TypeError(`${source} must contain one JSON object: { event, version, headers, body }.`);
  // The payload of some events has a member `body` that is text.
  const wrapped = isJsonObject(value.body) || value.headers !== undefined;
  const body = wrapped ? value.body : value;
  if (!isJsonObject(body)) throw new TypeError(`${source}: "body" must be a JSON object.`);
  const headers = readHeaders(wrapped ? value.headers : undefined, source);
  const event =
    nonEmptyText(value.event) ?? nonEmptyText(body.event) ?? headerEvent(headers) ?? nonEmptyText(body.type);
  if (event === undefined) {
    throw new TypeError(`${source} does not name an event: add "event", or a header x-kiket-event.`);
  }
  const version =
    nonEmptyText(value.version) ?? nonEmptyText(body.event_version) ?? headers[headerNames.eventVersion] ?? "v1";
  return { event, version, headers, body };
}

function readHeaders(value: unknown, source: string): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  const entries = isJsonObject(value) ? Object.entries(value) : undefined;
  if (entries === undefined || entries.some(([, text]) => typeof text !== "string")) {
    throw new TypeError(`${source}: "headers" must be an object whose values are strings.`);
  }
  return Object.fromEntries(entries.map(([name, text]) => [name.toLowerCase(), String(text)]));
}

function headerEvent(headers: Readonly<Record<string, string>>): string | undefined {
  const name = headers[headerNames.event];
  try {
    return name === undefined ? undefined : decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Headers that are set again for each request, or that have no meaning in another request. */
const requestHeaders =
  /^(content-length|content-encoding|transfer-encoding|connection|keep-alive|proxy-connection|upgrade|te|trailer|expect|host|accept-encoding)$/;

/**
 * The recorded delivery as a new one: it has no id, so it is not a redelivery, and the platform makes a new token and signature.
 * A webhook has the payload that handlers see. Secrets that the recording hides are taken from `secrets`, and are absent if they are not there.
 */
export function deliveryOf(
  { event, version, headers, body }: Recording,
  secrets: Readonly<Record<string, string>> = {},
): DeliveryInput {
  const { payload: whole, family } = normalise(body);
  const { authentication, api: _api, secrets: _secrets, event: _event, event_version: _version, ...members } = whole;
  const { id: _id, ...unnamed } = members;
  const scopes = isJsonObject(authentication) ? authentication.scopes : undefined;
  const own = Object.entries(headers).filter(([name]) => !requestHeaders.test(name) && !isCredentialName(name));
  const orgId = idIn(headers[headerNames.organization]);
  const projId = idIn(headers[headerNames.project]);
  const rest = own.filter(([name]) => !name.startsWith("x-kiket-") && name !== "content-type");
  return {
    event,
    version,
    payload: family === "identified" ? unnamed : members,
    headers: Object.fromEntries(rest),
    secrets: { ...recordedSecrets(body), ...secrets },
    ...(isTexts(scopes) ? { scopes } : {}),
    ...(orgId === undefined ? {} : { orgId }),
    ...(projId === undefined ? {} : { projId }),
  };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** Without hidden values: a handler would use the text `[redacted]` as the secret. */
function recordedSecrets(body: JsonObject): Readonly<Record<string, string>> {
  const { given } = deliverySecrets(body, () => true);
  return Object.fromEntries(Object.entries(given).filter(([, text]) => text !== mask));
}

/** The id in a header, or undefined if there is none. */
function idIn(text: string | undefined): Id | undefined {
  if (!isId(text)) return undefined;
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}
