/**
 * The spelling of scopes. `issues:read`, `issues.read`, `read:issues` and the docs' singular `issue:read` are one scope
 * (manifest-and-events §1.5 X2); only the runtime token compares letter by letter.
 */

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

/** `undefined` for what is no noun with a verb: `*`, `project:27`. */
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

/** A scope as a noun and a verb, which need not be a known one: `issues:read`, `read.issues`, `reports:export`. */
export function wordsOf(scope: string): Pick<Parts, "noun" | "verb"> | undefined {
  const [noun = "", verb, ...others] = scope.split(":");
  return partsOf(scope) ?? (verb === undefined || others.length > 0 ? undefined : { noun, verb });
}

/**
 * Nouns that have a singular form. Minimal manifests write `issue` and `comment`, as the documentation does for tokens; that the
 * others follow is a guess. No other noun is changed: `analytics` and `news` end in an s as well.
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

/** The same text for every spelling of one scope, and for nothing else. */
export function scopeKey(scope: string): string {
  const parts = partsOf(scope.trim());
  return parts === undefined ? scope.trim().toLowerCase() : `${singular(parts.noun.toLowerCase())}:${parts.verb}`;
}

/** What a token with these scopes may do; `*` is everything. */
interface Grant {
  readonly allows: (scope: string) => boolean;
}

/** Manifest operations as scopes (wire contract §2.3): `admin` is everything. */
const ofOperation: Readonly<Record<DataOperation, readonly string[]>> = {
  read: ["custom_data:read"],
  write: ["custom_data:write"],
  delete: ["custom_data:write"],
  admin: ["custom_data:read", "custom_data:write"],
};

/** The scopes that a manifest's custom-data operations stand for, in order. */
function scopesOfTables(customData: Model["customData"]): string[] {
  const scopes = customData.flatMap(({ operations }) => operations.flatMap((operation) => ofOperation[operation]));
  return [...new Set(scopes)].sort();
}

/** What a manifest grants: its permissions, and the scopes that its custom-data operations stand for. */
export function grantOf({ scopes, customData }: Pick<Model, "scopes" | "customData">): Grant {
  const keys = new Set([...scopes.map(({ value }) => value), ...scopesOfTables(customData)].map(scopeKey));
  return { allows: (scope) => keys.has("*") || keys.has(scopeKey(scope)) };
}

type Style = Pick<Parts, "separator" | "verbFirst">;

/** The style that most of these scopes are written in. */
function styleOf(scopes: readonly ScopeModel[]): Style | undefined {
  const seen = new Map<string, { readonly style: Style; count: number }>();
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

function spell({ noun, verb }: Parts, { separator, verbFirst }: Style): string {
  return verbFirst ? `${verb}${separator}${noun}` : `${noun}${separator}${verb}`;
}

/** A scope in the spelling that the manifest itself uses: what to add to it. */
export function spellFor(model: Pick<Model, "format" | "scopes">, scope: string): string {
  const parts = partsOf(scope);
  if (parts === undefined) return scope;
  const { verbFirst = false, singularNouns = false } = traitsOf(model);
  const noun = singularNouns ? singular(parts.noun) : parts.noun;
  return spell({ ...parts, noun }, styleOf(model.scopes) ?? { separator: ":", verbFirst });
}

/** A scope in the spelling of another one; as `issues:read` where that has no noun and verb. */
export function spellLike(example: string, scope: string): string {
  const parts = partsOf(scope);
  return parts === undefined ? scope : spell(parts, partsOf(example) ?? { separator: ":", verbFirst: false });
}

/** What a manifest grants as scopes in its own spelling: those of its operations only where no permission says so. */
export function grantedScopes(model: Pick<Model, "format" | "scopes" | "customData">): string[] {
  const declared = grantOf({ ...model, customData: [] });
  const implied = scopesOfTables(model.customData).filter((scope) => !declared.allows(scope));
  return [...model.scopes.map(({ value }) => value), ...implied.map((scope) => spellFor(model, scope))];
}
