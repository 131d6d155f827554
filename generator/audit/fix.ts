import { accessAddition, type Existing, permissionAddition } from "../manifest/additions.js";
import { parse, type Sources } from "../manifest/parse.js";
import type { DataOperation } from "../model/data-operation.js";
import { traitsOf } from "../model/format.js";
import type { Model } from "../model/model.js";
import { grantOf, scopeKey } from "../model/scopes.js";
import { type Addition, insert } from "../yaml/insert.js";
import { append, type Removal, remove } from "../yaml/list-items.js";
import { child, type MapNode } from "../yaml/node.js";
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
interface Fixed {
  readonly text: string;
  readonly problems: readonly string[];
}

type FixableSources = Sources & { readonly manifest: Source };

/** Where permissions are declared; a map from verb to nouns in the docs' format (manifest-and-events §1.3 G). */
function placesOf(root: MapNode, permission: string): Removal[] {
  const key = scopeKey(permission);
  const matches: Removal["matches"] = (item) => typeof item === "string" && scopeKey(item) === key;
  const lists = [["extension", "permissions"], ["permissions"], ["scopes"]].map((path) => ({ path, matches }));
  const scopes = child(root, "scopes");
  const byVerb = (scopes?.kind === "map" ? [...scopes.entries.keys()] : []).map((verb) => ({
    path: ["scopes", verb],
    matches: (item: Parameters<Removal["matches"]>[0]) =>
      typeof item === "string" && scopeKey(`${item}:${verb}`) === key,
  }));
  return [...lists, ...byVerb];
}

function withoutPermission(text: string, { root }: Existing, permission: string): string | undefined {
  return placesOf(root, permission).reduce<string | undefined>(
    (result, place) => (result === undefined ? undefined : remove(result, place)),
    text,
  );
}

function withAddition(text: string, addition: Addition | undefined): string | undefined {
  const inserted = addition && insert(text, addition);
  return inserted !== undefined && "text" in inserted ? inserted.text : undefined;
}

function withModule(text: string, { model }: Existing, change: ModuleChange): string | undefined {
  const granted = model.customData.find(({ id }) => id === change.module)?.operations ?? [];
  const kept = granted.filter((operation) => !change.remove.includes(operation));
  const path = traitsOf(model).dataAccess;
  if (granted.length === 0) return withAddition(text, accessAddition(model, change.module, change.add));
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
  readonly edit: (text: string, existing: Existing) => string | undefined;
  /** Whether the manifest then says what was meant. */
  readonly holds: (model: Model) => boolean;
};

function steps({ permissions, modules }: Changes): Step[] {
  return [
    ...permissions.remove.map((name) => ({
      what: `remove the permission \`${name}\``,
      edit: (text: string, existing: Existing) => withoutPermission(text, existing, name),
      holds: ({ scopes }: Model) => !scopes.some(({ value }) => scopeKey(value) === scopeKey(name)),
    })),
    ...permissions.add.map((name) => ({
      what: `add the permission \`${name}\``,
      edit: (text: string, existing: Existing) => withAddition(text, permissionAddition(existing, name)),
      holds: (model: Model) => grantOf(model).allows(name),
    })),
    ...modules.map((change) => ({
      what: `change what is granted on \`${change.module}\``,
      edit: (text: string, existing: Existing) => withModule(text, existing, change),
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
function rest({ events, settings, secrets, id, version }: Model): string {
  const strip = (key: string, value: unknown) => (key === "at" ? undefined : value);
  return JSON.stringify({ events, settings, secrets, id, version }, strip);
}

/**
 * Edits the manifest in place: comments, order, quotes and blank lines stay. Every edit is read back; one that would say
 * something else than it should is left out and named among the problems. `existing`: what the manifest says so far.
 */
export function fix({ manifest, modules }: FixableSources, existing: Existing, changes: Changes): Fixed {
  let now = { text: manifest.text, ...existing };
  const problems: string[] = [];
  for (const { what, edit, holds } of steps(changes)) {
    const text = edit(now.text, now);
    const { model, root } = text === undefined ? now : parse({ modules, manifest: { ...manifest, text } });
    const isMeant = model !== undefined && root !== undefined && holds(model) && rest(now.model) === rest(model);
    if (text !== undefined && isMeant) now = { text, model, root };
    else problems.push(what);
  }
  return { text: now.text, problems };
}
