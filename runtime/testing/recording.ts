import { isJsonObject, type JsonObject, parseJsonObject } from "../base/json.js";
import type { DeliveryOutcome } from "../platform/deliver.js";
import { isCredentialName, withoutCredentials } from "../secrecy/credential-names.js";
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

/** Three parts in base64url. The first part is a JSON object, so it starts with `eyJ`. */
const jsonWebToken = /eyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/**
 * The delivery in a form that can be committed: tokens, signatures, passwords and secrets are replaced by `[redacted]` everywhere
 * in headers and payload. Personal data in the payload is kept.
 * @throws {TypeError} if the body of the delivery is not a JSON object.
 */
export function recordingOf({ event, version, sent }: DeliveryOutcome, options: RecordOptions = {}): Recording {
  const body = parseJsonObject(sent.body);
  if (body === undefined)
    throw new TypeError(`Cannot record the delivery of ${event} ${version}: its body is not a JSON object.`);
  const kept = new Set(options.keep ?? []);
  const { hidden, shown } = deliverySecrets(body, (key) => kept.has(key));
  const { secrets, ...rest } = body;
  const { safe, credentials } = withoutCredentials(rest);
  const texts = [...hidden(), ...credentials];
  const clean = (value: unknown): unknown => cleaned(value, texts);
  return {
    event,
    version,
    headers: Object.fromEntries(
      Object.entries(sent.headers).map(([name, value]) => [name, isCredentialName(name) ? mask : String(clean(value))]),
    ),
    body: {
      ...(clean(safe) as JsonObject),
      ...(isJsonObject(secrets) ? { secrets: clean(shown()) } : {}),
    },
  };
}

function cleaned(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === "string") return redact(value, secrets).replace(jsonWebToken, mask);
  if (typeof value === "number") return secrets.includes(String(value)) ? mask : value;
  if (Array.isArray(value)) return value.map((item) => cleaned(item, secrets));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cleaned(item, secrets)]));
}
