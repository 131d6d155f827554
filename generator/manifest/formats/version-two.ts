import { type MapNode, mapAt, type Reporter, textAt } from "../../yaml/node.js";
import { type Draft, readScopes } from "../assemble.js";
import { readTriggers } from "../event-sources.js";
import { readFieldList } from "../fields.js";

/** `manifest_version: 2` of the archived documentation, with `triggers` and a list of settings. */
export function readVersionTwo(root: MapNode, report: Reporter): Draft {
  // (fact 511)
  const extension = mapAt(root, "extension", report);
  return {
    format: "version-two",
    id: textAt(extension, "key", report) ?? textAt(extension, "id", report),
    name: textAt(extension, "name", report),
    version: textAt(extension, "version", report),
    description: textAt(extension, "description", report),
    events: readTriggers(root, report),
    scopes: readScopes(root, "permissions", report),
    fields: readFieldList(root, "settings", report),
  };
}
