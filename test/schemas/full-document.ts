import { isObject, type Json, type JsonObject, resolve } from "./read.js";

export type Path = readonly (string | number)[];

/** A key at one place of a document, with the schema of its value. */
export interface KeyAt {
  readonly path: Path;
  readonly schema: JsonObject;
}

/** A key of the author's own, where any key is allowed. */
const ownKey = "own_key";

function target({ $ref }: JsonObject, document: JsonObject): JsonObject | undefined {
  const found = typeof $ref === "string" ? resolve($ref, document, new Map()) : undefined;
  return isObject(found) ? found : undefined;
}

/** A schema and what it consists of. Of the two branches of a condition, the one that has keys. */
export function partsOf(schema: JsonObject, document: JsonObject): readonly JsonObject[] {
  const branches = [schema.then, schema.else].filter(isObject);
  const branch = branches.find((part) => keysIn(partsOf(part, document)).length > 0) ?? branches[0];
  const all = Array.isArray(schema.allOf) ? schema.allOf.filter(isObject) : [];
  const inner = [target(schema, document), ...all, branch].filter((part) => part !== undefined);
  return [schema, ...inner.flatMap((part) => partsOf(part, document))];
}

function keysIn(parts: readonly JsonObject[]): readonly (readonly [string, JsonObject])[] {
  const found = parts.flatMap(({ properties }) => (isObject(properties) ? Object.entries(properties) : []));
  return found.flatMap(([key, value]) => (isObject(value) ? [[key, value] as const] : []));
}

/** Whether the values of a schema are maps. */
export function isMapSchema(parts: readonly JsonObject[]): boolean {
  return parts.some(({ type }) => type === "object");
}

/** A value that the schema itself gives. */
export function givenValue(parts: readonly JsonObject[]): Json | undefined {
  const lists = ["examples", "enum"].flatMap((keyword) => parts.map((part) => part[keyword]).filter(Array.isArray));
  const single = parts.flatMap((part) => [part.const, part.default]).find((value) => value !== undefined);
  return lists.length > 0 ? lists[0]?.[0] : single;
}

/** A value that has every key that the schema describes, made of examples, defaults and allowed values. */
export function fullValue(schema: JsonObject, document: JsonObject): Json {
  const parts = partsOf(schema, document);
  const keys = keysIn(parts).map(([key, value]) => [key, fullValue(value, document)] as const);
  const others = parts.map((part) => part.additionalProperties).find(isObject);
  const own = others === undefined ? [] : [[ownKey, fullValue(others, document)] as const];
  if (isMapSchema(parts)) return Object.fromEntries([...keys, ...own]);
  const items = parts.map((part) => part.items).find(isObject);
  if (items !== undefined) return [fullValue(items, document)];
  return givenValue(parts) ?? (parts.some(({ type }) => type === "boolean") ? true : "text");
}

/** Every key of that value. */
export function* fullKeys(schema: JsonObject, document: JsonObject, path: Path = []): Generator<KeyAt> {
  const parts = partsOf(schema, document);
  for (const [key, value] of keysIn(parts)) {
    yield { path: [...path, key], schema: value };
    yield* fullKeys(value, document, [...path, key]);
  }
  const others = parts.map((part) => part.additionalProperties).find(isObject);
  if (others !== undefined) yield* fullKeys(others, document, [...path, ownKey]);
  const items = parts.map((part) => part.items).find(isObject);
  if (items !== undefined) yield* fullKeys(items, document, [...path, 0]);
}
