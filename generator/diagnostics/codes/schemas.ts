/** A user's own event schemas and OpenAPI document. */
export const schemasCodes = {
  KG701: {
    severity: "error",
    title: "invalid JSON",
    explanation:
      "Event schemas are strict JSON: double quotes, no comments, no comma before a closing bracket. The position is the first character that does not fit.",
  },
  KG702: {
    severity: "error",
    title: "schema file name is no event and version",
    explanation:
      "A file `*.schema.json` in the folder of --events describes one version of one event and says which by its name: `<event>.<version>.schema.json`, for example `issue.created.v1.schema.json`. A version starts with a digit or with v and a digit. Name a file that only holds shared definitions `<name>.json`.",
  },
  KG703: {
    severity: "error",
    title: "invalid JSON Schema",
    explanation:
      "A keyword of the schema holds something that JSON Schema does not allow there, or the payload is not described as an object. Understood are drafts 7 and 2020-12.",
  },
  KG704: {
    severity: "error",
    title: "reference not found",
    explanation:
      "A `$ref` names a file or a place in a file that does not exist. A reference is `#/$defs/name`, `other.json#/$defs/name` with a path relative to the file it stands in, or `shapes.v1.schema.json#/$defs/name` for the shapes that this package ships. Anchors and dynamic references are not followed. In an OpenAPI document a reference points into `#/components/` or `#/paths/`.",
  },
  KG705: {
    severity: "error",
    title: "reference leaves the folder",
    explanation:
      "A `$ref` is a URL or climbs out of the folder of schemas, or leaves the OpenAPI document. Generating reads no network and no file that was not named: copy the schema into the folder, or bundle the document into one file first.",
  },
  KG706: {
    severity: "error",
    title: "schema refers only to itself",
    explanation:
      "A `$ref` leads back to where it stands without an object or a list between, so it describes nothing. Recursion goes through `properties` or `items`.",
  },
  KG707: {
    severity: "error",
    title: "one event version in two files",
    explanation:
      "Versions are compared without a leading v and file names as a case-blind file system would, so two files describe one version of one event. Delete one.",
  },
  KG708: {
    severity: "error",
    title: "no schemas to read",
    explanation:
      "The folder of --events is not there or holds no `*.schema.json`, or the file of --openapi cannot be read. Paths are relative to the project's folder. Without these options the paths of the last generation hold, which the lock file keeps; --no-events and --no-openapi leave them out. A place outside of the project is not kept: name it every time.",
  },
  KG709: {
    severity: "error",
    title: "not an OpenAPI document",
    explanation:
      "The file of --openapi must be an OpenAPI 3.0 or 3.1 document in YAML or JSON, with `openapi` and `paths`, and each part of the kind that OpenAPI wants there.",
  },
} as const;
