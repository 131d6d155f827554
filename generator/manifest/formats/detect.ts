import { diagnose } from "../../diagnostics/diagnose.js";
import type { Format } from "../../model/format.js";
import { isWebhookFile } from "../../project/manifest-places.js";
import { child, type ManifestNode, type MapNode, type Reporter, stringIn } from "../../yaml/node.js";

const adapterApiVersion = "kiket.dev/v1";

function has(map: MapNode | undefined, ...keys: readonly string[]): boolean {
  return keys.some((key) => map?.entries.has(key) ?? false);
}

function kindAt(map: MapNode | undefined, key: string): ManifestNode["kind"] | undefined {
  return child(map, key)?.kind;
}

/** The first rule that matches decides. Only that for webhooks looks at the file's name (facts 513, 514). */
const rules: readonly {
  readonly format: Format;
  readonly matches: (root: MapNode, extension?: MapNode) => boolean;
}[] = [
  { format: "webhook", matches: (root) => isWebhookFile(root.at.file) },
  {
    // One of the two keys may be missing or misspelled: then the manifest has a mistake, and is not of another format.
    format: "evidence-adapter",
    matches: (root) =>
      stringIn(root, "apiVersion") === adapterApiVersion ||
      ["apiVersion", "kind", "spec"].filter((key) => has(root, key)).length >= 2,
  },
  { format: "version-two", matches: (root) => has(root, "manifest_version") },
  {
    format: "canonical-1.1",
    matches: (root, extension) =>
      extension !== undefined && (has(root, "manifestVersion") || kindAt(extension, "delivery") === "map"),
  },
  {
    format: "scaffold-text",
    matches: (root, extension) => kindAt(extension, "delivery") === "scalar" && has(root, "hooks", "permissions"),
  },
  {
    format: "scaffold",
    matches: (root, extension) =>
      extension !== undefined && has(root, "delivery", "hooks", "permissions", "configuration"),
  },
  { format: "marketplace", matches: (_root, extension) => has(extension, "pricing", "events") },
  { format: "canonical", matches: (_root, extension) => extension !== undefined },
  {
    format: "legacy-json",
    matches: (root) =>
      !has(root, "extension") && kindAt(root, "endpoints") === "list" && kindAt(root, "capabilities") === "map",
  },
  { format: "flat-settings", matches: (root) => kindAt(root, "settings") === "list" || has(root, "delivery_secret") },
  {
    format: "flat-properties",
    matches: (root) => {
      const configuration = child(root, "configuration");
      return has(root, "id") && configuration?.kind === "map" && kindAt(configuration, "properties") === "map";
    },
  },
  {
    format: "minimal",
    matches: (root) => has(root, "vendor", "scopes", "events", "actions") && !has(root, "extension"),
  },
];

const blueprintKeys: ReadonlySet<string> = new Set(["identifier", "name", "description", "version"]);

const knownFormats = [
  "an `extension` map (canonical)",
  "`id` with a `settings` list or `configuration.properties`",
  "`name` with `events`, `actions` or `scopes`",
  `\`apiVersion: ${adapterApiVersion}\` with \`kind\` and \`spec\` (evidence adapter)`,
  "`manifest_version: 2`",
  "legacy JSON with `endpoints` and `capabilities`",
  "a file named `kiket-webhook.yaml` with `events` (webhooks)",
].join("; ");

function reportUnknown(root: MapNode, report: Reporter): void {
  const keys = [...root.entries.keys()];
  const some = keys.slice(0, 8).map((key) => `\`${key}\``);
  const list = keys.length > some.length ? `${some.join(", ")} and ${keys.length - some.length} more` : some.join(", ");
  if (has(root, "identifier") && keys.every((key) => blueprintKeys.has(key))) {
    const message = `this is a product blueprint (found only ${list}), not an extension`;
    report(diagnose("KG203", root.at, message, `known formats: ${knownFormats}`));
    return;
  }
  report(
    diagnose("KG202", root.at, `unknown manifest format: found ${list || "no keys"}`, `known formats: ${knownFormats}`),
  );
}

/** Detects the format from the content. If no format matches, reports the keys that were found. */
export function detect(root: MapNode, report: Reporter): Format | undefined {
  const extension = child(root, "extension");
  const format = rules.find(({ matches }) => matches(root, extension?.kind === "map" ? extension : undefined))?.format;
  if (format !== undefined) return format;
  const entry = root.entries.get("extension");
  if (entry === undefined) reportUnknown(root, report);
  else report(diagnose("L2", entry.keyAt, "`extension` must be a map", "indent the keys of the extension under it"));
  return undefined;
}
