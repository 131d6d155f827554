import { ConfigError, ScopeError } from "../base/errors.js";
import type { Handler } from "../handler/define-handler.js";

/**
 * A scope is granted by exactly the same text, or by the single scope `*`. Other spellings are not accepted on purpose, although
 * a manifest and the local Kiket accept several: a wrong guess could grant a scope that the token does not have.
 * @throws {ScopeError} if a required scope is missing.
 */
export function authorise(required: readonly string[], granted: readonly string[]): void {
  // See fact 125; the spellings are in fact 580.
  const missing = granted.includes("*") ? [] : required.filter((scope) => !granted.includes(scope));
  if (missing.length > 0) throw new ScopeError(required, missing);
}

/**
 * Without a token no scope is granted, so a handler that requires one would refuse every delivery.
 * @throws {ConfigError} that lists such handlers.
 */
export function checkGrantable(handlers: readonly Handler[], { token }: { readonly token: boolean }): void {
  const withScopes = handlers.filter(({ requiredScopes }) => requiredScopes.length > 0);
  if (token || withScopes.length === 0) return;
  const names = withScopes.map(({ event, version }) => `${event} ${version}`).join(", ");
  throw new ConfigError(
    `auth "hmac" grants no scopes, because it uses no runtime token: set auth to "both", or requiredScopes to [] for ${names}.`,
  );
}
