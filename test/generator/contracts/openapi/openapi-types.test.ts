import { expect, it } from "vitest";
import { readOpenApi, toData } from "../../../../generator/contracts/openapi/openapi.js";
import { openapiTypes } from "../../../../generator/contracts/openapi/openapi-types.js";

/** The types of a document, without comments, and what is told of it: `line code message`. */
function typesOf(document: unknown): { readonly types: string; readonly told: readonly string[] } {
  const told: string[] = [];
  const text = typeof document === "string" ? document : JSON.stringify(document);
  const found = readOpenApi({ path: "api.yaml", text }, ({ at, code, message }) => {
    told.push(`${at.line} ${code} ${message}`);
  });
  if (found === undefined) return { types: "", told };
  const source = openapiTypes(toData(found.root, found.repeatedIds) as object);
  return { types: source.replaceAll(/\/\*\*[\s\S]*?\*\/\s*/g, "").replaceAll(/\s+/g, " "), told };
}

const minimal = { openapi: "3.1.0", info: { title: "A", version: "1" }, paths: {} };
const withSchemas = (schemas: object) => ({ ...minimal, components: { schemas } });

it.each<[string, unknown, string]>([
  ["null", { const: null }, "null"],
  ["null of a type", { type: "string", const: null }, "null"],
  ["an object", { type: "object", const: { a: [1, { b: null }] } }, "{ a: [ 1, { b: null; } ]; }"],
  [
    "objects",
    { type: "object", enum: [{ $ref: "http://x.example" }, { a: 1 }] },
    '{ $ref: "http://x.example"; } | { a: 1; }',
  ],
  ["texts that are no objects", { type: "object", enum: ["a"] }, '"a"'],
  ["values with members beside them", { properties: { z: {} }, enum: [{ z: 1 }] }, "{ z: 1; }"],
  ["values and null", { type: ["string", "null"], enum: ["a", null] }, '"a" | null'],
  ["a description", { description: "x" }, "unknown"],
  ["nothing", {}, "unknown"],
  ["true", true, "unknown"],
  ["false", false, "never"],
  ["an object of any members", { type: "object" }, "Record<string, unknown>"],
  ["patterns", { patternProperties: { "^a": { type: "string" } } }, "{ [key: string]: unknown; }"],
  [
    "patterns, and no other key",
    { patternProperties: { "^a": { type: "string" } }, additionalProperties: false },
    "{ [key: string]: string; }",
  ],
  [
    "members and patterns",
    { properties: { a: { type: "number" } }, patternProperties: { b: { type: "string" } } },
    "{ a?: number; }",
  ],
])("a schema of %s", (_what, schema, type) => {
  const { types, told } = typesOf(withSchemas({ A: schema }));
  expect([told, /schemas: \{ A: (.*?); \}; responses/.exec(types)?.[1]]).toEqual([[], type]);
});

it("takes examples and other data for no schemas", () => {
  const looksLikeOne = {
    discriminator: { propertyName: "q" },
    oneOf: [{ $ref: "#/components/schemas/B" }],
    allOf: [1],
  };
  const a = {
    type: "object",
    example: looksLikeOne,
    default: looksLikeOne,
    examples: [looksLikeOne],
    "x-a": looksLikeOne,
  };
  const { types, told } = typesOf(withSchemas({ A: a, B: { type: "object", properties: { q: { type: "number" } } } }));
  expect(told).toEqual([]);
  expect(types).toContain("B: { q?: number; };");
});

it("names the types of the first operation of an id, and reports the others", () => {
  const operation = (id: string) => `{ operationId: ${id}, responses: {} }`;
  const { types, told } = typesOf(`openapi: 3.1.0
info: { title: A, version: "1" }
paths:
  /a:
    get: ${operation("a#b")}
    put: ${operation("a/b")}
    post:
      operationId: c
      responses: { "200": { description: x, links: { l: { operationId: c } } } }
      callbacks: { done: { "{$url}": { post: ${operation("c")} } } }
webhooks:
  w: { post: ${operation("c")} }
components:
  pathItems: { p: { get: ${operation("c")} } }
  schemas: { S: { properties: { get: { properties: { operationId: { enum: [c] } } } } } }
`);
  expect(told).toEqual([
    "6 KG710 the operationId `a/b` is already used on line 5",
    "10 KG710 the operationId `c` is already used on line 8",
    "12 KG710 the operationId `c` is already used on line 8",
    "14 KG710 the operationId `c` is already used on line 8",
  ]);
  const operations = types.slice(types.indexOf("export interface operations"));
  expect([...operations.matchAll(/("a\/b"|\bc): \{/g)].map(([, name]) => name)).toEqual(['"a/b"', "c"]);
  expect(types).toContain('get: operations["a/b"]; put: { parameters:');
});

it("reports an operationId that is no text", () => {
  const { told } = typesOf({ ...minimal, paths: { "/a": { get: { operationId: 7, responses: {} } } } });
  expect(told).toEqual(['1 KG709 `paths."/a".get.operationId` must be text']);
});
