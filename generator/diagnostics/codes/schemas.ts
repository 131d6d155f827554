/** Event schemas and an OpenAPI document of the project's own. */
export const schemasCodes = {
  KG701: {
    severity: "error",
    title: "invalid JSON",
    explanation:
      "Event schemas are strict JSON: double quotes, no comments, no trailing commas. The position is the first character that is not valid.",
  },
  KG702: {
    severity: "error",
    title: "schema file name without event and version",
    explanation:
      "A file `*.schema.json` in the --events folder describes one version of one event, and its name says which: `<event>.<version>.schema.json`, for example `issue.created.v1.schema.json`. A version starts with a digit, or with `v` and a digit. If the file contains only shared definitions, name it `<name>.json`.",
  },
  KG703: {
    severity: "error",
    title: "invalid JSON Schema",
    explanation:
      "A keyword has a value that JSON Schema does not allow, a number is outside the range of JavaScript, or the payload is not described as an object. Drafts 7 and 2020-12 are supported.",
  },
  KG704: {
    severity: "error",
    title: "reference not found",
    explanation:
      "A `$ref` points to a file that does not exist, or to a place that does not exist in the file. Write `#/$defs/name` for a definition in the same file, and `other.json#/$defs/name` for one in another file; the path is relative to the file that contains the reference. `shapes.v1.schema.json#/$defs/name` refers to the shapes that this package ships. A name after `#` refers to an `$anchor`, and a URI to an `$id`; both are looked for in the files of the folder only. In an OpenAPI document, a reference must start with `#/components/` or `#/paths/`.",
  },
  KG705: {
    severity: "error",
    title: "reference outside the folder",
    explanation:
      "A `$ref` is a URL, or points outside the folder of schemas or outside the OpenAPI document. kiket-gen does not use the network, and it reads only the files that you pass. Copy the schema into the folder, or bundle the OpenAPI document into one file.",
  },
  KG706: {
    severity: "error",
    title: "schema refers only to itself",
    explanation:
      "A `$ref` leads back to itself with no object or list in between, so it describes nothing. To describe a recursive type, put the reference under `properties` or `items`. In an OpenAPI document, the same is true of a path, an operation and every reusable part.",
  },
  KG707: {
    severity: "error",
    title: "two files for one event version",
    explanation:
      "Two files describe the same version of the same event. File names are compared without the leading `v` of the version, and without regard to upper and lower case. Delete one of the files.",
  },
  KG708: {
    severity: "error",
    title: "no schemas found",
    explanation:
      "The --events folder does not exist or contains no `*.schema.json`, or the --openapi file cannot be read. Paths are relative to the folder of the project. Without these options, the paths of the last run are used, which are saved in the lock file; --no-events and --no-openapi turn this off. A path outside the project is not saved, and a saved one that leads out through a symbolic link is not read, so pass such a path each time.",
  },
  KG709: {
    severity: "error",
    title: "not an OpenAPI document",
    explanation:
      "The --openapi file must be an OpenAPI 3.0, 3.1 or 3.2 document in YAML or JSON. It needs `openapi` and `paths`, and each part must have the type that OpenAPI requires. Numbers must be in the range of JavaScript. `x-kiket-scopes` of an operation is a list of scopes, which decide the permissions that a call needs.",
  },
  KG710: {
    severity: "warning",
    title: "duplicate operationId",
    explanation:
      "Two operations of the OpenAPI document have the same `operationId`, which must be unique. The types of the first one have this name. The others can be called by their path as usual, but their types have no name. Give each operation an id of its own.",
  },
} as const;
