import { expect, it } from "vitest";
import { compileMembers } from "./compile-members.js";

const definitions = {
  t: true,
  f: false,
  e: {},
  described: { description: "Any." },
  o: { type: "object", properties: { z: { type: "number" } } },
};

it.each<[string, unknown, string]>([
  // What excludes no value is unknown, not an object.
  ["a description", { description: "x" }, "unknown"],
  ["nothing", {}, "unknown"],
  ["true", true, "unknown"],
  ["false", false, "never"],
  ["a reference to true", { $ref: "#/$defs/t" }, "T"],
  ["a reference to false", { $ref: "#/$defs/f" }, "F"],
  ["a reference to {}", { $ref: "#/$defs/e" }, "E"],
  ["a reference to a description", { $ref: "#/$defs/described" }, "Described"],
  ["examples and a default", { examples: [1], default: 2, $comment: "x" }, "unknown"],
  ["what says nothing of its type", { minItems: 1, required: ["a"], not: {}, format: "uri" }, "unknown"],
  ["parts that say nothing", { allOf: [{ description: "x" }, { required: ["a"] }] }, "unknown"],
  ["parts, one of which says nothing", { allOf: [{ $ref: "#/$defs/o" }, { required: ["z"] }] }, "O"],
  ["an alternative that says nothing", { anyOf: [{ description: "x" }, { type: "string" }] }, "unknown"],
  ["elements that say nothing", { type: "array", items: { description: "x" } }, "unknown[]"],
  ["values of a map that say nothing", { additionalProperties: { description: "x" } }, "Record<string, unknown>"],
  // Keys that match no pattern may have any value, unless the schema says otherwise.
  ["patterns", { patternProperties: { "^a": { type: "string" } } }, "Record<string, unknown>"],
  [
    "patterns of an object",
    { type: "object", patternProperties: { a: { type: "string" } } },
    "Record<string, unknown>",
  ],
  [
    "patterns, and any other key",
    { patternProperties: { a: { type: "string" } }, additionalProperties: true },
    "Record<string, unknown>",
  ],
  [
    "patterns, and no other key",
    { patternProperties: { a: { type: "string" }, b: { type: "null" } }, additionalProperties: false },
    "Record<string, string | null>",
  ],
  [
    "patterns, and other keys of a type",
    { patternProperties: { a: { type: "string" } }, additionalProperties: { type: "number" } },
    "Record<string, string | number>",
  ],
  ["patterns of none", { type: "object", patternProperties: {} }, "Record<string, unknown>"],
  // A type beside values excludes some of them, and widens nothing.
  ["an object as a value", { type: "object", const: { a: { b: [1] } } }, '{ "a": { "b": [1]; }; }'],
  ["objects as values", { type: "object", enum: [{ a: 1 }, { b: null }] }, '| { "a": 1; } | { "b": null; }'],
  ["values of several types", { type: ["array", "object"], enum: [[1], { b: 2 }, 3] }, '| [1] | { "b": 2; }'],
  ["a value of another type", { type: "object", const: "x" }, "never"],
  ["values, some of another type", { type: "string", enum: [1, "a", null] }, '"a"'],
  ["null that is no value", { type: ["string", "null"], enum: ["a"] }, '"a"'],
  ["null", { const: null }, "null"],
  ["null among values", { enum: [null, 1] }, "null | 1"],
  ["integers", { type: "integer", enum: [1.5, 2] }, "2"],
  ["an empty list", { const: [] }, "[]"],
])("a schema with %s is %s", async (_what, schema, type) => {
  const { members, told } = await compileMembers({ properties: { a: schema }, $defs: definitions });
  expect([told, members]).toEqual([[], { a: type }]);
});

it("declares what says nothing as unknown", async () => {
  const properties = Object.fromEntries(Object.keys(definitions).map((name) => [name, { $ref: `#/$defs/${name}` }]));
  const { shapes } = await compileMembers({ properties, $defs: definitions });
  expect(Object.values(shapes)).toEqual([
    "export type T = unknown;\n",
    "export type F = never;\n",
    "export type E = unknown;\n",
    "/** Any. */\nexport type Described = unknown;\n",
    "export interface O {\n  z?: number;\n}\n",
  ]);
});
