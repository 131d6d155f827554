import { isJsonObject, type JsonObject, member } from "../base/json.js";
import type { Config } from "../config/config.js";
import { withoutCredentials } from "../secrecy/credential-names.js";
import type { VerifiedDelivery } from "../verify/verify-origin.js";

const noSecrets: Readonly<Record<string, string>> = Object.freeze({});

/** The secrets and settings that a delivery brings. */
export function secretsOf(payload: JsonObject): Readonly<Record<string, string>> {
  const secrets = member(payload, "secrets");
  if (!isJsonObject(secrets)) return noSecrets;
  const texts = Object.entries(secrets).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return Object.freeze(Object.fromEntries(texts));
}

/** Each costs a little at every line, and a third party may have written as many as a body has room for. */
const mostCredentials = 1_000;

/**
 * What a delivery brings that must not be logged: its token, its secrets other than settings, and the first 1,000 credentials
 * of its payload, those that third parties wrote into a text last.
 */
export function secretValues(config: Config, { auth, delivery }: VerifiedDelivery): readonly string[] {
  const { secrets: _secrets, ...payload } = delivery.payload;
  const secrets = Object.entries(secretsOf(delivery.payload)).filter(
    ([key]) => !Object.hasOwn(config.settingDefinitions, key),
  );
  const { credentials } = withoutCredentials(payload);
  return [auth.runtimeToken ?? "", ...secrets.map(([, value]) => value), ...credentials.slice(0, mostCredentials)];
}
