import { scopeKey, spellFor } from "../../../generator/model/scopes.js";
import { anchorOf } from "./markdown.js";

/** A scope as most manifests write it: `issues:read`. The heading of its section. */
export function scopeName(scope: string): string {
  return spellFor({ format: "canonical", scopes: [] }, scope);
}

export function scopeAnchor(scope: string): string {
  return anchorOf(scopeName(scope));
}

export function isSameScope(a: string, b: string): boolean {
  return scopeKey(a) === scopeKey(b);
}
