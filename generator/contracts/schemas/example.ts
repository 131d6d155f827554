import { isObject } from "../../base/shape.js";
import { type ManifestNode, type MapNode, plainValue, type Reporter, stringIn } from "../../yaml/node.js";
import { follow, isEnvelope, type SchemaFiles, type Target } from "./follow-reference.js";

type Values = Readonly<Record<string, unknown>>;

/** A place in the schemas. */
interface Place {
  readonly node: ManifestNode;
  readonly file: string;
}

interface SchemaPlace extends Place {
  readonly node: MapNode;
}

/** Only schemas that require themselves are deeper than this, and no value matches them. */
const deepest = 32;
/** A schema that requires itself twice would be visited 2 to the power of `deepest` times without this limit. */
const mostPlaces = 5_000;
const mostElements = 20;

/** Kiket sets these members when it delivers the event. */
const ofThePlatform: ReadonlySet<string> = new Set(["event", "event_version", "authentication", "api", "secrets"]);

/** Mistakes in a schema were already reported by `linkEvent`. */
const silent: Reporter = () => undefined;

const texts: Readonly<Record<string, string>> = {
  "date-time": "2026-01-02T03:04:05Z",
  date: "2026-01-02",
  time: "03:04:05Z",
  duration: "PT1H",
  email: "someone@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  uri: "https://example.com/",
  "uri-reference": "/",
  uuid: "01234567-89ab-4cde-8f01-23456789abcd",
};

function entryOf(node: MapNode, key: string): ManifestNode | undefined {
  return node.entries.get(key)?.value;
}

function itemsOf(node: MapNode, key: string): readonly ManifestNode[] {
  const list = entryOf(node, key);
  return list?.kind === "list" ? list.items : [];
}

function numberAt(node: MapNode, key: string): number | undefined {
  const value = entryOf(node, key);
  return value?.kind === "scalar" && typeof value.value === "number" ? value.value : undefined;
}

/** Merges two objects member by member; otherwise returns the second value. */
function merged(a: unknown, b: unknown): unknown {
  if (b === undefined) return a;
  if (!isObject(a) || !isObject(b)) return b;
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return Object.fromEntries(names.map((name) => [name, merged(memberOf(a, name), memberOf(b, name))]));
}

function memberOf(values: Values, name: string): unknown {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** A value that the schema itself gives. */
function givenValue(node: MapNode): { readonly value: unknown } | undefined {
  const given = entryOf(node, "const") ?? itemsOf(node, "examples")[0] ?? entryOf(node, "default");
  const [allowed] = itemsOf(node, "enum");
  const found = given ?? allowed;
  return found === undefined ? undefined : { value: plainValue(found) };
}

/** The multiple nearest to 1 within the bounds; if there is none, the number in the middle of the bounds. */
function numberOf(node: MapNode): number {
  const [least, above, most, below, step] = [
    numberAt(node, "minimum") ?? Number.NEGATIVE_INFINITY,
    numberAt(node, "exclusiveMinimum") ?? Number.NEGATIVE_INFINITY,
    numberAt(node, "maximum") ?? Number.POSITIVE_INFINITY,
    numberAt(node, "exclusiveMaximum") ?? Number.POSITIVE_INFINITY,
    numberAt(node, "multipleOf") ?? 1,
  ];
  const low = Math.max(Math.ceil(least / step), Math.floor(above / step) + 1) * step;
  const high = Math.min(Math.floor(most / step), Math.ceil(below / step) - 1) * step;
  if (low > high) return (Math.max(least, above) + Math.min(most, below)) / 2;
  return Math.min(Math.max(Math.ceil(1 / step) * step, low), high);
}

function textOf(node: MapNode, name: string): string {
  const format = stringIn(node, "format") ?? "";
  if (Object.hasOwn(texts, format)) return texts[format] ?? "";
  const text = `sample ${name}`.padEnd(Math.min(numberAt(node, "minLength") ?? 0, 1_000), "x");
  return text.slice(0, Math.max(0, numberAt(node, "maxLength") ?? text.length));
}

function typeOf(node: MapNode): string | undefined {
  const types = [entryOf(node, "type") ?? []].flat().flatMap((type) => (type.kind === "list" ? type.items : [type]));
  const names = types.flatMap((type) => (type.kind === "scalar" ? [type.text] : []));
  const named = names.find((name) => name !== "null") ?? names[0];
  if (named !== undefined) return named;
  if (node.entries.has("properties") || node.entries.has("required")) return "object";
  return node.entries.has("items") || node.entries.has("prefixItems") ? "array" : undefined;
}

/** Schemas that the same value must match: the target of `$ref`, all parts of `allOf`, and the first alternatives. */
function partsOf({ node, file }: SchemaPlace, files: SchemaFiles): readonly Place[] {
  const target = targetOf(node, file, files);
  const parts = [
    ...itemsOf(node, "allOf"),
    ...itemsOf(node, "anyOf").slice(0, 1),
    ...itemsOf(node, "oneOf").slice(0, 1),
  ].map((part) => ({ node: part, file }));
  return target === undefined ? parts : [target, ...parts];
}

/** The target of a reference; undefined for the envelope, whose members Kiket sets. */
function targetOf(node: MapNode, file: string, files: SchemaFiles): Target | undefined {
  const target = follow(node, file, files, silent);
  return target === undefined || isEnvelope(target, files) ? undefined : target;
}

/**
 * Finds a value that a schema allows: one that the schema gives (`const`, `examples`, `default`, `enum`), otherwise the smallest
 * one of its type, with only the required members and the lowest counts. Ignores `pattern` and keywords that forbid values.
 * Undefined if the schema allows everything.
 */
function createSampler(files: SchemaFiles): (place: Place, name: string) => unknown {
  let places = 0;
  const isFarEnough = (depth: number): boolean => {
    places += 1;
    return depth > deepest || places > mostPlaces;
  };
  /** Names of the members that a value must have. */
  const requiredOf = ({ node, file }: Place, depth: number): readonly string[] => {
    if (node.kind !== "map" || isFarEnough(depth)) return [];
    const own = itemsOf(node, "required").flatMap((item) => (item.kind === "scalar" ? [item.text] : []));
    return [...own, ...partsOf({ node, file }, files).flatMap((part) => requiredOf(part, depth + 1))];
  };
  /** `required`: the required members of the schema that this one is a part of. */
  const sample = (
    { node, file }: Place,
    name: string,
    depth: number,
    required = requiredOf({ node, file }, depth),
  ): unknown => {
    if (node.kind !== "map" || isFarEnough(depth)) return undefined;
    const given = givenValue(node);
    if (given !== undefined) return given.value;
    const below = (child: ManifestNode, childName = name) => sample({ node: child, file }, childName, depth + 1);
    const parts = partsOf({ node, file }, files).map((part) => sample(part, name, depth + 1, required));
    return [...parts, ownValue(node, name, required, below)].reduce(merged, undefined);
  };
  return (place, name) => sample(place, name, 0);
}

type Below = (child: ManifestNode, name?: string) => unknown;

/** A value for the schema's own type and keywords, without those of its parts. */
function ownValue(node: MapNode, name: string, required: readonly string[], below: Below): unknown {
  switch (typeOf(node)) {
    case "object":
      return membersOf(node, required, below);
    case "array":
      return elementsOf(node, below);
    case "string":
      return textOf(node, name);
    case "integer":
    case "number":
      return numberOf(node);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return undefined;
  }
}

function elementsOf(node: MapNode, below: Below): readonly unknown[] {
  const [prefix, items] = [itemsOf(node, "prefixItems"), entryOf(node, "items")];
  const count = Math.min(numberAt(node, "minItems") ?? 0, mostElements);
  const elements = Array.from({ length: count }, (_, index) => prefix[index] ?? items);
  return elements.map((element) => (element === undefined ? null : (below(element) ?? null)));
}

function membersOf(node: MapNode, required: readonly string[], below: Below): Values {
  const properties = entryOf(node, "properties");
  if (properties?.kind !== "map") return {};
  const members = [...properties.entries].filter(([name]) => required.includes(name));
  return Object.fromEntries(
    members.map(([name, { value }]) => {
      const member = below(value, name);
      return [name, member === undefined ? `sample ${name}` : member];
    }),
  );
}

/** A payload without the members that Kiket sets: the first example of the schema, otherwise the smallest payload that it allows. */
export function exampleOf(root: ManifestNode, file: string, files: SchemaFiles): Values {
  const value = createSampler(files)({ node: root, file }, "event");
  return isObject(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => !ofThePlatform.has(key))) : {};
}
