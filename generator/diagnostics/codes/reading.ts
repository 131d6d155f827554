/** Finding and reading the files, and their YAML. */
export const readingCodes = {
  KG101: {
    severity: "note",
    title: "several manifests",
    explanation:
      "The project holds more than one manifest. `.kiket/manifest.yaml` is the one the platform reads, so it wins; without it the first in the discovery order is used. Name one with --manifest to choose another.",
  },
  KG102: {
    severity: "error",
    title: "no manifest",
    explanation:
      "No manifest stands at any of the usual places. Write `.kiket/manifest.yaml` or `extension.yaml`, or name the file with --manifest.",
  },
  KG103: {
    severity: "error",
    title: "named manifest not found",
    explanation: "The file named with --manifest cannot be read. The path is relative to the project's folder.",
  },
  KG104: {
    severity: "error",
    title: "invalid YAML",
    explanation:
      "The file is not valid YAML (or JSON), so nothing in it can be trusted. The position is where the reader gave up; the cause is there or just before it.",
  },
  KG105: {
    severity: "warning",
    title: "duplicate key",
    explanation:
      "A key stands twice in one map. The last one wins and the other is dropped without a trace. Join them or delete one.",
  },
  KG106: {
    severity: "error",
    title: "unusable alias",
    explanation:
      "A YAML alias (`*name`) names an anchor that was not set before it, contains itself, or multiplies the document beyond any sensible size. Write the value out instead.",
  },
  KG107: {
    severity: "error",
    title: "nested too deep",
    explanation: "The document nests deeper than 100 levels. No manifest needs more than 12.",
  },
  KG108: {
    severity: "error",
    title: "file too large",
    explanation: "The file is larger than 2 MiB (in characters). The largest known manifest has 13 KB.",
  },
  KG109: {
    severity: "warning",
    title: "doubtful YAML",
    explanation:
      "The YAML is readable, but uses something that readers treat differently, such as an unknown tag. Remove it.",
  },
} as const;
