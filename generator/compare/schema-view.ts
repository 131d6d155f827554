import { definitionOf, type Schema, type TypeName, typeNames } from "../contracts/schemas/schema.js";

/** A schema with the definitions that it refers to. */
export interface Described {
  readonly schema: Schema;
  readonly definitions: Readonly<Record<string, Schema>>;
}

/** What a value may be, with alternatives joined. Precise enough to compare two versions, not to validate values. */
export interface View {
  /** The allowed values of each type, as JSON; `undefined` if all values of the type are allowed. */
  readonly types: ReadonlyMap<TypeName, ReadonlySet<string> | undefined>;
  readonly members: ReadonlyMap<string, Schema>;
  readonly required: ReadonlySet<string>;
  /** The values of a map. */
  readonly values: Schema | undefined;
  readonly items: Schema | undefined;
}

const anything: View = {
  types: new Map(typeNames.map((name) => [name, undefined])),
  members: new Map(),
  required: new Set(),
  values: undefined,
  items: undefined,
};

function typeOf(value: unknown): TypeName {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value === "string" || typeof value === "boolean" ? (typeof value as TypeName) : "object";
}

function typesOf({ type, enum: allowed, properties, additionalProperties, items, tsType }: Schema): View["types"] {
  if (tsType === "never") return new Map();
  if (allowed !== undefined) {
    const byType = new Map<TypeName, Set<string>>();
    for (const value of allowed) {
      byType.set(typeOf(value), (byType.get(typeOf(value)) ?? new Set()).add(JSON.stringify(value)));
    }
    return byType;
  }
  if (type !== undefined) return new Map([type].flat().map((name) => [name, undefined]));
  if (properties !== undefined || additionalProperties !== undefined) return new Map([["object", undefined]]);
  return items === undefined ? anything.types : new Map([["array", undefined]]);
}

function either(a: Schema | undefined, b: Schema | undefined): Schema | undefined {
  return a === undefined || b === undefined || a === b ? (a ?? b) : { anyOf: [a, b] };
}

function both(a: Schema | undefined, b: Schema | undefined): Schema | undefined {
  return a === undefined || b === undefined || a === b ? (a ?? b) : { allOf: [a, b] };
}

function joinMembers(a: View, b: View, join: typeof either): Map<string, Schema> {
  const names = [...a.members.keys(), ...b.members.keys()];
  return new Map(
    names.flatMap((name) => {
      const schema = join(a.members.get(name), b.members.get(name));
      return schema === undefined ? [] : [[name, schema]];
    }),
  );
}

/** A value that matches one of the two. */
function union(a: View, b: View): View {
  const types = new Map(a.types);
  for (const [name, values] of b.types) {
    const own = types.get(name);
    types.set(
      name,
      types.has(name) && own !== undefined && values !== undefined
        ? new Set([...own, ...values])
        : types.has(name)
          ? undefined
          : values,
    );
  }
  const required = !a.types.has("object") ? b.required : !b.types.has("object") ? a.required : undefined;
  return {
    types,
    members: joinMembers(a, b, either),
    required: required ?? new Set([...a.required].filter((name) => b.required.has(name))),
    values: either(a.values, b.values),
    items: either(a.items, b.items),
  };
}

/** A value that matches both. */
function intersection(a: View, b: View): View {
  const types = [...a.types].flatMap(([name, values]): [TypeName, ReadonlySet<string> | undefined][] => {
    if (!b.types.has(name)) return [];
    const others = b.types.get(name);
    if (values === undefined || others === undefined) return [[name, values ?? others]];
    return [[name, new Set([...values].filter((value) => others.has(value)))]];
  });
  return {
    types: new Map(types),
    members: joinMembers(a, b, both),
    required: new Set([...a.required, ...b.required]),
    values: both(a.values, b.values),
    items: both(a.items, b.items),
  };
}

function ownView(schema: Schema): View {
  const { properties = {}, required = [], additionalProperties: values, items } = schema;
  const elements = Array.isArray(items) ? { anyOf: items as readonly Schema[] } : (items as Schema | undefined);
  return {
    types: typesOf(schema),
    members: new Map(Object.entries(properties)),
    required: new Set(required),
    values: typeof values === "object" ? values : undefined,
    items: elements,
  };
}

/** The schema at the end of a chain of references. */
export function targetOf({ schema, definitions }: Described): Schema {
  const seen = new Set<Schema>();
  let at = schema;
  for (
    let next = definitionOf(at, definitions);
    next !== undefined && !seen.has(next);
    next = definitionOf(at, definitions)
  ) {
    seen.add(next);
    at = next;
  }
  return at;
}

/** Views by schema, so that joined members are the same objects each time. */
const views = new WeakMap<Schema, View>();

/** The view of a schema: follows references and joins alternatives. Schemas must not change after they are read. */
export function viewOf(described: Described): View {
  const { definitions } = described;
  const schema = targetOf(described);
  const known = views.get(schema);
  if (known !== undefined) return known;
  // A schema that refers directly to itself allows anything. Such a schema is rejected when it is read.
  views.set(schema, anything);
  const parts = (list: readonly Schema[]) => list.map((part) => viewOf({ schema: part, definitions }));
  const alternatives = parts(schema.anyOf ?? []);
  const joined = alternatives.length === 0 ? [] : [alternatives.reduce(union)];
  const view = [...joined, ...parts(schema.allOf ?? [])].reduce(intersection, ownView(schema));
  views.set(schema, view);
  return view;
}
