import { accessAddition, type Existing, permissionAddition } from "../manifest/additions.js";
import { type ManifestSources, parse } from "../manifest/parse.js";
import type { DataOperation } from "../model/data-operation.js";
import { traitsOf } from "../model/format.js";
import type { Model } from "../model/model.js";
import { grantOf, scopeKey } from "../model/scopes.js";
import { type Addition, insert } from "../yaml/insert.js";
import { append, type Removal, remove } from "../yaml/list-items.js";
import { child, type MapNode } from "../yaml/node.js";
import type { Source } from "../yaml/read-yaml.js";

/** Permissions to add to a manifest and to remove from it. */
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

/** The new text of the manifest, and the changes that failed, each as a phrase that follows "could not". */
interface Fixed {
  readonly text: string;
  readonly problems: readonly string[];
}

type FixableSources = ManifestSources & { readonly manifest: Source };

/** Where permissions are declared. In the format minimal they are a map from verb to nouns (fact 508). */
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
  /** Whether the edited manifest has the intended meaning. */
  readonly isDone: (model: Model) => boolean;
};

function steps({ permissions, modules }: Changes): Step[] {
  return [
    ...permissions.remove.map((name) => ({
      what: `remove the permission \`${name}\``,
      edit: (text: string, existing: Existing) => withoutPermission(text, existing, name),
      isDone: ({ scopes }: Model) => !scopes.some(({ value }) => scopeKey(value) === scopeKey(name)),
    })),
    ...permissions.add.map((name) => ({
      what: `add the permission \`${name}\``,
      edit: (text: string, existing: Existing) => withAddition(text, permissionAddition(existing, name)),
      isDone: (model: Model) => grantOf(model).allows(name),
    })),
    ...modules.map((change) => ({
      what: `change the operations granted on \`${change.module}\``,
      edit: (text: string, existing: Existing) => withModule(text, existing, change),
      isDone: ({ customData }: Model) => {
        const operations = customData.find(({ id }) => id === change.module)?.operations ?? [];
        return (
          change.add.every((operation) => operations.includes(operation)) &&
          change.remove.every((operation) => !operations.includes(operation))
        );
      },
    })),
  ];
}

/** The parts of a model that an edit must not change. */
function rest({ events, settings, secrets, id, version }: Model): string {
  const strip = (key: string, value: unknown) => (key === "at" ? undefined : value);
  return JSON.stringify({ events, settings, secrets, id, version }, strip);
}

/**
 * Edits the text of the manifest; comments, order, quotes and blank lines stay. The result of each edit is parsed. An edit with
 * another result than intended is left out and listed in `problems`. `existing` is the parsed manifest before the edits.
 */
export function fix({ manifest, modules }: FixableSources, existing: Existing, changes: Changes): Fixed {
  let now = { text: manifest.text, ...existing };
  const problems: string[] = [];
  for (const { what, edit, isDone } of steps(changes)) {
    const text = edit(now.text, now);
    const { model, root } = text === undefined ? now : parse({ modules, manifest: { ...manifest, text } });
    const isMeant = model !== undefined && root !== undefined && isDone(model) && rest(now.model) === rest(model);
    if (text !== undefined && isMeant) now = { text, model, root };
    else problems.push(what);
  }
  return { text: now.text, problems };
}
