import { isJsonObject, type JsonObject, member } from "../base/json.js";
import { mask } from "./redacting-logger.js";

/** What a delivery brings in `secrets`, which holds each organization's settings as well. */
export interface DeliverySecrets {
  /** What handlers are given: the texts, settings among them. */
  readonly given: Readonly<Record<string, string>>;
  /** The values of secrets, to be kept out of what anybody reads: texts and numbers, at any depth. */
  readonly hidden: () => readonly string[];
  /** All members, as anybody may read them: `[redacted]` in place of a secret. */
  readonly shown: () => JsonObject;
}

const none: DeliverySecrets = Object.freeze({ given: Object.freeze({}), hidden: () => [], shown: () => ({}) });

/** True, false and null are left: they are in every text, and tell nothing. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string" || typeof value === "number") return [String(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Tells the secrets that a payload brings from its settings: all are secrets but those of which it is known otherwise. */
export function deliverySecrets(payload: JsonObject, isSetting: (key: string) => boolean): DeliverySecrets {
  const secrets = member(payload, "secrets");
  if (!isJsonObject(secrets)) return none;
  const members = Object.entries(secrets);
  const texts = members.filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return {
    given: Object.freeze(Object.fromEntries(texts)),
    hidden: () => members.flatMap(([key, value]) => (isSetting(key) ? [] : textsIn(value))),
    shown: () => Object.fromEntries(members.map(([key, value]) => [key, isSetting(key) ? value : mask])),
  };
}
