export const canonicalManifest = ".kiket/manifest.yaml";

/** The paths that SDKs look for, after the canonical manifest, which the platform reads; and those of a receiver of webhooks. */
export const manifestPlaces: readonly string[] = [
  // (facts 310, 311)
  canonicalManifest,
  ".kiket/manifest.yml",
  "extension.yaml",
  "extension.yml",
  "manifest.yaml",
  "manifest.yml",
  "kiket-extension.yaml",
  "kiket-webhook.yaml",
  "kiket-webhook.yml",
  "manifest.json",
];

/** Whether a file describes a receiver of webhooks. It has no key that other manifests lack, so its name tells. */
export function isWebhookFile(path: string): boolean {
  return /(?:^|\/)kiket-webhook\.ya?ml$/.test(path);
}
