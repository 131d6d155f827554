import { isJsonObject, type JsonObject } from "../base/json.js";
import { withoutCredentials } from "../secrecy/credential-names.js";
import { deliverySecrets } from "../secrecy/delivery-secrets.js";
import { mask } from "../secrecy/redacting-logger.js";
import { textRedactor } from "../secrecy/text-redactor.js";
import { withoutSecretPatterns } from "./secret-patterns.js";

/** A delivery as it was sent, without its token and secrets. */
export interface Recording {
  readonly event: string;
  readonly version: string;
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

/** What is known of a delivery's secrets, beyond what names and forms tell. */
export interface RecordingSecrets {
  /** Whether a key in `secrets` is a setting, whose value is recorded. */
  readonly isSetting: (key: string) => boolean;
  /** Values that are hidden wherever they are. */
  readonly known?: Iterable<unknown>;
}

/**
 * The delivery in a form that can be committed: tokens, signatures, passwords, keys and secrets are replaced by `[redacted]` everywhere
 * in headers and payload, recognised by the names of members or by their own form. Personal data in the payload is kept.
 */
export function redactedRecording(recording: Recording, secrets: RecordingSecrets): Recording {
  return redactedTogether(recording, undefined, secrets).recording;
}

/** The same, with other data of the delivery, such as answers to its calls, from which the same secrets are removed. */
export function redactedTogether<Others>(
  { event, version, headers, body }: Recording,
  others: Others,
  { isSetting, known = [] }: RecordingSecrets,
): { readonly recording: Recording; readonly others: Others } {
  const { hidden, shown } = deliverySecrets(body, isSetting);
  const { secrets, ...rest } = body;
  const settings = Object.entries(shown());
  const { safe, credentials } = withoutCredentials(
    // Settings without their names: they are kept also where one is named like a credential.
    { headers, body: rest, others, settings: settings.map(([, value]) => value) },
    withoutSecretPatterns,
  );
  const clean = cleaned(safe, [...hidden(), ...credentials, ...known]) as Omit<Recording, "event" | "version"> & {
    readonly others: Others;
    readonly settings: readonly unknown[];
  };
  const cleanSettings = Object.fromEntries(settings.map(([key], index) => [key, clean.settings[index]]));
  const cleanBody = { ...clean.body, ...(isJsonObject(secrets) ? { secrets: cleanSettings } : {}) };
  return { recording: { event, version, headers: clean.headers, body: cleanBody }, others: clean.others };
}

/** A copy without the given secrets, and without those that are recognised by their form in names of members. */
function cleaned(value: unknown, secrets: readonly unknown[]): unknown {
  const redact = textRedactor(secrets);
  const texts = new Set(secrets);
  // Objects of a list have the same names, and recognising forms is slow.
  const names = new Map<string, string>();
  const nameOf = (key: string): string => {
    const name = names.get(key) ?? redact(withoutSecretPatterns(key));
    names.set(key, name);
    return name;
  };
  const clean = (item: unknown): unknown => {
    if (typeof item === "string") return redact(item);
    if (typeof item === "number") return texts.has(String(item)) ? mask : item;
    if (Array.isArray(item)) return item.map(clean);
    if (!isJsonObject(item)) return item;
    return Object.fromEntries(Object.entries(item).map(([key, each]) => [nameOf(key), clean(each)]));
  };
  return clean(value);
}
