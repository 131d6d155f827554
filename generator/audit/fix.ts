import { parse, type Sources } from "../manifest/parse.js";
import { traitsOf } from "../model/format.js";
import type { DataOperation, Model } from "../model/model.js";
import { grantOf, scopeKey, spellFor } from "../model/scopes.js";
import { insert } from "../yaml/insert.js";
import { append, type Removal, remove } from "../yaml/list-items.js";
import type { Source } from "../yaml/read-yaml.js";

/** Permissions to take from and put into a manifest. */
export interface PermissionChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

export interface ModuleChange {
  readonly module: string;
  readonly add: readonly DataOperation[];
  readonly remove: readonly DataOperation[];
}

export interface Changes {
  readonly permissions: PermissionChange;
  readonly modules: readonly ModuleChange[];
}

/** The manifest as it should be, and what could not be changed in place, each to be read after "could not". */
export interface Fixed {
  readonly text: string;
  readonly problems: readonly string[];
}

type FixableSources = Sources & { readonly manifest: Source };

/** Where permissions are declared; a map from verb to nouns in the docs' format (manifest-and-events §1.3 G). */
function placesOf(text: string, permission: string): Removal[] {
  const key = scopeKey(permission);
  const matches: Removal["matches"] = (item) => typeof item === "string" && scopeKey(item) === key;
  const lists = [["extension", "permissions"], ["permissions"], ["scopes"]].map((path) => ({ path, matches }));
  const byVerb = [...text.matchAll(/^\s+(\w+):/gm)].map(([, verb = ""]) => ({
    path: ["scopes", verb],
    matches: (item: Parameters<Removal["matches"]>[0]) =>
      typeof item === "string" && scopeKey(`${item}:${verb}`) === key,
  }));
  return [...lists, ...byVerb];
}

function withoutPermission(text: string, permission: string): string | undefined {
  return placesOf(text, permission).reduce<string | undefined>(
    (result, place) => (result === undefined ? undefined : remove(result, place)),
    text,
  );
}

function withPermission(text: string, model: Model, permission: string): string | undefined {
  const spelled = spellFor(model, permission);
  const [noun = "", verb = ""] = spelled.split(":");
  const { path, byVerb } = traitsOf(model).permissions;
  const target = byVerb ? { path: [...path, verb], value: noun } : { path, value: spelled };
  const inserted = insert(text, target);
  return "text" in inserted ? inserted.text : undefined;
}

function withModule(text: string, model: Model, change: ModuleChange): string | undefined {
  const granted = model.customData.find(({ id }) => id === change.module)?.operations ?? [];
  const kept = granted.filter((operation) => !change.remove.includes(operation));
  const path = traitsOf(model).dataAccess;
  if (granted.length === 0) {
    const inserted = insert(text, { path, value: { module: change.module, operations: [...change.add] } });
    return "text" in inserted ? inserted.text : undefined;
  }
  if (kept.length + change.add.length === 0) {
    return remove(text, { path, matches: (item) => typeof item === "object" && item.module === change.module });
  }
  const operations = [...path, { module: change.module }, "operations"];
  const widened = change.add.reduce<string | undefined>(
    (result, operation) => (result === undefined ? undefined : append(result, operations, operation)),
    text,
  );
  const unwanted: readonly string[] = change.remove;
  const matches: Removal["matches"] = (item) => typeof item === "string" && unwanted.includes(item);
  return widened === undefined ? undefined : remove(widened, { path: operations, matches });
}

type Step = {
  readonly what: string;
  readonly edit: (text: string, model: Model) => string | undefined;
  /** Whether the manifest then says what was meant. */
  readonly holds: (model: Model) => boolean;
};

function steps({ permissions, modules }: Changes): Step[] {
  return [
    ...permissions.remove.map((name) => ({
      what: `remove the permission \`${name}\``,
      edit: (text: string) => withoutPermission(text, name),
      holds: ({ scopes }: Model) => !scopes.some(({ value }) => scopeKey(value) === scopeKey(name)),
    })),
    ...permissions.add.map((name) => ({
      what: `add the permission \`${name}\``,
      edit: (text: string, model: Model) => withPermission(text, model, name),
      holds: (model: Model) => grantOf(model).allows(name),
    })),
    ...modules.map((change) => ({
      what: `change what is granted on \`${change.module}\``,
      edit: (text: string, model: Model) => withModule(text, model, change),
      holds: ({ customData }: Model) => {
        const operations = customData.find(({ id }) => id === change.module)?.operations ?? [];
        return (
          change.add.every((operation) => operations.includes(operation)) &&
          change.remove.every((operation) => !operations.includes(operation))
        );
      },
    })),
  ];
}

/** The rest of a model, which an edit must not touch. */
function rest({ events, settings, secrets, outputFields, id, version }: Model): string {
  const strip = (key: string, value: unknown) => (key === "at" ? undefined : value);
  return JSON.stringify({ events, settings, secrets, outputFields, id, version }, strip);
}

/**
 * Edits the manifest in place: comments, order, quotes and blank lines stay. Every edit is read back; one that would say
 * something else than it should is left out and named among the problems. `model`: what the manifest says so far.
 */
export function fix({ manifest, modules }: FixableSources, model: Model, changes: Changes): Fixed {
  let now = { text: manifest.text, model };
  const problems: string[] = [];
  for (const { what, edit, holds } of steps(changes)) {
    const text = edit(now.text, now.model);
    const after = text === undefined ? undefined : parse({ modules, manifest: { ...manifest, text } }).model;
    if (text !== undefined && after && holds(after) && rest(now.model) === rest(after)) now = { text, model: after };
    else problems.push(what);
  }
  return { text: now.text, problems };
}
