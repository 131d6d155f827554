import { didYouMean, slipOf } from "../../base/did-you-mean.js";
import { diagnose } from "../../diagnostics/diagnose.js";
import { child, itemsAt, type ManifestNode, type MapNode, type Reporter, wrongKind } from "../../yaml/node.js";
import type { Draft } from "../assemble.js";
import { knownKeys } from "../known-keys/known-keys.gen.js";
import { unknownWebhookKeys } from "../known-keys/known-keys.js";
import { describeUnknownKey } from "../known-keys/unknown-keys.js";
import type { EventSource } from "../merge-events.js";

const usualPath = "/webhook";
const listEvents = "list the events that you register, such as `- case.created`";
const { events: offered, path: pathPattern } = knownKeys.webhook;
const known: ReadonlySet<string> = new Set(offered);

/** Kiket does not read the file, so no other key has a meaning to anybody. */
function refuseUnknownKeys(root: MapNode, report: Reporter): void {
  for (const unknown of unknownWebhookKeys(root)) {
    const hint = didYouMean(unknown.key, unknown.known, `known keys: ${unknown.known.join(", ")}`);
    report(diagnose("KG220", unknown.at, describeUnknownKey(unknown), hint));
  }
}

/** Text as JSON Schema understands it, so that the editor finds the same mistakes: a number is none. */
function plainText(node: ManifestNode, report: Reporter): string | undefined {
  const isText = node.kind === "scalar" && typeof node.value === "string" && node.value !== "";
  return isText ? node.text : wrongKind(node, "text", report);
}

function textOf(root: MapNode, key: string, report: Reporter): string | undefined {
  const node = root.entries.get(key)?.value;
  return node && plainText(node, report);
}

function readPath(root: MapNode, report: Reporter): string {
  const path = textOf(root, "path", report);
  if (path === undefined || new RegExp(pathPattern, "u").test(path)) return path ?? usualPath;
  const hint = "write a path such as `/webhook`, not an address, and not /health, /ready, /webhooks or /v";
  report(
    diagnose("KG222", child(root, "path")?.at ?? root.at, `deliveries cannot arrive at the path \`${path}\``, hint),
  );
  return usualPath;
}

/** A name that is surely mistyped is reported as such by every run. */
function noteOther(name: string, at: ManifestNode["at"], report: Reporter): void {
  if (known.has(name) || slipOf(name, known) !== undefined) return;
  const newer = name.replace(/^issue\./, "case.");
  const hint = known.has(newer)
    ? `the newer name is \`${newer}\``
    : didYouMean(name, known, `webhooks are known to send: ${offered.join(", ")}`);
  report(diagnose("KG223", at, `webhooks are not known to send \`${name}\``, hint));
}

function readEvents(root: MapNode, report: Reporter): readonly EventSource[] {
  const list = child(root, "events");
  if (list === undefined) {
    report(diagnose("KG205", root.at, "the file has no `events`", listEvents));
    return [];
  }
  const items = itemsAt(root, "events", report);
  if (list.kind === "list" && items.length === 0) {
    report(diagnose("KG221", list.at, "`events` is empty", listEvents));
  }
  return items.flatMap((item): EventSource[] => {
    const name = plainText(item, report);
    if (name === undefined) return [];
    noteOther(name, item.at, report);
    return [{ name, origin: "events", at: item.at }];
  });
}

/** `kiket-webhook.yaml`: a receiver that was registered for webhooks, and is no extension on the platform. */
export function readWebhook(root: MapNode, report: Reporter): Draft {
  // (facts 271, 811, 833)
  refuseUnknownKeys(root, report);
  return {
    format: "webhook",
    id: undefined,
    name: textOf(root, "name", report),
    version: undefined,
    description: undefined,
    events: readEvents(root, report),
    scopes: [],
    receiver: { path: readPath(root, report), at: child(root, "path")?.at ?? root.at },
  };
}
