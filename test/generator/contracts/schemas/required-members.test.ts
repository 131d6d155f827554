import { expect, it } from "vitest";
import { catalog } from "../../../../generator/contracts/catalog.gen.js";
import { readSchemaFolder } from "../../../../generator/contracts/schemas/read-folder.js";
import { requiredMembers } from "../../../../generator/contracts/schemas/required-members.js";

function requiredIn(schema: object): readonly string[] {
  const sources = [{ path: "a.made.v1.schema.json", text: JSON.stringify(schema) }];
  const [event] = readSchemaFolder("", sources, []).events;
  if (event === undefined) throw new Error("no event");
  return requiredMembers(event);
}

const object = (properties: object, required: readonly string[]) => ({ type: "object", properties, required });

it("finds required members inside required ones", () => {
  const person = object({ id: { type: "integer" }, name: { type: "string" } }, ["id"]);
  const schema = object({ author: person, reader: person, note: { type: "string" } }, ["note", "author"]);
  expect(requiredIn(schema)).toEqual(["note", "author", "author.id"]);
});

it("follows references, also to what refers to itself", () => {
  const node = object({ id: { type: "integer" }, next: { $ref: "#/$defs/node" } }, ["id", "next"]);
  const schema = { ...object({ node: { $ref: "#/$defs/node" } }, ["node"]), $defs: { node } };
  expect(requiredIn(schema)).toEqual(["node", "node.id", "node.next"]);
});

it.each([
  ["lists", { a: { type: "array", items: object({ b: {} }, ["b"]) } }],
  ["one of several types", { a: { type: ["object", "null"], properties: { b: {} }, required: ["b"] } }],
  ["alternatives", { a: { anyOf: [object({ b: {} }, ["b"]), { type: "string" }] } }],
])("does not look into %s", (_what, properties) => {
  expect(requiredIn(object(properties, ["a"]))).toEqual(["a"]);
});

it("leaves out names that would read as a path, and names without a schema", () => {
  const schema = object({ "a.b": {}, c: {}, __proto__x: {} }, ["a.b", "c", "d", "toString"]);
  expect(requiredIn(schema)).toEqual(["c"]);
});

it("of a shipped event", () => {
  expect(catalog.events["issue.transitioned@v1"]?.required).toEqual([
    ...["issue", "issue.id", "transition", "transition.from", "transition.to"],
  ]);
});
