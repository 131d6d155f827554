import type { AnySchema, ErrorObject } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { isObject, type Json, type JsonObject, readSchema, strictAjv } from "./read.js";

export const extensionSchema: JsonObject = readSchema("extension.schema.json");
export const moduleSchema: JsonObject = readSchema("module.schema.json");
export const webhookSchema: JsonObject = readSchema("webhook.schema.json");
const ajv = strictAjv();
ajv.addSchema(extensionSchema);
ajv.addSchema(moduleSchema);
ajv.addSchema(webhookSchema);

/** Reads YAML as the generator does: text keys, and the last of equal keys wins. */
export function read(text: string): Json {
  return parse(text, { stringKeys: true, uniqueKeys: false });
}

/** What a schema holds against a document, without the notes that a branch of `if` failed. */
export function errors(schema: string, document: Json): readonly ErrorObject[] {
  const validate = ajv.getSchema(schema);
  if (validate === undefined) throw new Error(`no schema ${schema}`);
  validate(document);
  return (validate.errors ?? []).filter(({ keyword }) => keyword !== "if");
}

/** The definition that the root of a schema holds a document against. */
export function selected(schema: JsonObject, document: Json): string {
  let node = schema;
  while (isObject(node.if)) {
    const matches = ajv.validate({ type: "object", ...node.if } as AnySchema, document);
    const next = matches ? node.then : node.else;
    if (!isObject(next)) throw new Error("a condition without an answer");
    node = next;
  }
  return String(node.$ref).replace("#/$defs/", "");
}
