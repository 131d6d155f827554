import { type Refusal, refuse } from "../../base/refusal.js";
import { type Existing, permissionAddition } from "../../manifest/additions.js";
import { scopeKey, spellLike } from "../../model/scopes.js";
import type { Addition } from "../../yaml/insert.js";
import type { ScopeRequest } from "../parse-request.js";

/** What to add to the manifest (nothing if it already exists), or why it cannot be added. */
export type Additions = { readonly additions: readonly Addition[] } | Refusal;

export const nothing: Additions = { additions: [] };

/** Ignores diagnostics: those of the manifest were printed before. */
export function ignore(): void {}

/** An entry without the keys that were not given. */
export function given<T>(entries: Readonly<Record<string, T | undefined>>): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).filter((entry): entry is [string, T] => entry[1] !== undefined));
}

/** Refuses a setting whose key is declared as a secret, and the reverse. `undefined` if the key is free. */
export function declared(kind: "setting" | "secret", key: string, { model }: Existing): Additions | undefined {
  const [same, other] = kind === "setting" ? [model.settings, model.secrets] : [model.secrets, model.settings];
  if (same.some((entry) => entry.key === key)) return nothing;
  const clash = other.find((entry) => entry.key === key);
  if (clash === undefined) return undefined;
  const what = kind === "setting" ? "a secret" : "a setting";
  return refuse(`"${key}" is already ${what} (line ${clash.at.line})`, "choose another name, or change that line");
}

export function addScope({ scope }: ScopeRequest, existing: Existing): Additions {
  if (existing.model.scopes.some(({ value }) => scopeKey(value) === scopeKey(scope))) return nothing;
  const addition = permissionAddition(existing, scope);
  if (addition !== undefined) return { additions: [addition] };
  const spelled = spellLike("issue:write", scope);
  const like = spelled === scope ? "issue:write" : spelled;
  return refuse(`cannot add "${scope}": this manifest has a map of scopes`, `use a scope like ${like}`);
}
