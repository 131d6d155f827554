import { member, nonEmptyText } from "../base/json.js";
import type { Environment } from "../base/process.js";

/** A secret that the manifest declares. */
export interface SecretDefinition {
  /** The manifest that declares it, relative to the project; present where the manifest says that it is required. */
  readonly required?: string;
}

/** The secrets that a manifest declares, by name. */
export type SecretDefinitions = Readonly<Record<string, SecretDefinition>>;

/** The secrets of this process, as opposed to those that a delivery brings. */
export interface ProcessSecrets {
  readonly given: Readonly<Record<string, string | undefined>>;
  readonly env: Environment;
}

/** What the variables of secrets start with. */
export const secretPrefix = "KIKET_SECRET_";

/**
 * The variables that a secret is looked for in, in that order. `api.token` is found in `KIKET_SECRET_API_TOKEN`: Python's naming,
 * the only one of the SDKs' that a shell can set for every key (wire contract §3.5, D32) with a letter or digit of ASCII.
 */
export function secretVariables(key: string): readonly string[] {
  const name = key
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
  return name === "" ? [key] : [secretPrefix + name, key];
}

/**
 * Constructor, `KIKET_SECRET_*`, then the variable of the secret's own name; an empty text counts as absent. The SDKs'
 * `context.secret` knows the last one only, and their settings the first two (wire contract §3.6): here one name means one
 * secret, wherever it is set.
 */
export function processSecret({ given, env }: ProcessSecrets, key: string): string | undefined {
  const texts = [member(given, key), ...secretVariables(key).map((name) => member(env, name))];
  return texts.map(nonEmptyText).find((text) => text !== undefined);
}
