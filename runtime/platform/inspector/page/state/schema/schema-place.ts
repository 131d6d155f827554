import { isJsonObject, type JsonObject, member } from "../../../../../base/json.js";
import { schemaParts } from "../../../../../base/schema/schema-parts.js";

/** The names and places from the whole payload to a value in it. */
export type JsonPath = readonly (string | number)[];

/** What `enum` and `const` of a schema allow; undefined if it has neither. */
export function listedValues(part: JsonObject): readonly unknown[] | undefined {
  if (Object.hasOwn(part, "const")) return [part.const];
  return Array.isArray(part.enum) ? part.enum : undefined;
}

/** The words of `type`. */
export function typesOf({ type }: JsonObject): readonly string[] {
  return [type].flat().filter((word) => typeof word === "string");
}

function isOfType(value: unknown, word: string): boolean {
  if (word === "null") return value === null;
  if (word === "array") return Array.isArray(value);
  if (word === "object") return isJsonObject(value);
  if (word === "integer") return Number.isInteger(value);
  return typeof value === word;
}

/** Whether a value can be no value of a schema, by its type and by the members that have one of a few values. */
function contradicts(schema: JsonObject, root: JsonObject, value: unknown): boolean {
  if (value === undefined) return false;
  return schemaParts(schema, root).some((part) => {
    const types = typesOf(part);
    if (types.length > 0 && !types.some((word) => isOfType(value, word))) return true;
    const listed = listedValues(part);
    if (listed !== undefined && !isJsonObject(value) && !listed.includes(value)) return true;
    if (!isJsonObject(value) || !isJsonObject(part.properties)) return false;
    return Object.entries(part.properties).some(([name, property]) => {
      const allowed = isJsonObject(property) ? listedValues(property) : undefined;
      return allowed !== undefined && Object.hasOwn(value, name) && !allowed.includes(value[name]);
    });
  });
}

/** The parts of a schema for a value: of its alternatives those that the value does not contradict, or all of them. */
function partsFor(schema: unknown, root: JsonObject, value: unknown): readonly JsonObject[] {
  return schemaParts(schema, root, (alternatives) => {
    const fitting = alternatives.filter((one) => !contradicts(one, root, value));
    return fitting.length === 0 ? alternatives : fitting;
  });
}

/** What one part says of a member, or of an item. */
function below(part: JsonObject, step: string | number): readonly unknown[] {
  if (typeof step === "number") {
    const { prefixItems, items, additionalItems } = part;
    const [first, rest] = Array.isArray(items) ? [items, additionalItems] : [prefixItems, items];
    return [Array.isArray(first) && step < first.length ? first[step] : rest];
  }
  const { properties, patternProperties, additionalProperties } = part;
  if (isJsonObject(properties) && Object.hasOwn(properties, step)) return [properties[step]];
  // A pattern is not run: a bad one could take for ever.
  return [...(isJsonObject(patternProperties) ? Object.values(patternProperties) : []), additionalProperties];
}

/** All that the parts of a value's schema say of one of its members or items. */
export function schemasBelow(
  parts: readonly JsonObject[],
  step: string | number,
  root: JsonObject,
): readonly JsonObject[] {
  return parts.flatMap((part) => below(part, step)).flatMap((one) => schemaParts(one, root));
}

/**
 * All that a schema says of one place in a payload. The values around it choose between alternatives; so does the value in the place, but
 * for one that `isBeingWritten`.
 */
export function schemasAt(
  schema: JsonObject,
  path: JsonPath,
  payload: unknown,
  isBeingWritten = false,
): readonly JsonObject[] {
  let here: readonly unknown[] = [schema];
  let value = payload;
  for (const step of path) {
    const { [step]: _, ...others } = isJsonObject(value) ? value : {};
    const around = isJsonObject(value) ? others : value;
    here = here.flatMap((one) => partsFor(one, schema, around)).flatMap((part) => below(part, step));
    if (isJsonObject(value)) value = member(value, String(step));
    else value = Array.isArray(value) ? value[Number(step)] : undefined;
  }
  const own = isBeingWritten ? undefined : value;
  return [...new Set(here.flatMap((one) => partsFor(one, schema, own)))];
}

/** A member that a schema declares. */
export interface DeclaredMember {
  readonly name: string;
  readonly isRequired: boolean;
}

/** Those that must be there first, then in the order of the schema. */
export function declaredMembers(schemas: readonly JsonObject[]): readonly DeclaredMember[] {
  const required = new Set(
    schemas
      .flatMap(({ required }) => (Array.isArray(required) ? required : []))
      .filter((name) => typeof name === "string"),
  );
  const declared = schemas.flatMap(({ properties }) => (isJsonObject(properties) ? Object.keys(properties) : []));
  const names = [...required, ...[...new Set(declared)].filter((name) => !required.has(name))];
  return names.map((name) => ({ name, isRequired: required.has(name) }));
}
