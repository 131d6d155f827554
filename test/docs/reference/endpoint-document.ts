import { isObject, type Json, type JsonObject } from "../../schemas/read.js";
import { anchorOf, code } from "./markdown.js";
import type { Follow } from "./schema-members.js";

/** An operation of an OpenAPI document, with its references followed. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly description: string;
  readonly tag: string;
  readonly scopes: readonly string[];
  readonly isUnverified: boolean;
  readonly parameters: readonly JsonObject[];
  readonly body: JsonObject | undefined;
  readonly answers: readonly (readonly [status: string, response: JsonObject])[];
}

export interface EndpointDocument {
  /** The file's name in `schemas`. */
  readonly file: string;
  readonly description: string;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly operations: readonly Operation[];
  readonly types: readonly (readonly [name: string, schema: JsonObject])[];
  /** Types are links to a page of this name. */
  readonly follow: Follow;
}

const methods = ["get", "post", "put", "patch", "delete"];

function objects(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** Reads an OpenAPI document for the reference. `typesPage`: the page that describes its types. */
export function readDocument(file: string, document: JsonObject, typesPage: string): EndpointDocument {
  const resolve = (node: Json | undefined): JsonObject => {
    if (!isObject(node)) return {};
    if (typeof node.$ref !== "string") return node;
    const steps = node.$ref.replace(/^#\//, "").split("/");
    return resolve(steps.reduce<Json | undefined>((at, key) => (isObject(at) ? at[key] : undefined), document));
  };
  const components = resolve(document.components);
  const types = Object.entries(resolve(components.schemas)).flatMap(([name, schema]) =>
    isObject(schema) ? [[name, schema] as const] : [],
  );
  const operations = Object.entries(resolve(document.paths)).flatMap(([path, item]) =>
    methods.flatMap((method): readonly Operation[] => {
      const operation = isObject(item) ? item[method] : undefined;
      if (!isObject(item) || !isObject(operation)) return [];
      const body = resolve(operation.requestBody);
      return [
        {
          method,
          path,
          id: text(operation.operationId),
          summary: text(operation.summary),
          description: text(operation.description),
          tag: Array.isArray(operation.tags) ? text(operation.tags[0]) : "",
          scopes: Array.isArray(operation["x-kiket-scopes"]) ? operation["x-kiket-scopes"].map(String) : [],
          isUnverified: operation["x-stability"] === "unverified",
          parameters: [...objects(item.parameters), ...objects(operation.parameters)].map(resolve),
          body: Object.keys(body).length === 0 ? undefined : body,
          answers: Object.entries(resolve(operation.responses)).map(
            ([status, answer]) => [status, resolve(answer)] as const,
          ),
        },
      ];
    }),
  );
  return {
    file,
    description: text(resolve(document.info).description),
    tags: objects(document.tags).map(({ name, description }) => ({ name: text(name), description: text(description) })),
    operations,
    types,
    follow(reference) {
      const name = reference.split("/").at(-1) ?? "";
      return { schema: resolve({ $ref: reference }), shown: `[${name}](${typesPage}.md#${anchorOf(name)})` };
    },
  };
}

/** The JSON content of a body or an answer. */
export function jsonOf(
  message: JsonObject,
): { readonly schema: JsonObject; readonly example: Json | undefined } | undefined {
  const media = isObject(message.content) ? message.content["application/json"] : undefined;
  if (!isObject(media) || !isObject(media.schema)) return undefined;
  return { schema: media.schema, example: media.example };
}

/** How sure it is that an operation exists, in words. */
export function evidenceOf({ isUnverified }: Operation, { file }: EndpointDocument): string {
  if (!isUnverified)
    return "seen in the code of Kiket's public clients or extensions, unless the text above says otherwise";
  return file === "openapi.yaml"
    ? "seen only in documentation, or clients disagree about it"
    : "its path was seen only in documentation";
}

export function scopeLinks({ scopes }: Operation, scopeAnchor: (scope: string) => string): string {
  return scopes.length === 0
    ? "none is known; one may be needed nevertheless"
    : scopes.map((scope) => `[${code(scope)}](../scopes.md#${scopeAnchor(scope)})`).join(" and ");
}
