import { ConfigError } from "./errors.js";

/** Kiket's headers that the runtime reads or sends, in small letters as `Headers` lists them. */
export const headerNames = {
  runtimeToken: "x-kiket-runtime-token",
  extensionApiKey: "x-kiket-api-key",
  eventVersion: "x-kiket-event-version",
  delivery: "x-kiket-delivery",
  signature: "x-kiket-signature",
  timestamp: "x-kiket-timestamp",
  idempotencyKey: "idempotency-key",
} as const;

/** Whether a text can be a header's value: printable ASCII without spaces. */
export function isHeaderText(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

/**
 * What goes into a header, without the blanks around it.
 * @throws {ConfigError} by the name given: the header itself would refuse it with an error that quotes the value.
 */
export function requireHeaderText(name: string, value: unknown): string {
  const text = typeof value === "string" ? value.trim() : "";
  if (!isHeaderText(text)) throw new ConfigError(`${name} must be printable ASCII without spaces.`);
  return text;
}

/** What a content type names without its parameters, in small letters; empty where there is none. */
export function mediaType(contentType: string | null): string {
  const text = contentType ?? "";
  const end = text.indexOf(";");
  return (end === -1 ? text : text.slice(0, end)).trim().toLowerCase();
}

/** Whether a media type is that of JSON, whatever the JSON is of (RFC 6839 §3.1). */
export function isJsonType(type: string): boolean {
  return type === "application/json" || (type.startsWith("application/") && type.endsWith("+json"));
}
