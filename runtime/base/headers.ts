import { ConfigError } from "./errors.js";
import { trimmedText } from "./text.js";

/** Kiket's headers that the runtime reads or sends, in lower case as `Headers` lists them. */
export const headerNames = {
  runtimeToken: "x-kiket-runtime-token",
  extensionApiKey: "x-kiket-api-key",
  apiKey: "x-api-key",
  organizationId: "x-organization-id",
  eventVersion: "x-kiket-event-version",
  event: "x-kiket-event",
  delivery: "x-kiket-delivery",
  organization: "x-kiket-organization",
  project: "x-kiket-project",
  signature: "x-kiket-signature",
  timestamp: "x-kiket-timestamp",
  idempotencyKey: "idempotency-key",
} as const;

/** Whether a string is accepted as a header's value: printable ASCII without spaces. */
export function isHeaderText(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

/**
 * The trimmed value for a header.
 * @throws {ConfigError} if the value is not valid. The message contains the name; the error of `Headers` would quote the value.
 */
export function requireHeaderText(name: string, value: unknown): string {
  const text = typeof value === "string" ? value.trim() : "";
  if (value === undefined || value === null || value === "") throw new ConfigError(`${name} is missing.`);
  if (!isHeaderText(text)) throw new ConfigError(`${name} must be printable ASCII without spaces.`);
  return text;
}

/**
 * A header that has one value. A proxy may send it twice: the same value twice is that value. Different ones are returned as they were
 * joined, with a comma, which is none of the values.
 */
export function singleValue(headers: Headers, name: string): string | undefined {
  const text = headers.get(name)?.trim() ?? "";
  if (!text.includes(",")) return text === "" ? undefined : text;
  const [value, ...others] = text.split(",").flatMap((part) => trimmedText(part) ?? []);
  return others.every((other) => other === value) ? value : text;
}

/** The media type without its parameters, in lower case; empty if there is no content type. */
export function mediaType(contentType: string | null): string {
  const text = contentType ?? "";
  const end = text.indexOf(";");
  return (end === -1 ? text : text.slice(0, end)).trim().toLowerCase();
}

/** Whether a media type is JSON, or ends in `+json` (RFC 6839, section 3.1). */
export function isJsonType(type: string): boolean {
  return type === "application/json" || (type.startsWith("application/") && type.endsWith("+json"));
}
