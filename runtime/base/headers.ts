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
