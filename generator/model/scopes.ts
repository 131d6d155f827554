/**
 * The spelling of scopes. `issues:read`, `issues.read`, `read:issues` and the docs' singular `issue:read` are one scope
 * (manifest-and-events §1.5 X2); only the runtime token compares letter by letter.
 */

import { compare } from "../base/naming.js";
import type { DataOperation, Dialect, Model } from "./model.js";

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

function singular(noun: string): string {
  return noun.replace(/(?<=[^s])s$/, "");
}

/** The same text for every spelling of one scope, and for nothing else. */
export function scopeKey(scope: string): string {
  const parts = partsOf(scope.trim());
  return parts === undefined ? scope.trim().toLowerCase() : `${singular(parts.noun.toLowerCase())}:${parts.verb}`;
}

/** What a token with these scopes may do; `*` is everything. */
export interface Grant {
  readonly allows: (scope: string) => boolean;
}

/** Manifest operations as scopes (wire contract §2.3): `admin` is everything. */
const ofOperation: Readonly<Record<DataOperation, readonly string[]>> = {
  read: ["custom_data:read"],
  write: ["custom_data:write"],
  delete: ["custom_data:write"],
  admin: ["custom_data:read", "custom_data:write"],
};

/** What a manifest grants: its permissions, and the scopes that its custom-data operations stand for. */
export function grantOf({ scopes, customData }: Pick<Model, "scopes" | "customData">): Grant {
  const operations = customData.flatMap((module) => module.operations.flatMap((operation) => ofOperation[operation]));
  const keys = new Set([...scopes.map(({ value }) => value), ...operations].map(scopeKey));
  return { allows: (scope) => keys.has("*") || keys.has(scopeKey(scope)) };
}

/** Dialects whose own examples put the verb first (manifest-and-events §1.3). */
const verbFirst: ReadonlySet<Dialect> = new Set<Dialect>(["B", "C", "C2"]);

function styleOf({ dialect, scopes }: Pick<Model, "dialect" | "scopes">): Pick<Parts, "separator" | "verbFirst"> {
  const seen = new Map<string, { readonly style: Pick<Parts, "separator" | "verbFirst">; count: number }>();
  for (const { value } of scopes) {
    const parts = partsOf(value);
    if (parts === undefined) continue;
    const key = `${parts.separator}${parts.verbFirst}`;
    const entry = seen.get(key) ?? { style: parts, count: 0 };
    seen.set(key, { ...entry, count: entry.count + 1 });
  }
  const [most] = [...seen].sort(([a, { count: m }], [b, { count: n }]) => n - m || compare(a, b));
  return most?.[1].style ?? { separator: ":", verbFirst: verbFirst.has(dialect) };
}

/** A scope in the spelling that the manifest itself uses: what to add to it. */
export function spellFor(model: Pick<Model, "dialect" | "scopes">, scope: string): string {
  const parts = partsOf(scope);
  if (parts === undefined) return scope;
  const style = styleOf(model);
  const noun = model.dialect === "G" ? singular(parts.noun) : parts.noun;
  return style.verbFirst ? `${parts.verb}${style.separator}${noun}` : `${noun}${style.separator}${parts.verb}`;
}
