import { ConfigError, SecretsUnavailableError } from "../base/errors.js";
import { isHeaderText } from "../base/headers.js";
import { isJsonObject } from "../base/json.js";
import type { Logger } from "../base/logger.js";
import { tryAgain } from "../receive/failure.js";
import {
  type LiveSecret,
  type LiveSecrets,
  type Opening,
  type OpenSecrets,
  openerOf,
  type WantedSecret,
} from "../vaults/live-secrets.js";

/** The options that take secrets of a source outside of the program. */
export interface LiveOptions {
  readonly secretSource?: LiveSecrets | undefined;
  readonly webhookSecrets?: unknown;
  readonly workspaceToken?: unknown;
}

/** The secrets of all sources that the options name. */
export interface LiveConfig {
  /** What the option `secretSource` has; undefined without the option. */
  readonly source: OpenSecrets | undefined;
  readonly all: readonly OpenSecrets[];
  /** The source of one secret of the options. */
  of(secret: LiveSecret): OpenSecrets;
}

export function isLiveSecret(value: unknown): value is LiveSecret {
  return isJsonObject(value);
}

type Opener = ReturnType<typeof openerOf>;

/**
 * Opens each source that an option names, once. Undefined if there is none. `keys` are the secrets that handlers may read.
 * @throws {ConfigError} if one does not come from `secretsFrom`.
 */
export function openLiveSecrets(
  { secretSource, webhookSecrets, workspaceToken }: LiveOptions,
  keys: readonly string[],
  parts: Omit<Opening, "wanted">,
): LiveConfig | undefined {
  const wanted = new Map<Opener, WantedSecret[]>();
  const want = (option: string, belonging: unknown, secrets: readonly WantedSecret[]): Opener => {
    const opener = openerOf(option, belonging);
    wanted.set(opener, [...(wanted.get(opener) ?? []), ...secrets]);
    return opener;
  };
  const needed = (option: string, secret: LiveSecret): void => {
    want(option, secret, [{ key: secret.key, neededFor: option }]);
    if (typeof secret.key === "string") return;
    throw new ConfigError(`${option} needs one secret of the source: secret(key) of what secretsFrom() returns.`);
  };
  const own =
    secretSource === undefined
      ? undefined
      : want(
          "secretSource",
          secretSource,
          keys.map((key) => ({ key })),
        );
  for (const secret of [webhookSecrets].flat().filter(isLiveSecret)) needed("webhookSecrets", secret);
  if (isLiveSecret(workspaceToken)) needed("workspaceToken", workspaceToken);
  if (wanted.size === 0) return undefined;
  const opened = new Map([...wanted].map(([opener, secrets]) => [opener, opener.open({ ...parts, wanted: secrets })]));
  const openOf = (opener: Opener): OpenSecrets => opened.get(opener) as OpenSecrets;
  return {
    source: own && openOf(own),
    all: [...opened.values()],
    of: (secret) => openOf(openerOf("secret", secret)),
  };
}

/** All live values. */
export function liveValuesIn(live: LiveConfig | undefined): readonly string[] {
  return (live?.all ?? []).flatMap((secrets) => [...secrets.all()]);
}

/** The secrets that a signature may be made with. `renewed`: as of `OpenSecrets`; undefined if none of them can change. */
export interface WebhookSecrets {
  /** The same list until they change. Empty if there is none now, which is so only where they can change. */
  live(): readonly string[];
  readonly renewed?: (() => Promise<boolean>) | undefined;
}

/** A list that is made anew only if one of its parts has changed. */
function joined(parts: readonly (() => readonly string[])[]): () => readonly string[] {
  let known: readonly (readonly string[])[] = [];
  let list: readonly string[] = [];
  return () => {
    const now = parts.map((part) => part());
    if (now.length !== known.length || now.some((part, index) => part !== known[index])) {
      known = now;
      list = now.flat();
    }
    return list;
  };
}

const none: readonly string[] = [];

/** The live values of a secret. None while they are unavailable: then the other secrets still prove a delivery. */
function availableIn(source: OpenSecrets, key: string): readonly string[] {
  try {
    return source.values(key);
  } catch (cause) {
    if (cause instanceof SecretsUnavailableError) return none;
    throw cause;
  }
}

/** Secrets of which some may come from a source, which is then open. */
export function webhookSecretsOf(
  given: readonly (string | LiveSecret)[],
  live: LiveConfig | undefined,
): WebhookSecrets {
  const fixed = given.filter((secret) => typeof secret === "string");
  if (live === undefined || fixed.length === given.length) return { live: () => fixed };
  const secrets = given.filter(isLiveSecret);
  const sources = [...new Set(secrets.map((secret) => live.of(secret)))];
  const list = joined(
    given.map((secret) => {
      if (isLiveSecret(secret)) return () => availableIn(live.of(secret), secret.key);
      const own = [secret];
      return () => own;
    }),
  );
  return {
    live: list,
    async renewed() {
      const results = await Promise.all(sources.map((source) => source.renewed()));
      return results.every(Boolean);
    },
  };
}

/** The workspace tokens to try, the best first. */
export interface WorkspaceTokens {
  /** Empty if there is none. @throws {SecretsUnavailableError} {ConfigError} if there should be one. */
  live(): readonly string[];
  /** As of `OpenSecrets`; undefined if they cannot change. */
  readonly renewed?: (() => Promise<boolean>) | undefined;
}

/** Tokens of a source. */
export function workspaceTokensOf(secret: LiveSecret, live: LiveConfig): WorkspaceTokens {
  const source = live.of(secret);
  return {
    live() {
      const tokens = source.values(secret.key).map((token) => token.trim());
      if (tokens.length === 0) throw new SecretsUnavailableError(`${source.sourceName} has no workspace token now`);
      if (tokens.every(isHeaderText)) return tokens;
      throw new ConfigError(
        `The workspace token in ${source.sourceName} (${source.nameOf(secret.key)}) must be printable ASCII without spaces.`,
      );
    },
    renewed: () => source.renewed(),
  };
}

/** Whether an extension has the secrets that it needs. */
export interface SecretsReadiness {
  /** @throws {ConfigError} if they cannot be loaded, or required ones are missing. */
  started(): Promise<void>;
  /** Waits for what is due. @throws {Refusal} 503 if they were never loaded, or required ones are missing. */
  require(): Promise<void>;
  /** Whether what the proof of origin and calls need can be used now. Loads what is due, without waiting. */
  isReady(): boolean;
  close(): void;
}

/** `check` is called once secrets are loaded, until it does not throw. */
export function createSecretsReadiness({ all }: LiveConfig, check: () => void, log: Logger): SecretsReadiness {
  let isChecked = false;
  let told = "";
  const checkOnce = (): void => {
    if (!isChecked) check();
    isChecked = true;
  };
  const isChecking = (): boolean => {
    try {
      checkOnce();
      return true;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      if (told !== error.message) log.error(error.message);
      told = error.message;
      return false;
    }
  };
  const refreshed = (): Promise<unknown> | undefined => {
    const due = all.flatMap((secrets) => secrets.refreshed() ?? []);
    return due.length === 0 ? undefined : Promise.all(due);
  };
  return {
    async started() {
      await Promise.all(all.map((secrets) => secrets.started()));
      checkOnce();
    },
    async require() {
      await refreshed();
      if (all.every((secrets) => secrets.isLoaded()) && isChecking()) return;
      throw tryAgain("secrets-unavailable", "Secrets are unavailable");
    },
    isReady() {
      void refreshed();
      return all.every((secrets) => secrets.isReady()) && isChecking();
    },
    close() {
      for (const secrets of all) secrets.close();
    },
  };
}
