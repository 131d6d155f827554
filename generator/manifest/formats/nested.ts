import { child, type MapNode, mapAt, type Reporter, textAt } from "../../yaml/node.js";
import { type Draft, readIdentity, readScopes } from "../assemble.js";
import { readDataAccess } from "../data-access.js";
import { readActivationEvents, readContributes, readHooks } from "../event-sources.js";
import { type Field, readFieldList, readFieldMap, readSecretList } from "../fields.js";
import { checkOutputFields } from "../output-fields.js";
import { readSetup, type Setup } from "../setup-wizard.js";

/** `configuration` as a map of fields, or with such a map under `properties`, or with a list under `fields`. */
export function readConfiguration(owner: MapNode | undefined, report: Reporter): readonly Field[] {
  const configuration = mapAt(owner, "configuration", report);
  if (configuration === undefined) return [];
  const properties = child(configuration, "properties");
  if (properties?.kind === "map" && child(properties, "type")?.kind !== "scalar")
    return readFieldMap(properties, report);
  if (child(configuration, "fields")?.kind === "list") return readFieldList(configuration, "fields", report);
  return readFieldMap(configuration, report);
}

/** `settings` as a list of `{key, …}` or as a map. */
export function readSettings(owner: MapNode | undefined, report: Reporter): readonly Field[] {
  const settings = child(owner, "settings");
  return settings?.kind === "map"
    ? readFieldMap(settings, report)
    : owner
      ? readFieldList(owner, "settings", report)
      : [];
}

type NestedDraft = Omit<Draft, "format" | "setup"> & { readonly setup: Setup };

/**
 * Reads what the nested formats have in common. Each key is read under `extension` and at the top level: the formats differ only
 * in that.
 */
export function readNested(root: MapNode, report: Reporter): NestedDraft {
  // (facts 501 to 505)
  const extension = mapAt(root, "extension", report);
  const places = [extension, root];
  for (const place of places) checkOutputFields(place, report);
  const setups = places.filter((place) => child(place, "setup") !== undefined);
  return {
    ...readIdentity(extension, report),
    apiVersion: textAt(extension, "api_version", report),
    events: places.flatMap((place) => [
      ...readHooks(place, report),
      ...readActivationEvents(place, report),
      ...readContributes(place, report),
    ]),
    scopes: places.flatMap((place) => readScopes(place, "permissions", report)),
    fields: places.flatMap((place) => [...readConfiguration(place, report), ...readSettings(place, report)]),
    secrets: places.flatMap((place) => readSecretList(place, "secrets", report)),
    setup: readSetup(setups[0], report),
    dataAccess: places.flatMap((place) => readDataAccess(place, report)),
  };
}
