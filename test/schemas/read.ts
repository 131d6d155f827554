import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

const schemas = new URL("../../schemas/", import.meta.url);

/** Own annotations of the event schemas; every other unknown keyword is a misspelled one. */
export const annotations: readonly string[] = [
  "x-kiket-event",
  "x-kiket-version",
  "x-kiket-category",
  "x-kiket-confidence",
  "x-kiket-answer",
  "x-kiket-generic",
  "x-kiket-event-pattern",
];

export function readSchema(path: string): JsonObject {
  return JSON.parse(readFileSync(new URL(path, schemas), "utf8"));
}

/** Every file of schemas/events by name. */
export function readEvents(): ReadonlyMap<string, JsonObject> {
  const names = readdirSync(new URL("events/", schemas)).sort();
  return new Map(names.map((name) => [name, readSchema(`events/${name}`)]));
}

/** A validator that refuses keywords it does not know. */
export function strictAjv(): Ajv2020 {
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true, strictRequired: false });
  addFormats.default(ajv);
  for (const keyword of annotations) ajv.addKeyword(keyword);
  return ajv;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every schema below a schema with its path; what stands in examples, defaults and enums is data and left out. */
export function* subschemas(schema: JsonObject, path = "#"): Generator<readonly [string, JsonObject]> {
  yield [path, schema];
  for (const key of ["properties", "$defs"]) {
    const named = schema[key];
    if (isObject(named)) {
      for (const [name, value] of Object.entries(named)) {
        if (isObject(value)) yield* subschemas(value, `${path}/${key}/${name}`);
      }
    }
  }
  for (const key of ["items", "additionalProperties", "if", "then", "else", "not"]) {
    const value = schema[key];
    if (isObject(value)) yield* subschemas(value, `${path}/${key}`);
  }
  for (const key of ["allOf", "anyOf", "oneOf"]) {
    const list = schema[key];
    if (!Array.isArray(list)) continue;
    for (const [index, value] of list.entries())
      if (isObject(value)) yield* subschemas(value, `${path}/${key}/${index}`);
  }
}

/** What a reference points at; files are looked up by name. */
export function resolve(reference: string, from: JsonObject, files: ReadonlyMap<string, JsonObject>): Json | undefined {
  const [file = "", pointer = ""] = reference.split("#");
  let node: Json | undefined = file === "" ? from : files.get(file);
  for (const part of pointer.split("/").slice(1)) node = isObject(node) ? node[part] : undefined;
  return node;
}

/** Paths of named members that say nothing about themselves: neither a description nor a reference to a described schema. */
export function undescribed(schema: JsonObject, files: ReadonlyMap<string, JsonObject>): string[] {
  const found: string[] = [];
  for (const [path, node] of subschemas(schema)) {
    // The conditions of `if` only test; what they name is described where it is declared.
    if (/\/if(\/|$)/.test(path)) continue;
    for (const key of ["properties", "$defs"]) {
      const named = node[key];
      if (!isObject(named)) continue;
      for (const [name, member] of Object.entries(named)) {
        const target =
          isObject(member) && typeof member.$ref === "string" ? resolve(member.$ref, schema, files) : undefined;
        const described = [member, target].some((value) => isObject(value) && typeof value.description === "string");
        if (!described) found.push(`${path}/${key}/${name}`);
      }
    }
  }
  return found;
}
