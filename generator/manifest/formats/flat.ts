import type { ScopeModel } from "../../model/model.js";
import { child, type MapNode, namesAt, type Report, textAt } from "../../yaml/node.js";
import { type Draft, readIdentity, readScopes } from "../assemble.js";
import { readDataAccess } from "../data-access.js";
import { readActions, readActivationEvents, readContributes, readHooks, readNames } from "../event-sources.js";
import { readSecretList } from "../fields.js";
import { checkOutputFields } from "../output-fields.js";
import { readSetup } from "../setup-wizard.js";
import { readConfiguration, readSettings } from "./nested.js";

/**
 * The docs' `scopes: {read: [issue], write: [comment]}` becomes `issue:read`, `comment:write`: of the spellings in
 * manifest-and-events §1.5 X2 this is the one that the same docs use for tokens, with the same singular nouns.
 */
function readScopeMap(root: MapNode, report: Report): ScopeModel[] {
  const scopes = child(root, "scopes");
  if (scopes?.kind !== "map") return readScopes(root, "scopes", report);
  return [...scopes.entries.keys()].flatMap((verb) =>
    namesAt(scopes, verb, report).map(({ name, at }) => ({ value: `${name}:${verb}`, at })),
  );
}

/**
 * The formats that have everything at the top level. They differ only in which
 * keys they use, so each key is understood in all three and none is dropped in silence (manifest-and-events §1.3).
 */
export function readFlat(
  format: "flat-settings" | "flat-properties" | "minimal",
  root: MapNode,
  report: Report,
): Draft {
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
