import { afterEach, describe, expect, it } from "vitest";
import { readOpenApi, toData } from "../../../../generator/contracts/openapi/openapi.js";
import { openapiTypes } from "../../../../generator/contracts/openapi/openapi-types.js";
import { fitsInRecord } from "../../../../generator/contracts/openapi/recursive-schemas.js";
import { withRecords } from "../../../../generator/contracts/schemas/record-types.js";
import { compile, testedCompilers } from "../../../support/compile.js";
import { createProject, removeProject } from "../../../support/project.js";

const to = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const listOf = (items: object) => ({ type: "array", items });
const described = (components: object, paths: object = {}) => ({
  openapi: "3.1.0",
  info: { title: "A", version: "1" },
  paths,
  components,
});

function read(document: object) {
  const told: string[] = [];
  const found = readOpenApi({ path: "api.json", text: JSON.stringify(document, null, 1) }, ({ code, message }) => {
    told.push(`${code} ${message}`);
  });
  return { found, told };
}

/** The module of types that a project gets. */
function typesOf(document: object): string {
  const { found, told } = read(document);
  if (found === undefined) throw new Error(told.join("\n"));
  const data = toData(found.root, found.repeatedIds) as object;
  return withRecords(openapiTypes(data), fitsInRecord(data));
}

let folder: string | undefined;
afterEach(async () => {
  if (folder !== undefined) await removeProject(folder);
  folder = undefined;
});

describe("a schema that uses itself in a list", () => {
  const document = described(
    {
      schemas: {
        Json: { oneOf: [{ type: "string" }, listOf(to("Json")), { type: "object", additionalProperties: to("Json") }] },
        D: listOf(to("D")),
        "a.b": listOf(to("a.b")),
        AB: listOf(to("AB")),
        Left: listOf(to("Right")),
        Right: { anyOf: [to("Left"), { type: "object", properties: { left: to("Left") } }] },
        Nullable: { type: ["array", "null"], items: to("Nullable") },
        Tuple: { type: "array", prefixItems: [{ type: "string" }, to("Tuple")] },
        Map: { type: "object", additionalProperties: to("Map") },
        MapOfLists: { type: "object", additionalProperties: listOf(to("MapOfLists")) },
        Tree: { type: "object", properties: { children: listOf(to("Tree")) } },
        Inner: { type: "object", properties: { children: listOf(to("Inner/properties/children")) } },
        Maps: { type: "object", properties: { m: { type: "object", additionalProperties: to("Maps/properties/m") } } },
        Both: { allOf: [to("Tree"), { type: "object", properties: { both: listOf(to("Both")) } }] },
        NonNullable: { anyOf: [listOf(to("NonNullable")), { type: "number" }] },
        コード: listOf(to("コード")),
        A1: listOf(to("a~1b")),
        "a/b": listOf(to("A1")),
      },
    },
    {
      "/x": {
        get: {
          operationId: "read",
          responses: { 200: { description: "x", content: { "application/json": { schema: to("Json") } } } },
        },
      },
    },
  );
  const use = `import type { components, operations } from "./api.gen.js";
type Schemas = components["schemas"];
export const json: Schemas["Json"] = ["a", ["b", { c: ["d"] }]];
export const read: operations["read"]["responses"][200]["content"]["application/json"] = json;
export const d: Schemas["D"] = [[], [[]]];
export const tuple: Schemas["Tuple"] = ["a", ["b", tuple0()]];
export const inner: Schemas["Inner"] = { children: [[], [[]]] };
// @ts-expect-error: a number is no part of it.
export const wrong: Schemas["Json"] = ["a", [7]];
// @ts-expect-error: neither here.
export const deep: Schemas["D"] = [["a"]];
function tuple0(): Schemas["Tuple"] {
  return json as unknown as Schemas["Tuple"];
}
`;

  it("is an alias", () => {
    const types = typesOf(described({ schemas: { D: listOf(to("D")), E: listOf({ type: "string" }) } }));
    expect(types).toContain("D: DSchema;");
    expect(types).toContain("type DSchema = DSchema[];");
    expect(types).toContain("E: string[];");
  });

  it.each(testedCompilers)("compiles with TypeScript %s", async (version) => {
    folder = await createProject({
      "package.json": '{ "type": "module" }',
      "src/api.gen.ts": typesOf(document),
      "src/use.ts": use,
    });
    expect(await compile(folder, version)).toBe("");
  });
});

it.each<[string, object, readonly string[]]>([
  ["by a reference", { schemas: { R: to("R") } }, ["schemas.R"]],
  ["in allOf", { schemas: { R: { allOf: [to("R"), { type: "object" }] } } }, ["schemas.R"]],
  ["over others", { schemas: { D: to("E"), E: { oneOf: [{ type: "string" }, to("D")] } } }, ["schemas.D", "schemas.E"]],
  [
    "in a member of another",
    { schemas: { T: { type: "object", properties: { a: { anyOf: [to("T/properties/a")] } } } } },
    ["schemas.T.properties.a"],
  ],
  [
    "as its own base",
    {
      schemas: {
        Pet: { oneOf: [to("Cat")], discriminator: { propertyName: "kind" } },
        Cat: { allOf: [to("Pet"), { type: "object", properties: { kind: { type: "string" } } }] },
      },
    },
    ["schemas.Cat", "schemas.Pet"],
  ],
  ["as a response", { responses: { R: { $ref: "#/components/responses/R" } } }, ["responses.R"]],
])("reports what refers only to itself %s", (_how, components, places) => {
  const { found, told } = read(described(components));
  expect(told.sort()).toEqual(places.map((place) => `KG706 \`components.${place}\` refers only to itself`));
  expect(found).toBe(undefined);
});
