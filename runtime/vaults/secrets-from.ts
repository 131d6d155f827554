import { ConfigError } from "../base/errors.js";
import { trimmedText } from "../base/text.js";
import { requireWholeNumber } from "../base/whole-number.js";
import { type LiveSecret, type LiveSecrets, noteOpener, type Opening } from "./live-secrets.js";
import { openSecrets } from "./secret-cache.js";
import type { SecretSource } from "./secret-source.js";

/** Options of `secretsFrom`. Times are in milliseconds. */
export interface SecretsFromOptions {
  /**
   * How long values stay current. They are loaded again in the background before that, at a random time in its last quarter. Default: that of the
   * source, else 300000 (5 minutes).
   */
  readonly ttl?: number | undefined;
  /**
   * How old values may become while the source cannot be asked. Then using one is an error, and deliveries are answered 503. Default:
   * 86400000 (24 hours), or the time to live if that is longer.
   */
  readonly maxStale?: number | undefined;
  /** How long the source may take for one answer. Default: 10000. */
  readonly timeout?: number | undefined;
  /** How long `serve`, `run` and `startWorker` try to load the secrets before they give up. Default: 30000. */
  readonly startWithin?: number | undefined;
  /** Stands before the name of each secret in the source, such as `my-extension/`. Default: nothing. */
  readonly prefix?: string | undefined;
  /** The name of a secret in the source, after the prefix, where it is not the key: for example because the source allows no dots. Default: the key. */
  readonly nameOf?: ((key: string) => string) | undefined;
}

const usualTtl = 5 * 60_000;
const usualMaxStale = 24 * 60 * 60_000;

/**
 * Makes the secrets of a source usable as options of `createExtension`: `secretSource`, `webhookSecrets` and `workspaceToken`. Nothing is loaded
 * before an extension needs it.
 * @throws {ConfigError} if an option is not valid.
 */
export function secretsFrom(source: SecretSource, options: SecretsFromOptions = {}): LiveSecrets {
  const given: unknown = source;
  if (typeof given !== "object" || given === null || typeof source.load !== "function") {
    throw new ConfigError("secretsFrom needs a source, such as secretFiles(), or an object with name and load.");
  }
  const { prefix = "", nameOf = (key) => key } = options;
  const ttl = requireWholeNumber("ttl", options.ttl ?? source.ttl ?? usualTtl, 1);
  const maxStale = requireWholeNumber("maxStale", options.maxStale ?? Math.max(usualMaxStale, ttl), ttl);
  const times = {
    ttl,
    maxStale,
    timeout: requireWholeNumber("timeout", options.timeout ?? 10_000, 1),
    startWithin: requireWholeNumber("startWithin", options.startWithin ?? 30_000, 0),
  };
  const opener = {
    open: (opening: Opening) => openSecrets(source, times, (key) => prefix + nameOf(key), opening),
  };
  const handle: LiveSecrets = Object.freeze({
    secret(key: string): LiveSecret {
      if (trimmedText(key) === undefined) throw new ConfigError("secret() needs the key of a secret.");
      const secret = Object.freeze({ key });
      noteOpener(secret, opener);
      return secret;
    },
  });
  noteOpener(handle, opener);
  return handle;
}
