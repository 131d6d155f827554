import { type ManifestNode, type MapNode, plainValue, type Reporter } from "../../yaml/node.js";
import { follow, referenceOf, type SchemaFiles } from "./follow-reference.js";
import { countsSiblings } from "./link.js";
import { createNamer } from "./type-names.js";

type Json = Readonly<Record<string, unknown>>;

/** Keywords with a schema, or a list of schemas. */
const schemas: ReadonlySet<string> = new Set([
  ...["allOf", "anyOf", "oneOf", "not", "if", "then", "else", "items", "prefixItems", "additionalItems", "contains"],
  ...["additionalProperties", "propertyNames", "unevaluatedItems", "unevaluatedProperties"],
]);
/** Keywords with schemas by name. */
const maps: ReadonlySet<string> = new Set(["properties", "patternProperties", "dependentSchemas", "dependencies"]);
/** References are followed, so nothing needs to be found by these. */
const leftOut: ReadonlySet<string> = new Set([
  ...["$ref", "$dynamicRef", "$id", "$anchor", "$dynamicAnchor", "$defs", "definitions"],
]);

/** Mistakes in a schema were reported when it was read. */
const silent: Reporter = () => undefined;

/**
 * The schema of a file as one document: everything that it refers to is in its `$defs`. A reference that leads nowhere allows
 * everything. Undefined if there is no such file.
 */
export function bundledSchema(path: string, files: SchemaFiles): Json | undefined {
  const root = files.get(path)?.root;
  if (root?.kind !== "map") return undefined;
  const nameOf = createNamer();
  const names = new Map<ManifestNode, string>();
  const definitions: Record<string, unknown> = {};

  function reference(schema: MapNode, file: string): Json {
    const target = follow(schema, file, files, silent);
    if (target === undefined) return {};
    const known = names.get(target.node);
    if (known !== undefined) return { $ref: `#/$defs/${known}` };
    const name = nameOf(target.name);
    names.set(target.node, name);
    definitions[name] = {};
    definitions[name] = copy(target.node, target.file);
    return { $ref: `#/$defs/${name}` };
  }

  function keyword(key: string, value: ManifestNode, file: string): unknown {
    if (schemas.has(key))
      return value.kind === "list" ? value.items.map((item) => copy(item, file)) : copy(value, file);
    if (!maps.has(key) || value.kind !== "map") return plainValue(value);
    return Object.fromEntries([...value.entries].map(([name, entry]) => [name, copy(entry.value, file)]));
  }

  function copy(schema: ManifestNode, file: string): unknown {
    if (schema.kind !== "map") return plainValue(schema);
    const isReference = referenceOf(schema) !== undefined;
    if (isReference && !countsSiblings(file, files)) return reference(schema, file);
    const own = [...schema.entries].filter(([key]) => !leftOut.has(key));
    const copied = Object.fromEntries(own.map(([key, { value }]) => [key, keyword(key, value, file)]));
    return isReference ? { ...copied, ...reference(schema, file) } : copied;
  }

  const copied = copy(root, path) as Json;
  return Object.keys(definitions).length === 0 ? copied : { ...copied, $defs: definitions };
}
