import { isJsonObject, type JsonObject } from "../../../../../base/json.js";
import { declaredMembers, listedValues, schemasBelow, typesOf } from "./schema-place.js";

/** Levels of members that are filled in. A schema may name itself. */
const deepest = 4;

const valueByType: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["string", ""],
  ["integer", 0],
  ["number", 0],
  ["boolean", false],
  ["array", []],
]);

/** A value to begin with, as the schema of a place wants it: what it names itself, else an empty one with the members that must be there. */
export function startValue(schemas: readonly JsonObject[], root: JsonObject, level = 0): unknown {
  for (const part of schemas) {
    if (Object.hasOwn(part, "const")) return part.const;
    if (Object.hasOwn(part, "default")) return part.default;
    if (Array.isArray(part.examples) && part.examples.length > 0) return part.examples[0];
  }
  const listed = schemas.flatMap((part) => listedValues(part) ?? []);
  if (listed.length > 0) return listed[0];
  const types = schemas.flatMap(typesOf);
  const type = types.find((word) => word !== "null") ?? types[0];
  const isObject = type === "object" || (type === undefined && schemas.some((part) => isJsonObject(part.properties)));
  if (!isObject) return valueByType.get(type ?? "") ?? null;
  if (level >= deepest) return {};
  const required = declaredMembers(schemas).filter(({ isRequired }) => isRequired);
  return Object.fromEntries(
    required.map(({ name }) => [name, startValue(schemasBelow(schemas, name, root), root, level + 1)]),
  );
}
