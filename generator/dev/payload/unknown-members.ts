import { isObject } from "../../base/shape.js";

type Schema = Readonly<Record<string, unknown>>;

/** Follows `#/…` in one document. Undefined for any other reference. */
function resolve(root: Schema, reference: string): unknown {
  if (reference !== "#" && !reference.startsWith("#/")) return undefined;
  let found: unknown = root;
  for (const part of reference.split("/").slice(1)) {
    let name: string;
    try {
      name = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
    } catch {
      return undefined;
    }
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Schema)[name];
  }
  return found;
}

/** All parts of a schema that speak of the same value, whichever of its alternatives fits. Undefined if one of them cannot be read. */
function partsOf(root: Schema, schema: unknown, known = new Set<Schema>()): ReadonlySet<Schema> | undefined {
  if (typeof schema === "boolean") return known;
  if (!isObject(schema)) return undefined;
  if (known.has(schema)) return known;
  known.add(schema);
  const {
    $ref,
    allOf = [],
    anyOf = [],
    oneOf = [],
    then = true,
    else: otherwise = true,
    dependentSchemas = {},
  } = schema;
  if (Object.hasOwn(schema, "$dynamicRef")) return undefined;
  const others = [
    ...(typeof $ref === "string" ? [resolve(root, $ref)] : []),
    ...[allOf, anyOf, oneOf].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : [undefined])),
    ...[then, otherwise],
    ...Object.values(isObject(dependentSchemas) ? dependentSchemas : {}),
  ];
  return others.every((other) => partsOf(root, other, known) !== undefined) ? known : undefined;
}

/** What the parts say of one member. Empty if none of them names it. */
function schemasOfMember(parts: readonly Schema[], name: string): readonly unknown[] {
  return parts.flatMap(({ properties, patternProperties, additionalProperties, unevaluatedProperties, required }) => {
    const own = isObject(properties) && Object.hasOwn(properties, name) ? [properties[name]] : [];
    const byPattern = Object.entries(isObject(patternProperties) ? patternProperties : {})
      .filter(([pattern]) => fits(pattern, name))
      .map(([, schema]) => schema);
    const isRequired = Array.isArray(required) && required.includes(name);
    const named = own.length === 0 && isRequired ? [true, ...byPattern] : [...own, ...byPattern];
    return named.length > 0 ? named : [additionalProperties, unevaluatedProperties].filter(isObject);
  });
}

function fits(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern, "u").test(name);
  } catch {
    return true;
  }
}

function schemasOfItem(parts: readonly Schema[], index: number): readonly unknown[] {
  return parts.flatMap(({ items, prefixItems, additionalItems }) => {
    const first = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : [];
    if (index < first.length) return [first[index]];
    const rest = Array.isArray(items) ? additionalItems : items;
    return rest === undefined ? [] : [rest];
  });
}

type Path = readonly (string | number)[];

/**
 * The members of a value that its schema does not name, although it may allow them; at most `most`. Where a schema names no member at
 * all, every member is expected. A schema is one document, of any draft; what it refers to elsewhere is taken to know everything.
 */
export function unknownMembers(root: Schema, value: unknown, most: number): readonly Path[] {
  const found: Path[] = [];
  const made = new Map<unknown, ReadonlySet<Schema> | undefined>();
  const partsOnce = (schema: unknown): ReadonlySet<Schema> | undefined => {
    if (!made.has(schema)) made.set(schema, partsOf(root, schema));
    return made.get(schema);
  };

  function look(schemas: readonly unknown[], item: unknown, path: Path): void {
    if (found.length >= most || typeof item !== "object" || item === null) return;
    const parts: Schema[] = [];
    for (const schema of schemas) {
      const some = partsOnce(schema);
      if (some === undefined) return;
      parts.push(...some);
    }
    if (Array.isArray(item)) {
      for (const [index, each] of item.entries()) look(schemasOfItem(parts, index), each, [...path, index]);
      return;
    }
    const isNaming = parts.some(({ properties }) => isObject(properties) && Object.keys(properties).length > 0);
    for (const [name, each] of Object.entries(item)) {
      const member = schemasOfMember(parts, name);
      if (member.length > 0) look(member, each, [...path, name]);
      else if (isNaming && found.length < most) found.push([...path, name]);
    }
  }

  look([root], value, []);
  return found;
}
