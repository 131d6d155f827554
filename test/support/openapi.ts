import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formatsModule from "ajv-formats";
import { parse } from "yaml";
import { root } from "./project.js";

export interface DocumentedOperation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, unknown>>;
  readonly "x-kiket-scopes": readonly string[];
  readonly "x-stability"?: string;
}

interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: Readonly<Record<string, unknown>>;
}

/** A document of `schemas/`, read without the code that the build uses. */
export function openApiDocument(file: string) {
  const path = join(root, "schemas", file);
  const text = readFileSync(path, "utf8");
  const document: OpenApiDocument = parse(text);
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    ["get", "post", "put", "patch", "delete"].flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : [{ path, method, operation }];
    }),
  );
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formatsModule.default(ajv);
  const compiled = new Map<unknown, ValidateFunction>();

  /** A schema in the document, with references to other parts of the document. */
  function compileSchema(schema: unknown): ValidateFunction {
    const validate = compiled.get(schema) ?? ajv.compile({ components: document.components, allOf: [schema] });
    compiled.set(schema, validate);
    return validate;
  }

  function resolve(node: unknown): unknown {
    if (typeof node !== "object" || node === null || !("$ref" in node)) return node;
    const segments = String(node.$ref).replace(/^#\//, "").split("/");
    return resolve(segments.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document));
  }

  /** The differences between a response and the document. Empty if there are none. */
  function nonconformities(
    operationId: string,
    status: number,
    contentType: string | null,
    body: unknown,
  ): readonly unknown[] {
    const found = operations.find(({ operation }) => operation.operationId === operationId);
    const { responses } = found?.operation ?? {};
    const response = resolve(responses?.[status] ?? (status >= 500 ? responses?.default : undefined)) as
      | { content?: Readonly<Record<string, { schema: unknown }>> }
      | undefined;
    if (response === undefined) return [`${operationId} documents no ${status}`];
    if (response.content === undefined) return body === undefined ? [] : [`${operationId} ${status} has no body`];
    const media = response.content[contentType ?? ""];
    if (media === undefined) return [`${operationId} ${status} is never ${contentType}`];
    if (contentType === "application/pdf") return [];
    const validate = compileSchema(media.schema);
    return validate(body) ? [] : (validate.errors ?? []);
  }

  return { path, text, document, operations, compileSchema, resolve, nonconformities };
}

/** What an extension can call: the first generation. */
export const extensionApi = openApiDocument("openapi.yaml");
/** What a program with an API key can call: the second generation. */
export const platformApi = openApiDocument("platform.openapi.yaml");

export const { operations, resolve, nonconformities } = extensionApi;
