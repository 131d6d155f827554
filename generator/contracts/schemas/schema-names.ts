import { type ManifestNode, stringIn } from "../../yaml/node.js";

/** A schema file, with the names that its schemas give themselves. */
export interface SchemaFile {
  readonly root: ManifestNode;
  /** Schemas with an `$id`, by their absolute URI without fragment. */
  readonly resources: ReadonlyMap<string, ManifestNode>;
  /** By URI without fragment, then by name: schemas with an `$anchor`. */
  readonly anchors: ReadonlyMap<string, ReadonlyMap<string, ManifestNode>>;
  /** The URI against which the references of a schema are resolved. */
  readonly baseOf: (schema: ManifestNode) => string;
}

/** Keywords whose values are data, where the same keys are ordinary members. */
const data: ReadonlySet<string> = new Set(["const", "enum", "default", "examples", "example"]);
/** Keywords whose keys are names. */
const maps: ReadonlySet<string> = new Set([
  ...["properties", "patternProperties", "dependentSchemas", "dependencies", "$defs", "definitions"],
]);

/** A URI resolved against another one; `undefined` if the text is not a URI. Nothing is ever fetched: URIs are only compared. */
export function resolvedUri(text: string, base: string): string | undefined {
  return URL.canParse(text, base) ? new URL(text, base).href : undefined;
}

/** Reads `$id`, `$anchor` and `$dynamicAnchor` of every schema in a file. `path`: of the file in its folder. */
export function namedSchemas(path: string, root: ManifestNode): SchemaFile {
  const ofFile = `file:///${encodeURI(path)}`;
  const resources = new Map<string, ManifestNode>();
  const anchors = new Map<string, Map<string, ManifestNode>>();
  const bases = new Map<ManifestNode, string>();

  const name = (schema: ManifestNode, base: string, anchor: string | undefined) => {
    if (anchor === undefined) return;
    const known = anchors.get(base) ?? new Map<string, ManifestNode>();
    anchors.set(base, known.has(anchor) ? known : known.set(anchor, schema));
  };
  /** The base of a schema inside one with the base `outer`. A file is found by its path, so its own relative `$id` has no effect. */
  const baseIn = (schema: ManifestNode, id: string | undefined, outer: string): string => {
    if (id === undefined || (schema === root && !URL.canParse(id))) return outer;
    const [uri = "", fragment = ""] = (resolvedUri(id, outer) ?? outer).split("#", 2);
    // Up to draft 7, an `$id` with a fragment is an anchor.
    if (fragment !== "") name(schema, uri, fragment);
    if (id.startsWith("#")) return outer;
    if (!resources.has(uri)) resources.set(uri, schema);
    return uri;
  };
  const visit = (node: ManifestNode, outer: string, isMap: boolean): void => {
    if (node.kind === "list") for (const item of node.items) visit(item, outer, false);
    if (node.kind !== "map") return;
    const keyword = (key: string) => (isMap ? undefined : stringIn(node, key));
    const base = baseIn(node, keyword("$id"), outer);
    bases.set(node, base);
    for (const key of ["$anchor", "$dynamicAnchor"]) name(node, base, keyword(key));
    for (const [key, { value }] of node.entries) {
      if (isMap || !(data.has(key) || key.startsWith("x-"))) visit(value, base, !isMap && maps.has(key));
    }
  };
  visit(root, ofFile, false);
  return { root, resources, anchors, baseOf: (schema) => bases.get(schema) ?? ofFile };
}
