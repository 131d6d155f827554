/** Finding and parsing the files. */
export const readingCodes = {
  KG101: {
    severity: "note",
    title: "several manifests",
    explanation:
      "The project contains more than one manifest, and only one is used. `.kiket/manifest.yaml` comes first, because the platform reads this one. Without it, the first one in the search order is used. To use another, pass it with --manifest.",
  },
  KG102: {
    severity: "error",
    title: "no manifest",
    explanation:
      "There is no manifest in any of the usual places. Create `.kiket/manifest.yaml` or `extension.yaml`, or pass the file with --manifest. If a folder above this one has a manifest, the message names it: run the command in that folder.",
  },
  KG103: {
    severity: "error",
    title: "manifest file not found",
    explanation:
      "The file passed with --manifest cannot be read. Check the path. It is relative to the folder of the project.",
  },
  KG104: {
    severity: "error",
    title: "invalid YAML",
    explanation:
      "The file is not valid YAML or JSON, so nothing in it is used. The position is where the parser stopped. The mistake is there or just before it. A quote or a bracket that is not closed is reported where it opens.",
  },
  KG105: {
    severity: "warning",
    title: "duplicate key",
    explanation:
      "A map contains the same key more than once. Only the last value is used; the others are silently ignored. Merge the values, or delete one.",
  },
  KG106: {
    severity: "error",
    title: "invalid alias",
    explanation:
      "A YAML alias (`*name`) refers to an anchor that is not defined before it, contains itself, or expands to too many values. Write the value instead of the alias.",
  },
  KG107: {
    severity: "error",
    title: "nested too deep",
    explanation:
      "The file is nested deeper than 100 levels, so it is not read. No known manifest has more than 12 levels. Check that it is the right file.",
  },
  KG108: {
    severity: "error",
    title: "file too large",
    explanation:
      "The file has more than 2,097,152 characters (2 MiB), so it is not read; an OpenAPI document may have 33,554,432 (32 MiB). The largest known manifest has 13 KB. Check that it is the right file.",
  },
  KG109: {
    severity: "warning",
    title: "ambiguous YAML",
    explanation:
      "The YAML is valid, but parsers do not agree on what this part means, for example an unknown tag. Remove it, or write the value in another way.",
  },
  KG110: {
    severity: "error",
    title: "file is not UTF-8",
    explanation:
      "The file has another encoding, such as UTF-16 or Windows-1252, so its letters cannot be told for sure, and nothing in it is used. Save it as UTF-8. A byte order mark of UTF-8 does no harm. The position is the first byte that is not UTF-8.",
  },
  KG111: {
    severity: "error",
    title: "unresolved merge conflict",
    explanation:
      "The file contains the lines `<<<<<<<`, `=======` and `>>>>>>>` that git writes where two versions contradict each other, so nothing in it is used. Keep what is right, delete the lines with the markers, and run the command again.",
  },
} as const;
