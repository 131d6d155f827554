/**
 * The live values of one secret, the newest first: during a rotation there are two. Verification takes any of them; what signs or calls
 * uses the first. Never empty.
 */
export type LiveValues = readonly [string, ...string[]];

/** Where secrets are kept outside of the program, such as a vault. */
export interface SecretSource {
  /** For messages, such as `Vault at https://vault.example`. Without credentials. */
  readonly name: string;
  /** How long values stay current unless `secretsFrom` says so, in milliseconds. Default: 5 minutes. */
  readonly ttl?: number;
  /**
   * The live values of the secrets that are asked for, by the name that the source has for them; those that it does not have are absent.
   * Rejects if the source cannot be asked, or forbids it: with a `ConfigError` if only a person can change that, with any other error if
   * a later call may succeed. An error names the secret, and never has a value in its text.
   */
  load(names: readonly string[], options: { readonly signal: AbortSignal }): Promise<ReadonlyMap<string, LiveValues>>;
}
