import { expect, it } from "vitest";
import { compileMembers } from "./compile-members.js";

const schema = {
  $id: "https://example.com/schemas/widget",
  properties: {
    anchor: { $ref: "#anc" },
    relative: { $ref: "other" },
    absolute: { $ref: "https://example.com/schemas/other" },
    path: { $ref: "https://example.com/schemas/widget#/$defs/x" },
    inside: { $ref: "other#inner" },
    pathInside: { $ref: "other#/$defs/y" },
    dynamic: { $dynamicRef: "#tree" },
    old: { $ref: "#old" },
    urn: { $ref: "urn:example:thing" },
    folder: { $ref: "nested/deep.json" },
    file: { $ref: "https://example.com/money#amount" },
    data: { const: { $anchor: "anc", $id: "https://example.com/schemas/other" } },
  },
  $defs: {
    x: { $anchor: "anc", type: "string" },
    o: {
      $id: "other",
      type: "object",
      properties: { own: { $ref: "#inner" }, up: { $ref: "widget#anc" } },
      $defs: { y: { $anchor: "inner", type: "number" } },
    },
    t: {
      $dynamicAnchor: "tree",
      type: "object",
      properties: { nodes: { type: "array", items: { $dynamicRef: "#tree" } } },
    },
    old: { $id: "#old", type: "boolean" },
    u: { $id: "urn:example:thing", type: "integer" },
    n: { $id: "nested/deep.json", type: "object", properties: { up: { $ref: "../other" } } },
  },
};
const money = { $id: "https://example.com/money", $defs: { a: { $anchor: "amount", type: "number" } } };

it("follows references to $id and to anchors", async () => {
  const { members, shapes, told } = await compileMembers(schema, { "money.json": money });
  expect(told).toEqual([]);
  expect(members).toEqual({
    anchor: "Anc",
    relative: "Other",
    absolute: "Other",
    path: "Anc",
    inside: "Inner",
    pathInside: "Inner",
    dynamic: "Tree",
    old: "Old",
    urn: "UrnExampleThing",
    folder: "DeepJson",
    file: "Amount",
    data: '{ "$anchor": "anc"; "$id": "https://example.com/schemas/other"; }',
  });
  expect(shapes).toMatchObject({
    Anc: "export type Anc = string;\n",
    Other: "export interface Other {\n  own?: Inner;\n  up?: Anc;\n}\n",
    Tree: "export interface Tree {\n  nodes?: Tree[];\n}\n",
    DeepJson: "export interface DeepJson {\n  up?: Other;\n}\n",
  });
});

it.each([
  ["#nope", 'KG704 the reference "#nope" points to nothing in widget.made.v1.schema.json'],
  ["other#anc", 'KG704 the reference "other#anc" points to nothing in widget.made.v1.schema.json'],
  ["money", 'KG704 the reference "money" points to a file that does not exist in the folder'],
  ["https://example.com/none", 'KG705 the reference "https://example.com/none" points outside the folder of schemas'],
  ["file:///etc/passwd", 'KG705 the reference "file:///etc/passwd" points outside the folder of schemas'],
  ["//example.com/x", 'KG705 the reference "//example.com/x" points outside the folder of schemas'],
])("reports %s, which names nothing in the folder", async (reference, expected) => {
  const { told } = await compileMembers({ ...schema, properties: { a: { $ref: reference } } });
  expect(told.map((line) => line.replace(/^\S+ /, ""))).toEqual([expected]);
});

it("finds a file by its path, whatever the file calls itself", async () => {
  const files = { "money.json": { $id: "other.json", type: "string" }, "other.json": { type: "number" } };
  const { members, shapes } = await compileMembers({ properties: { a: { $ref: "other.json" } } }, files);
  expect([members, shapes.Other]).toEqual([{ a: "Other" }, "export type Other = number;\n"]);
});

it("takes no name from values, and not from members that are called like keywords", async () => {
  const named = { const: { $anchor: "a", $id: "urn:a" }, "x-own": { $anchor: "a" } };
  const properties = { $anchor: { const: "a" }, named, a: { $ref: "#a" }, b: { $ref: "urn:a" } };
  const { told } = await compileMembers({ properties });
  expect(told.map((line) => line.split(" ")[1])).toEqual(["KG704", "KG705"]);
});
