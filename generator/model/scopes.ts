// The spellings of scopes. `issues:read`, `issues.read`, `read:issues` and `issue:read` are spellings of one scope (fact 580).
// Only the scopes of the runtime token are compared exactly (fact 125).

import { compare } from "../base/naming.js";
import type { DataOperation } from "./data-operation.js";
import { traitsOf } from "./format.js";
import type { Model, ScopeModel } from "./model.js";

const verbs: ReadonlySet<string> = new Set([
  "read",
  "write",
  "delete",
  "admin",
  "manage",
  "send",
  "execute",
  "submit",
  "claim",
]);

interface Parts {
  readonly noun: string;
  readonly verb: string;
  readonly separator: string;
  /** `read:issues`. */
  readonly verbFirst: boolean;
}

/** `undefined` if the scope is not a noun and a verb, like `*` or `project:27`. */
function partsOf(scope: string): Parts | undefined {
  const separator = /[:.]/.exec(scope)?.[0];
  if (separator === undefined) return undefined;
  const words = scope.split(/[:.]/);
  const [first = "", last = ""] = [words[0], words.at(-1)];
  if (verbs.has(last.toLowerCase())) {
    return { noun: words.slice(0, -1).join("."), verb: last.toLowerCase(), separator, verbFirst: false };
  }
  if (!verbs.has(first.toLowerCase())) return undefined;
  return { noun: words.slice(1).join("."), verb: first.toLowerCase(), separator, verbFirst: true };
}

/** A scope as a noun and a verb. The verb can be unknown: `issues:read`, `read.issues`, `reports:export`. */
export function wordsOf(scope: string): Pick<Parts, "noun" | "verb"> | undefined {
  const [noun = "", verb, ...others] = scope.split(":");
  return partsOf(scope) ?? (verb === undefined || others.length > 0 ? undefined : { noun, verb });
}

/**
 * Nouns that have a singular form. Minimal manifests write `issue` and `comment`, as the documentation does for tokens; the other
 * nouns are a guess. No other noun is changed, because some end in "s" without being plural: `analytics`, `news`.
 */
const singulars: ReadonlyMap<string, string> = new Map([
  ["attachments", "attachment"],
  ["boards", "board"],
  ["calendars", "calendar"],
  ["comments", "comment"],
  ["issues", "issue"],
  ["notifications", "notification"],
  ["projects", "project"],
  ["users", "user"],
  ["workflows", "workflow"],
]);

function singular(noun: string): string {
  return singulars.get(noun) ?? noun;
}

/** A text that is equal for all spellings of one scope, and different for different scopes. */
export function scopeKey(scope: string): string {
  const parts = partsOf(scope.trim());
  return parts === undefined ? scope.trim().toLowerCase() : `${singular(parts.noun.toLowerCase())}:${parts.verb}`;
}

/** The scopes that a token allows; `*` allows all. */
interface Grant {
  readonly allows: (scope: string) => boolean;
}

/** Scopes of the manifest's custom-data operations (facts 208, 223): `admin` is all of them. */
const ofOperation: Readonly<Record<DataOperation, readonly string[]>> = {
  read: ["custom_data:read"],
  write: ["custom_data:write"],
  delete: ["custom_data:write"],
  admin: ["custom_data:read", "custom_data:write"],
};

/** The scopes of a manifest's custom-data operations, sorted. */
function scopesOfTables(customData: Model["customData"]): string[] {
  const scopes = customData.flatMap(({ operations }) => operations.flatMap((operation) => ofOperation[operation]));
  return [...new Set(scopes)].sort();
}

/** The scopes that a manifest grants: its permissions and the scopes of its custom-data operations. */
export function grantOf({ scopes, customData }: Pick<Model, "scopes" | "customData">): Grant {
  const keys = new Set([...scopes.map(({ value }) => value), ...scopesOfTables(customData)].map(scopeKey));
  return { allows: (scope) => keys.has("*") || keys.has(scopeKey(scope)) };
}

type ScopeStyle = Pick<Parts, "separator" | "verbFirst">;

/** The spelling that most of these scopes use. */
function styleOf(scopes: readonly ScopeModel[]): ScopeStyle | undefined {
  const seen = new Map<string, { readonly style: ScopeStyle; count: number }>();
  for (const { value } of scopes) {
    const parts = partsOf(value);
    if (parts === undefined) continue;
    const key = `${parts.separator}${parts.verbFirst}`;
    const entry = seen.get(key) ?? { style: parts, count: 0 };
    seen.set(key, { ...entry, count: entry.count + 1 });
  }
  const [most] = [...seen].sort(([a, { count: m }], [b, { count: n }]) => n - m || compare(a, b));
  return most?.[1].style;
}

function spell({ noun, verb }: Parts, { separator, verbFirst }: ScopeStyle): string {
  return verbFirst ? `${verb}${separator}${noun}` : `${noun}${separator}${verb}`;
}

/** A scope in the spelling that the manifest uses, ready to be added to it. */
export function spellFor(model: Pick<Model, "format" | "scopes">, scope: string): string {
  const parts = partsOf(scope);
  if (parts === undefined) return scope;
  const { verbFirst = false, singularNouns = false } = traitsOf(model);
  const noun = singularNouns ? singular(parts.noun) : parts.noun;
  return spell({ ...parts, noun }, styleOf(model.scopes) ?? { separator: ":", verbFirst });
}

/** A scope in the spelling of another one. If that one is not a noun and a verb, the spelling is that of `issues:read`. */
export function spellLike(example: string, scope: string): string {
  const parts = partsOf(scope);
  return parts === undefined ? scope : spell(parts, partsOf(example) ?? { separator: ":", verbFirst: false });
}

/** The scopes that a manifest grants, in its own spelling: its permissions, then the scopes of its operations that no permission includes. */
export function grantedScopes(model: Pick<Model, "format" | "scopes" | "customData">): string[] {
  const declared = grantOf({ ...model, customData: [] });
  const implied = scopesOfTables(model.customData).filter((scope) => !declared.allows(scope));
  return [...model.scopes.map(({ value }) => value), ...implied.map((scope) => spellFor(model, scope))];
}
