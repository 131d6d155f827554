import { isObject, type Json, type JsonObject } from "../../schemas/read.js";
import { code, plainText, table } from "./markdown.js";

/** A member of an object, with the members of objects in it as paths: `authentication.scopes`. */
export interface SchemaMember {
  readonly path: string;
  /** Finished Markdown. */
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
}

/** What a reference leads to. With `shown`, that is its type, and its members are described elsewhere. */
export interface Target {
  readonly schema: JsonObject;
  readonly shown?: string;
}

export type Follow = (reference: string) => Target;

function inner(schema: JsonObject, follow: Follow): Target {
  return typeof schema.$ref === "string" ? follow(schema.$ref) : { schema };
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** One of several types. The members of an object that has no name are not shown elsewhere, so they are named here. */
function choiceOf(schema: JsonObject, follow: Follow): string {
  const { properties } = schema;
  if (!isObject(properties)) return typeOf(schema, follow);
  const members = Object.entries(properties).map(([name, value]) =>
    isObject(value) ? `${code(name)}: ${typeOf(value, follow)}` : code(name),
  );
  return `an object with ${members.join(", ")}`;
}

/** The values that are allowed, or the types, in words. */
export function typeOf(schema: JsonObject, follow: Follow): string {
  const { schema: own, shown } = inner(schema, follow);
  if (shown !== undefined) return shown;
  const choices = [...listOf(own.anyOf), ...listOf(own.oneOf)].filter(
    ({ required: _, ...rest }) => Object.keys(rest).length > 0,
  );
  if (choices.length > 0) return [...new Set(choices.map((choice) => choiceOf(choice, follow)))].join(" or ");
  if (Array.isArray(own.enum)) return own.enum.map((value) => code(JSON.stringify(value))).join(" or ");
  if (own.const !== undefined) return code(JSON.stringify(own.const));
  const names = [own.type ?? []].flat().map(String);
  if (names.length === 0) return listOf(own.allOf).map((part) => typeOf(part, follow))[0] ?? "any";
  return names
    .map((name) => {
      if (name === "array") return `list of ${isObject(own.items) ? typeOf(own.items, follow) : "any"}`;
      if (name === "object" && isObject(own.additionalProperties))
        return `map of ${typeOf(own.additionalProperties, follow)}`;
      return name === "string" && typeof own.format === "string" ? `string (${own.format})` : name;
    })
    .join(" or ");
}

function partsOf(schema: JsonObject, follow: Follow): readonly JsonObject[] {
  const { schema: own, shown } = inner(schema, follow);
  return shown === undefined ? [own, ...listOf(own.allOf).flatMap((part) => partsOf(part, follow))] : [];
}

/** The members of an object, each before those that it contains. */
export function membersOf(schema: JsonObject, follow: Follow, prefix = ""): readonly SchemaMember[] {
  const parts = partsOf(schema, follow);
  const required = parts.flatMap((part) => (Array.isArray(part.required) ? part.required : []));
  return parts.flatMap(({ properties }) =>
    Object.entries(isObject(properties) ? properties : {}).flatMap(([name, value]): readonly SchemaMember[] => {
      if (!isObject(value)) return [];
      const path = `${prefix}${name}`;
      const { schema: own } = inner(value, follow);
      const description = [value.description, own.description].find((text) => typeof text === "string") ?? "";
      const items = isObject(own.items) ? membersOf(own.items, follow, `${path}[].`) : [];
      const member = {
        path,
        type: typeOf(value, follow),
        isRequired: required.includes(name),
        description: String(description),
      };
      return [member, ...membersOf(value, follow, `${path}.`), ...items];
    }),
  );
}

export function memberTable(members: readonly SchemaMember[]): string {
  const rows = members.map(({ path, type, isRequired, description }) => [
    code(path),
    isRequired ? `${type}, required` : type,
    plainText(description),
  ]);
  return table(["member", "type", "what it is"], rows);
}
