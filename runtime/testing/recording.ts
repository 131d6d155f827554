import { isJsonObject, type JsonObject } from "../base/json.js";
import type { DeliveryOutcome } from "../platform/deliver.js";
import { isCredentialName, withoutCredentials } from "../secrecy/credential-names.js";
import { deliverySecrets } from "../secrecy/delivery-secrets.js";
import { mask, redact } from "../secrecy/redacting-logger.js";

/** A delivery as it was sent, kept as JSON, without its token and secrets. */
export interface Recording {
  readonly event: string;
  readonly version: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

export interface RecordOptions {
  /** Keys of `secrets` whose values are no secrets, such as settings: they are recorded as they are. */
  readonly keep?: readonly string[];
}

/** Three base64url parts, of which the first starts as every JSON object does. */
const jsonWebToken = /eyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/**
 * What was delivered, fit to be committed: tokens, signatures, passwords and secrets are `[redacted]`, wherever they stand, in
 * whatever member of the payload they came. Personal data in the payload is kept.
 * @throws {TypeError} where the delivery's body is no JSON object.
 */
export function recordingOf({ event, version, sent }: DeliveryOutcome, options: RecordOptions = {}): Recording {
  const body = parseObject(sent.body);
  if (body === undefined)
    throw new TypeError(`The body of ${event} ${version} is no JSON object: it cannot be recorded.`);
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

/** The JSON object that a text holds, if it holds one. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
