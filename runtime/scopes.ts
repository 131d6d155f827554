import { ScopeError } from "./errors.js";

/** Exact membership; the single scope `*` grants all (wire contract §1.5). */
export function missingScopes(required: readonly string[], granted: readonly string[]): readonly string[] {
  if (granted.includes("*")) return [];
  return required.filter((scope) => !granted.includes(scope));
}

/** @throws {ScopeError} unless every scope required is granted. */
export function authorise(required: readonly string[], granted: readonly string[]): void {
  const missing = missingScopes(required, granted);
  if (missing.length > 0) throw new ScopeError(required, missing);
}
