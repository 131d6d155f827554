import { compare } from "../base/naming.js";
import type { Format } from "../model/format.js";
import type { AdapterModel, Model, ReceiverModel, ScopeModel } from "../model/model.js";
import type { Reporter } from "../yaml/node.js";
import { type MapNode, namesAt, textAt } from "../yaml/node.js";
import { type DataAccess, joinModules } from "./data-access.js";
import type { Field, SecretField } from "./fields.js";
import { type EventSource, mergeEvents } from "./merge-events.js";
import { mergeDeclarations } from "./merge-settings.js";
import type { ModuleFile } from "./modules/parse.js";
import type { Setup } from "./setup-wizard.js";

/** What the reader of a format returns, before it is sorted and merged. */
export interface Draft {
  readonly format: Format;
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly description: string | undefined;
  readonly apiVersion?: string | undefined;
  readonly events: readonly EventSource[];
  readonly scopes: readonly ScopeModel[];
  readonly fields?: readonly Field[];
  /** From lists of secrets. */
  readonly secrets?: readonly SecretField[];
  readonly setup?: Setup;
  readonly dataAccess?: readonly DataAccess[];
  readonly adapter?: AdapterModel;
  readonly receiver?: ReceiverModel;
}

/** `id`, `name`, `version` and `description` of a map, under exactly these keys. */
export function readIdentity(
  map: MapNode | undefined,
  report: Reporter,
): Pick<Draft, "id" | "name" | "version" | "description"> {
  return {
    id: textAt(map, "id", report),
    name: textAt(map, "name", report),
    version: textAt(map, "version", report),
    description: textAt(map, "description", report),
  };
}

/** A list of scopes, unchanged: manifests spell them in different ways. */
export function readScopes(map: MapNode | undefined, key: string, report: Reporter): ScopeModel[] {
  // (fact 580)
  return namesAt(map, key, report).map(({ name, at }) => ({ value: name, at }));
}

const noSetup: Setup = { secrets: [], fields: [], events: [] };

/** Every place of the manifest that makes the extension receive an event. */
export function eventSources({ events, setup = noSetup }: Draft): readonly EventSource[] {
  return [...events, ...setup.events];
}

function firstOfEach(scopes: readonly ScopeModel[]): ScopeModel[] {
  const first = new Map<string, ScopeModel>();
  for (const scope of scopes) if (!first.has(scope.value)) first.set(scope.value, scope);
  return [...first.values()].sort((a, b) => compare(a.value, b.value));
}

/** Makes the model: merges what is declared in several places and sorts it. */
export function assemble(draft: Draft, manifest: string, modules: readonly ModuleFile[], report: Reporter): Model {
  const { format, id, name, version, description, setup = noSetup } = draft;
  const apiVersion = draft.apiVersion || "v1";
  const declarations = { fields: draft.fields ?? [], secrets: draft.secrets ?? [], setup };
  return {
    format,
    manifest,
    id,
    name,
    version,
    description,
    apiVersion,
    events: mergeEvents(eventSources(draft), apiVersion, report),
    scopes: firstOfEach(draft.scopes),
    ...mergeDeclarations(declarations, report),
    customData: joinModules(draft.dataAccess ?? [], modules),
    ...(draft.adapter === undefined ? {} : { adapter: draft.adapter }),
    ...(draft.receiver === undefined ? {} : { receiver: draft.receiver }),
  };
}
