/** The formats of manifests, by name. */
export type Format =
  | "canonical"
  | "canonical-1.1"
  | "scaffold"
  | "scaffold-text"
  | "marketplace"
  | "flat-settings"
  | "flat-properties"
  | "minimal"
  | "evidence-adapter"
  | "legacy-json"
  | "version-two"
  | "webhook";

/** How a format differs from the others, for code that reads or edits manifests of any format. */
export interface FormatTraits {
  /** A short description that is printed after "this manifest is". */
  readonly summary: string;
  /** Whether the extension is described under the key `extension`. The platform's own linter reads only such manifests. */
  readonly nested: boolean;
  /** Where a permission is added: to the list at this path, or to a list for its verb under this path. */
  readonly permissions: { readonly path: readonly string[]; readonly byVerb?: true };
  /** Path of the list of permissions for custom-data modules. */
  readonly dataAccess: readonly string[];
  /** Whether examples of the format write `read:issues`; those of the others write `issues:read`. */
  readonly verbFirst?: true;
  /** Whether examples of the format write `issue:read`, in the singular. */
  readonly singularNouns?: true;
  /** How `kiket-gen add` edits the format; absent if `add` does not support it. */
  readonly additions?: "nested" | "flat" | "minimal" | "webhook" | "adapter";
}

const below = {
  nested: true,
  permissions: { path: ["extension", "permissions"] },
  dataAccess: ["extension", "custom_data", "permissions"],
};
const top = { nested: false, permissions: { path: ["permissions"] }, dataAccess: ["custom_data", "permissions"] };

/**
 * The traits of each format. `manifest/formats/detect.ts` detects the format from the content of a manifest, and that of a receiver from its name. Only the readers and
 * this table use the names of formats; all other code uses traits.
 */
const formats: Readonly<Record<Format, FormatTraits>> = {
  canonical: {
    summary: "a canonical manifest (`model_version`, and everything else under `extension`)",
    ...below,
    additions: "nested",
  },
  "canonical-1.1": {
    summary: "a canonical manifest of version 1.1 (`delivery` is a map)",
    ...below,
    verbFirst: true,
  },
  scaffold: {
    summary: "a manifest from the scaffold of Kiket's CLI (hooks and permissions at the top level)",
    ...below,
    permissions: top.permissions,
    verbFirst: true,
  },
  "scaffold-text": {
    summary: "a manifest from the archived quick start (like the scaffold, but `delivery` is text)",
    ...below,
    permissions: top.permissions,
    verbFirst: true,
  },
  marketplace: {
    summary: "a manifest from the marketplace generator (`pricing` and `extension.events`)",
    ...below,
  },
  "flat-settings": {
    summary: "a flat manifest (`id` and a list of `settings`)",
    ...top,
    additions: "flat",
  },
  "flat-properties": {
    summary: "a flat manifest (`configuration.properties`)",
    ...top,
  },
  minimal: {
    summary: "a minimal manifest (`events`, `actions` and `scopes`)",
    ...top,
    permissions: { path: ["scopes"], byVerb: true },
    singularNouns: true,
    additions: "minimal",
  },
  "evidence-adapter": {
    summary: "an evidence adapter (`apiVersion: kiket.dev/v1`)",
    ...top,
    additions: "adapter",
  },
  "legacy-json": {
    summary: "a legacy `manifest.json` (`endpoints` and `capabilities`)",
    ...top,
  },
  "version-two": {
    summary: "an archived format (`manifest_version: 2`)",
    ...top,
  },
  webhook: {
    summary: "a receiver of webhooks (`kiket-webhook.yaml`)",
    ...top,
    additions: "webhook",
  },
};

export function traitsOf({ format }: { readonly format: Format }): FormatTraits {
  return formats[format];
}
