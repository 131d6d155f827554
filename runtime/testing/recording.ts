import { isJsonObject, type JsonObject, parseJsonObject } from "../base/json.js";
import type { DeliveryOutcome } from "../platform/deliver.js";
import { withoutSecretPatterns } from "../recordings/secret-patterns.js";
import { withoutCredentials } from "../secrecy/credential-names.js";
import { deliverySecrets } from "../secrecy/delivery-secrets.js";
import { mask, redact } from "../secrecy/redacting-logger.js";

/** A delivery as it was sent, without its token and secrets. */
export interface Recording {
  readonly event: string;
  readonly version: string;
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

export interface RecordOptions {
  /** Keys in `secrets` whose values are not secret, such as settings. Their values are recorded. */
  readonly keep?: readonly string[];
}

/**
 * The delivery in a form that can be committed: tokens, signatures, passwords, keys and secrets are replaced by `[redacted]` everywhere
 * in headers and payload, recognised by the names of members or by their own form. Personal data in the payload is kept.
 * @throws {TypeError} if the body of the delivery is not a JSON object.
 */
export function recordingOf({ event, version, sent }: DeliveryOutcome, options: RecordOptions = {}): Recording {
  const body = parseJsonObject(sent.body);
  if (body === undefined)
    throw new TypeError(`Cannot record the delivery of ${event} ${version}: its body is not a JSON object.`);
  const kept = new Set(options.keep ?? []);
  const { hidden, shown } = deliverySecrets(body, (key) => kept.has(key));
  const { secrets, ...rest } = body;
  const settings = Object.entries(shown());
  const { safe, credentials } = withoutCredentials(
    // Settings without their names: they are kept also where one is named like a credential.
    { headers: sent.headers, body: rest, settings: settings.map(([, value]) => value) },
    withoutSecretPatterns,
  );
  const clean = cleaned(safe, [...hidden(), ...credentials]) as Omit<Recording, "event" | "version"> & {
    readonly settings: readonly unknown[];
  };
  const cleanSettings = Object.fromEntries(settings.map(([key], index) => [key, clean.settings[index]]));
  return {
    event,
    version,
    headers: clean.headers,
    body: { ...clean.body, ...(isJsonObject(secrets) ? { secrets: cleanSettings } : {}) },
  };
}

/** A copy without the given secrets, and without those that are recognised by their form in names of members. */
function cleaned(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === "string") return redact(value, secrets);
  if (typeof value === "number") return secrets.includes(String(value)) ? mask : value;
  if (Array.isArray(value)) return value.map((item) => cleaned(item, secrets));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [redact(withoutSecretPatterns(key), secrets), cleaned(item, secrets)]),
  );
}
