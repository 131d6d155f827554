import { isJsonObject, type JsonObject, member } from "../base/json.js";
import { mask } from "./redacting-logger.js";
import { textsOf } from "./secret-texts.js";

/** The `secrets` of a delivery, which also contain settings of the organization. */
export interface DeliverySecrets {
  /** All strings, settings included, as handlers get them. */
  readonly given: Readonly<Record<string, string>>;
  /** The values of settings, of any type. */
  readonly settings: () => JsonObject;
  /** The values that must be hidden: strings and numbers of secrets, at any depth. */
  readonly hidden: () => readonly string[];
  /** All members, with `[redacted]` in place of each secret. */
  readonly shown: () => JsonObject;
}

const none: DeliverySecrets = Object.freeze({
  given: Object.freeze({}),
  settings: () => ({}),
  hidden: () => [],
  shown: () => ({}),
});

/** Separates the secrets of a payload from its settings. A member is a secret unless it is known to be a setting. */
export function deliverySecrets(payload: JsonObject, isSetting: (key: string) => boolean): DeliverySecrets {
  const secrets = member(payload, "secrets");
  // Not known to be sent in any other shape, but a secret must be hidden in every shape.
  if (!isJsonObject(secrets)) return { ...none, hidden: () => textsOf(secrets) };
  const members = Object.entries(secrets);
  const texts = members.filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return {
    given: Object.freeze(Object.fromEntries(texts)),
    settings: () => Object.fromEntries(members.filter(([key]) => isSetting(key))),
    hidden: () => members.flatMap(([key, value]) => (isSetting(key) ? [] : textsOf(value))),
    shown: () => Object.fromEntries(members.map(([key, value]) => [key, isSetting(key) ? value : mask])),
  };
}
