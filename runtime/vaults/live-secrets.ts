import type { AgeClock } from "../base/age-clock.js";
import { ConfigError } from "../base/errors.js";
import type { Logger } from "../base/logger.js";

/** One secret of a source, for an option: it stands for the values that are live at any time. It has none itself. */
export interface LiveSecret {
  /** The name that the program uses. Its place in the vault is up to the source. */
  readonly key: string;
}

/** The secrets of a source, for the options of `createExtension`. It has no values itself: each extension loads its own. */
export interface LiveSecrets {
  /**
   * One of them, for `webhookSecrets` or `workspaceToken`.
   * @throws {ConfigError} if the key is blank.
   */
  secret(key: string): LiveSecret;
}

/** A secret to load. `neededFor`: the option that cannot do without it. */
export interface WantedSecret {
  readonly key: string;
  readonly neededFor?: string | undefined;
}

/** What secrets are opened with. */
export interface Opening {
  readonly wanted: readonly WantedSecret[];
  readonly ages: AgeClock;
  readonly log: () => Logger;
  /** Is told every value that was loaded, before anything else happens with it. */
  readonly learned: (values: Iterable<string>) => void;
}

/** The secrets of a source while an extension uses them. */
export interface OpenSecrets {
  readonly sourceName: string;
  /** The name that the source has for a secret. */
  nameOf(key: string): string;
  /**
   * Resolves when they are loaded, after some tries.
   * @throws {ConfigError} if that is not possible.
   */
  started(): Promise<void>;
  /** Before they are used: what to wait for; undefined if nothing is due. Never rejects. */
  refreshed(): Promise<void> | undefined;
  isLoaded(): boolean;
  /** Whether they are loaded, and every needed one has a value that is not too old. */
  isReady(): boolean;
  /**
   * The live values of a secret, the newest first; the same list until they change. Empty if the source does not have it.
   * @throws {SecretsUnavailableError} if they are not loaded, or are too old.
   */
  values(key: string): readonly string[];
  /** All live values. */
  all(): Iterable<string>;
  /** Loads them again, because a value seems not to be current. False if that is not possible now. Never rejects. */
  renewed(): Promise<boolean>;
  close(): void;
}

interface Opener {
  readonly open: (opening: Opening) => OpenSecrets;
}

/** By handle, and by secret of a handle. So the extension can be bundled without what loads secrets. */
const openers = new WeakMap<object, Opener>();

/** Lets `createExtension` open what belongs together: a handle and its secrets. */
export function noteOpener(belonging: object, opener: Opener): void {
  openers.set(belonging, opener);
}

/** @throws {ConfigError} if `secretsFrom` did not make it. */
export function openerOf(option: string, belonging: unknown): Opener {
  const opener = typeof belonging === "object" && belonging !== null ? openers.get(belonging) : undefined;
  if (opener !== undefined) return opener;
  throw new ConfigError(`${option} must come from secretsFrom() of kiket-gen/runtime/secrets.`);
}
