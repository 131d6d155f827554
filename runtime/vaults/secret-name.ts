import { ConfigError } from "../base/errors.js";
import { shownText } from "../logging/visible-text.js";

/**
 * A name that the vault can have. Any other one is refused before something is asked: it could lead to another secret.
 * @throws {ConfigError} if it does not match.
 */
export function requireSecretName(name: string, valid: RegExp, vault: string): string {
  if (valid.test(name)) return name;
  throw new ConfigError(
    `${JSON.stringify(shownText(name, 100))} cannot be the name of a secret in ${vault}: give the option nameOf of secretsFrom, which makes one that can.`,
  );
}
