import { commentText } from "../../base/comment-text.js";
import { isObject } from "../../base/shape.js";
import { diagnose } from "../../diagnostics/diagnose.js";
import { type ManifestNode, type MapNode, plainValue, type Reporter } from "../../yaml/node.js";
import { type Schema, type TypeName, typeNames } from "./schema.js";

/** Longer tuples and larger counts have no readable type, because the compiler would write every element. */
const longestTuple = 20;

type Read = (node: ManifestNode) => Schema;

function wrong(node: ManifestNode, wanted: string, report: Reporter): undefined {
  report(diagnose("KG703", node.at, `\`${node.path}\` must be ${wanted}`));
  return undefined;
}

export function keywordText(node: ManifestNode, report: Reporter): string | undefined {
  return node.kind === "scalar" && typeof node.value === "string" ? node.value : wrong(node, "text", report);
}

function itemsOf(node: ManifestNode, wanted: string, report: Reporter): readonly ManifestNode[] {
  if (node.kind === "list" && node.items.length > 0) return node.items;
  wrong(node, wanted, report);
  return [];
}

/** The types that a schema names; empty if it names none. */
export function readTypes(node: MapNode, report: Reporter): readonly TypeName[] {
  const types = node.entries.get("type")?.value;
  if (types === undefined) return [];
  const given = types.kind === "list" ? itemsOf(types, "a type or a list of types", report) : [types];
  return given.flatMap((item) => {
    const name = typeNames.find((candidate) => item.kind === "scalar" && item.value === candidate);
    return name ?? wrong(item, `one of ${typeNames.join(", ")}`, report) ?? [];
  });
}

function readMembers(node: ManifestNode, read: Read, report: Reporter): Record<string, Schema> {
  if (node.kind !== "map") return wrong(node, "an object of schemas", report) ?? {};
  return Object.fromEntries([...node.entries].map(([name, { value }]) => [name, read(value)]));
}

function readRequired(node: ManifestNode, report: Reporter): string[] {
  if (node.kind !== "list") return wrong(node, "a list of member names", report) ?? [];
  return node.items.flatMap((item) => keywordText(item, report) ?? []);
}

function readCount(node: ManifestNode, report: Reporter): number | undefined {
  const count = node.kind === "scalar" && typeof node.value === "number" ? node.value : -1;
  return Number.isSafeInteger(count) && count >= 0 ? count : wrong(node, "a whole number, 0 or more", report);
}

/** Draft 7 describes tuples with `items` and `additionalItems`, 2020-12 with `prefixItems` and `items`. */
function readElements(node: MapNode, read: Read, report: Reporter): Partial<Schema> {
  const [prefix, items, rest] = ["prefixItems", "items", "additionalItems"].map((key) => node.entries.get(key)?.value);
  const tuple = prefix ?? (items?.kind === "list" ? items : undefined);
  if (tuple === undefined) return items === undefined ? {} : { items: read(items) };
  const others = prefix === undefined ? rest : items;
  const closed = others?.kind === "scalar" && others.value === false;
  const elements = itemsOf(tuple, "a list of schemas", report).map(read);
  if (elements.length > longestTuple) {
    return closed ? { items: { anyOf: elements } } : { items: { anyOf: [...elements, others ? read(others) : {}] } };
  }
  return {
    items: elements,
    additionalItems: !closed && (others === undefined || read(others)),
  };
}

/** A map's values. Patterns of keys are joined, because a type has only one index signature. */
function readValues(node: MapNode, read: Read, report: Reporter): Partial<Schema> {
  const [values, patterns] = ["additionalProperties", "patternProperties"].map((key) => node.entries.get(key)?.value);
  const own = values === undefined ? undefined : read(values);
  const matched = patterns === undefined ? [] : Object.values(readMembers(patterns, read, report));
  if (node.entries.has("properties")) return {};
  const closed = own?.tsType === "never";
  // Without `additionalProperties`, the keys that match no pattern may have any value.
  if (matched.length > 0)
    return { additionalProperties: own === undefined || { anyOf: closed ? matched : [...matched, own] } };
  if (own === undefined) return {};
  return { additionalProperties: Object.keys(own).length === 0 || (closed ? false : own) };
}

function readParts(node: MapNode, read: Read, report: Reporter): Partial<Schema> {
  const parts = (key: string) => {
    const list = node.entries.get(key)?.value;
    if (list === undefined) return [];
    return list.kind === "list" ? list.items.map(read) : (wrong(list, "a list of schemas", report) ?? []);
  };
  const alternatives = [parts("anyOf"), parts("oneOf")].filter((list) => list.length > 0);
  const all = parts("allOf");
  const [anyOf, second] = alternatives;
  if (second !== undefined) return { allOf: [...all, ...alternatives.map((list) => ({ anyOf: list }))] };
  return { ...(anyOf === undefined ? {} : { anyOf }), ...(all.length === 0 ? {} : { allOf: all }) };
}

function isOfType(value: unknown, type: TypeName): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isObject(value);
  return type === "integer" ? Number.isInteger(value) : typeof value === type;
}

/** The values of `const` or `enum` that also have one of the types; `undefined` without these keywords. */
function readValuesAllowed(
  node: MapNode,
  types: readonly TypeName[],
  report: Reporter,
): Pick<Schema, "enum" | "tsType"> | undefined {
  const constant = node.entries.get("const")?.value;
  const values = node.entries.get("enum")?.value;
  if (constant === undefined && values === undefined) return undefined;
  const given =
    constant !== undefined || values === undefined ? [constant] : itemsOf(values, "a list of values", report);
  const allowed = given
    .map((item) => item && plainValue(item))
    .filter((value) => types.length === 0 || types.some((type) => isOfType(value, type)));
  return allowed.length === 0 ? { tsType: "never" } : { enum: allowed };
}

/** The types as a keyword. They add nothing to values. */
function typeKeyword(types: readonly TypeName[]): Partial<Schema> {
  const [only, ...more] = types;
  return only === undefined ? {} : { type: more.length === 0 ? only : types };
}

/**
 * Reads only the keywords that decide a type. Keywords that the schema compiler would use as names or as code (`title`, `$id`,
 * `tsType`, `tsEnumNames`, `extends`) are not passed to it.
 */
export function readKeywords(node: MapNode, read: Read, report: Reporter): Schema {
  const entry = (key: string) => node.entries.get(key)?.value;
  const [description, properties, required, minItems, maxItems] = [
    entry("description"),
    entry("properties"),
    entry("required"),
    entry("minItems"),
    entry("maxItems"),
  ];
  const types = readTypes(node, report);
  const text = description && commentText(keywordText(description, report) ?? "");
  const least = minItems && readCount(minItems, report);
  const most = maxItems && readCount(maxItems, report);
  if (maxItems !== undefined && least !== undefined && most !== undefined && most < least) {
    wrong(maxItems, `${least} or more`, report);
  }
  return {
    ...(text ? { description: text } : {}),
    ...(readValuesAllowed(node, types, report) ?? typeKeyword(types)),
    ...(properties === undefined ? {} : { properties: readMembers(properties, read, report) }),
    ...(required === undefined ? {} : { required: readRequired(required, report) }),
    ...readValues(node, read, report),
    ...readElements(node, read, report),
    ...(least === undefined || least > longestTuple ? {} : { minItems: least }),
    ...(most === undefined || most > longestTuple ? {} : { maxItems: most }),
    ...readParts(node, read, report),
  };
}
