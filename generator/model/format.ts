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
  | "version-two";

/** What a format of manifests has of its own, for the code that reads and edits any of them. */
export interface FormatTraits {
  /** What it is, in words, to be read after "this manifest is". */
  readonly summary: string;
  /** Whether the extension stands below `extension`; the platform's own linter reads only such manifests. */
  readonly nested: boolean;
  /** Where a permission is added: a list at this path, or a list for each verb below it. */
  readonly permissions: { readonly path: readonly string[]; readonly byVerb?: true };
  /** Where access to custom-data modules stands. */
  readonly dataAccess: readonly string[];
  /** Whether its own examples write `read:issues`; the others write `issues:read`. */
  readonly verbFirst?: true;
  /** Whether its own examples write `issue:read`, in the singular. */
  readonly singularNouns?: true;
  /** How `kiket-gen add` writes into it; absent where it is read, but not edited. */
  readonly additions?: "nested" | "flat" | "minimal";
}

const below = {
  nested: true,
  permissions: { path: ["extension", "permissions"] },
  dataAccess: ["extension", "custom_data", "permissions"],
};
const top = { nested: false, permissions: { path: ["permissions"] }, dataAccess: ["custom_data", "permissions"] };

/**
 * What each format has. Which one a manifest has is told by its content, in `manifest/formats/detect.ts`. Only the readers and
 * this table know formats by name; all other code asks for a trait.
 */
const formats: Readonly<Record<Format, FormatTraits>> = {
  canonical: {
    summary: "a canonical manifest: `model_version` and everything below `extension`",
    ...below,
    additions: "nested",
  },
  "canonical-1.1": {
    summary: "a canonical manifest of version 1.1: `delivery` is a map",
    ...below,
    verbFirst: true,
  },
  scaffold: {
    summary: "a manifest of the command line's scaffold: hooks and permissions beside `extension`",
    ...below,
    permissions: top.permissions,
    verbFirst: true,
  },
  "scaffold-text": {
    summary: "a manifest of the archived quick start: a scaffold whose `delivery` is text",
    ...below,
    permissions: top.permissions,
    verbFirst: true,
  },
  marketplace: {
    summary: "a manifest of the marketplace generator: canonical with `pricing` and `extension.events`",
    ...below,
  },
  "flat-settings": {
    summary: "a flat manifest: an `id` and a list of `settings`",
    ...top,
    additions: "flat",
  },
  "flat-properties": {
    summary: "a flat manifest with `configuration.properties`",
    ...top,
  },
  minimal: {
    summary: "the minimal manifest of the documentation: `events`, `actions` and `scopes`",
    ...top,
    permissions: { path: ["scopes"], byVerb: true },
    singularNouns: true,
    additions: "minimal",
  },
  "evidence-adapter": {
    summary: "an evidence adapter: `apiVersion: kiket.dev/v1`",
    ...top,
  },
  "legacy-json": {
    summary: "a legacy `manifest.json` with `endpoints` and `capabilities`",
    ...top,
  },
  "version-two": {
    summary: "an archived manifest with `manifest_version: 2`",
    ...top,
  },
};

export function traitsOf({ format }: { readonly format: Format }): FormatTraits {
  return formats[format];
}
