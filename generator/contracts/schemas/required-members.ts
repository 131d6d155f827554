import { definitionOf, type EventSchema, type Schema } from "./schema.js";

/**
 * The members that a payload must have, as paths such as `issue.id`: also those inside a required object, but not those in lists or
 * in one of several types. A name with a dot is left out, because it would read as a path.
 */
export function requiredMembers({
  members,
  required,
  definitions,
}: Pick<EventSchema, "members" | "required" | "definitions">): readonly string[] {
  const pathsIn = (
    { properties = {}, required: names = [] }: Schema,
    start: string,
    above: readonly Schema[],
  ): readonly string[] =>
    names.flatMap((name) => {
      const declared = Object.hasOwn(properties, name) ? properties[name] : undefined;
      if (declared === undefined || name.includes(".")) return [];
      const path = start + name;
      const schema = definitionOf(declared, definitions) ?? declared;
      const isObject = schema.type === "object" && !above.includes(schema);
      return isObject ? [path, ...pathsIn(schema, `${path}.`, [...above, schema])] : [path];
    });
  return pathsIn({ properties: members, required }, "", []);
}
