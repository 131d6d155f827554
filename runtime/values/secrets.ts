import { member, nonEmptyText } from "../base/json.js";
import type { Environment } from "../base/process.js";

/** A secret that the manifest declares. */
export interface SecretDefinition {
  /** The path of the manifest, relative to the project. Present if the manifest marks the secret as required. */
  readonly required?: string;
}

/** The secrets that a manifest declares, by name. */
export type SecretDefinitions = Readonly<Record<string, SecretDefinition>>;

/** The secrets of this process, not those of a delivery. */
export interface ProcessSecrets {
  /** Passed to the constructor. */
  readonly given: Readonly<Record<string, string | undefined>>;
  /**
   * The values that are live in the option `secretSource`, the newest first; empty if it does not have the secret. Throws a
   * `SecretsUnavailableError` if that is not known any more. Default: there is no source.
   */
  readonly fromSource?: ((key: string) => readonly string[]) | undefined;
  readonly env: Environment;
}

/** The prefix of the environment variables of secrets. */
export const secretPrefix = "KIKET_SECRET_";

/**
 * The environment variables that may contain a secret, in the order in which they are tried. `api.token` is read from
 * `KIKET_SECRET_API_TOKEN`, then from `api.token`.
 */
export function secretVariables(key: string): readonly string[] {
  // The naming of the Python SDK: a shell can set it for every key with an ASCII letter or digit (facts 322, 323, 1032).
  const name = key
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
  return name === "" ? [key] : [secretPrefix + name, key];
}

/** A secret from its variables, and the name of the one that has it. */
export function secretInEnvironment(
  key: string,
  env: Environment,
): { readonly value: string; readonly variable: string } | undefined {
  for (const variable of secretVariables(key)) {
    const value = nonEmptyText(member(env, variable));
    if (value !== undefined) return { value, variable };
  }
  return undefined;
}

/**
 * A secret from the constructor, from the option `secretSource`, from its `KIKET_SECRET_` variable, or from the variable of the secret's own
 * name. An empty string counts as missing.
 * @throws {SecretsUnavailableError} if the source has the secret, and could not be asked for too long.
 */
export function processSecret({ given, fromSource, env }: ProcessSecrets, key: string): string | undefined {
  // context.secret of the SDKs reads only the last of these, their settings only the first two (facts 320, 325).
  return nonEmptyText(member(given, key)) ?? fromSource?.(key)[0] ?? secretInEnvironment(key, env)?.value;
}
