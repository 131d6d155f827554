import type { ScopeModel } from "../../model/model.js";
import { child, type MapNode, namesAt, type Reporter, textAt } from "../../yaml/node.js";
import { type Draft, readIdentity, readScopes } from "../assemble.js";
import { readDataAccess } from "../data-access.js";
import { readActions, readActivationEvents, readContributes, readHooks, readNames } from "../event-sources.js";
import { readSecretList } from "../fields.js";
import { checkOutputFields } from "../output-fields.js";
import { readSetup } from "../setup-wizard.js";
import { readConfiguration, readSettings } from "./nested.js";

/**
 * `scopes: {read: [issue], write: [comment]}` becomes `issue:read`, `comment:write`: the spelling that the same documentation
 * uses for tokens (facts 508, 580).
 */
function readScopeMap(root: MapNode, report: Reporter): ScopeModel[] {
  const scopes = child(root, "scopes");
  if (scopes?.kind !== "map") return readScopes(root, "scopes", report);
  return [...scopes.entries.keys()].flatMap((verb) =>
    namesAt(scopes, verb, report).map(({ name, at }) => ({ value: `${name}:${verb}`, at })),
  );
}

/**
 * The formats flat-settings, flat-properties and minimal, which have everything at the top level. They differ only in the keys that
 * they use, so every key is read in all three, and none is silently ignored.
 */
export function readFlat(
  format: "flat-settings" | "flat-properties" | "minimal",
  root: MapNode,
  report: Reporter,
): Draft {
  // (facts 506 to 508)
  checkOutputFields(root, report);
  return {
    format,
    ...readIdentity(root, report),
    apiVersion: textAt(root, "api_version", report),
    events: [
      ...readHooks(root, report),
      ...readActivationEvents(root, report),
      ...readContributes(root, report),
      ...readNames(root, "events", "events", report),
      ...readActions(root, report),
    ],
    scopes: [...readScopeMap(root, report), ...readScopes(root, "permissions", report)],
    fields: [...readConfiguration(root, report), ...readSettings(root, report)],
    secrets: readSecretList(root, "secrets", report),
    setup: readSetup(root, report),
    dataAccess: readDataAccess(root, report),
  };
}
