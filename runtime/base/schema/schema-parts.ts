import { isJsonObject, type JsonObject, member } from "../json.js";

/** What a reference names: a place in the schema itself, or in one of its `$defs` with an `$id`. */
function referenced(reference: string, root: JsonObject): unknown {
  const [document = "", pointer = ""] = reference.split("#");
  const definitions = isJsonObject(root.$defs) ? Object.values(root.$defs) : [];
  const home = document === "" ? root : definitions.find((each) => isJsonObject(each) && each.$id === document);
  const names = pointer
    .split("/")
    .slice(1)
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  return names.reduce<unknown>((value, name) => (isJsonObject(value) ? member(value, name) : undefined), home);
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/**
 * All that a JSON Schema says of one value: its own part, and those that it names or joins, each once. `choose`: which alternatives of
 * `anyOf` and `oneOf` count, of those that are there; default: all of them.
 */
export function schemaParts(
  schema: unknown,
  root: JsonObject,
  choose: (alternatives: readonly JsonObject[]) => readonly JsonObject[] = (all) => all,
): readonly JsonObject[] {
  const parts = new Set<JsonObject>();
  const add = (one: unknown): void => {
    // Schemas may point at each other.
    if (!isJsonObject(one) || parts.has(one)) return;
    parts.add(one);
    if (typeof one.$ref === "string") add(referenced(one.$ref, root));
    for (const each of listOf(one.allOf)) add(each);
    for (const alternatives of [one.anyOf, one.oneOf]) {
      for (const each of choose(listOf(alternatives).filter(isJsonObject))) add(each);
    }
  };
  add(schema);
  return [...parts];
}
