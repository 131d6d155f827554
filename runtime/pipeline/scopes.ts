import { ConfigError, ScopeError } from "../base/errors.js";
import type { Handler } from "../handler/define-handler.js";

/**
 * Exact membership; the single scope `*` grants all (wire contract §1.5). On purpose no other spelling of a scope will do here,
 * although a manifest and the local Kiket take several: a guess could grant what no token holds.
 * @throws {ScopeError} unless every scope required is granted.
 */
export function authorise(required: readonly string[], granted: readonly string[]): void {
  const missing = granted.includes("*") ? [] : required.filter((scope) => !granted.includes(scope));
  if (missing.length > 0) throw new ScopeError(required, missing);
}

/**
 * Without a token no scope is ever granted: a handler that requires one would refuse every delivery, for good.
 * @throws {ConfigError} naming such handlers.
 */
export function checkGrantable(handlers: readonly Handler[], { token }: { readonly token: boolean }): void {
  const demanding = handlers.filter(({ requiredScopes }) => requiredScopes.length > 0);
  if (token || demanding.length === 0) return;
  const names = demanding.map(({ event, version }) => `${event} ${version}`).join(", ");
  throw new ConfigError(
    `Scopes are granted by a token, and auth "hmac" takes none: use auth "both", or requiredScopes: [] for ${names}.`,
  );
}
