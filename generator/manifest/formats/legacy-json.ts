import { asMap, itemsAt, type MapNode, mapAt, type Reporter, requiredTextAt, textAt } from "../../yaml/node.js";
import { type Draft, readIdentity } from "../assemble.js";
import { readPaths } from "../event-sources.js";
import { readFieldList, readSecretList } from "../fields.js";
import type { EventSource } from "../merge-events.js";

/** GET endpoints such as `/health` receive no events and are left out. Each other endpoint becomes an event with its id as the name. */
function readEndpoints(root: MapNode, report: Reporter): EventSource[] {
  return itemsAt(root, "endpoints", report).flatMap((item): EventSource[] => {
    const endpoint = asMap(item, report);
    if (endpoint === undefined || textAt(endpoint, "method", report)?.toUpperCase() === "GET") return [];
    const name = requiredTextAt(endpoint, "id", report);
    if (name === undefined) return [];
    const at = endpoint.entries.get("id")?.value.at ?? endpoint.at;
    const description = textAt(endpoint, "description", report);
    return [{ name, origin: "endpoints", description, paths: readPaths(endpoint, ["path"], report), at }];
  });
}

const prefix = "external.webhook.";

/** `webhooks.status_callback` is the older name of `external.webhook.status_callback` (fact 510). */
function readWebhooks(root: MapNode, report: Reporter): EventSource[] {
  const webhooks = mapAt(root, "webhooks", report);
  return [...(webhooks?.entries ?? [])].flatMap(([action, { keyAt, value }]): EventSource[] => {
    const webhook = asMap(value, report);
    if (webhook === undefined) return [];
    const description = textAt(webhook, "description", report);
    const paths = readPaths(webhook, ["path"], report);
    return [{ name: prefix + action, prefix, origin: "webhooks", description, paths, at: keyAt }];
  });
}

/** The legacy `manifest.json`, which is valid YAML. It declares no scopes. */
export function readLegacyJson(root: MapNode, report: Reporter): Draft {
  // (fact 510)
  const configuration = mapAt(root, "configuration", report);
  return {
    format: "legacy-json",
    ...readIdentity(root, report),
    events: [...readEndpoints(root, report), ...readWebhooks(root, report)],
    scopes: [],
    fields: configuration ? readFieldList(configuration, "settings", report) : [],
    secrets: readSecretList(configuration, "secrets", report),
  };
}
