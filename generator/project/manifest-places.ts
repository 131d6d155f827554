export const canonicalManifest = ".kiket/manifest.yaml";

/** The paths that SDKs look for, after the canonical manifest, which the platform reads. */
export const manifestPlaces: readonly string[] = [
  // (facts 310, 311)
  canonicalManifest,
  ".kiket/manifest.yml",
  "extension.yaml",
  "extension.yml",
  "manifest.yaml",
  "manifest.yml",
  "kiket-extension.yaml",
  "manifest.json",
];
