import { expect, it } from "vitest";
import { type DataShape, hasShape } from "../../../generator/base/shape.js";

const shape: DataShape = {
  name: "string",
  "note?": "string",
  flags: { "*": "boolean" },
  rows: [{ id: "string", tags: ["string"] }],
  any: {},
};

const right = { name: "a", flags: { x: true }, rows: [{ id: "1", tags: ["t"] }], any: { deep: [1] } };

it.each<[string, unknown]>([
  ["a value", right],
  ["an optional member", { ...right, note: "n" }],
  ["empty parts", { ...right, flags: {}, rows: [], any: {} }],
  ["a member that the shape does not name", { ...right, more: 7 }],
  ["names of an object's own methods", { ...right, flags: JSON.parse('{ "constructor": true, "__proto__": false }') }],
])("accepts %s", (_what, value) => {
  expect(hasShape(value, shape)).toBe(true);
});

it.each<[string, unknown]>([
  ["null", null],
  ["no value", undefined],
  ["a text", "right"],
  ["a list instead of a record", [right]],
  ["a missing member", { ...right, name: undefined }],
  ["a member of another type", { ...right, name: 1 }],
  ["an optional member of another type", { ...right, note: null }],
  ["null instead of a record", { ...right, flags: null }],
  ["a list instead of a record inside", { ...right, flags: [true] }],
  ["another type in a record", { ...right, flags: { x: true, y: "true" } }],
  ["a record instead of a list", { ...right, rows: { 0: { id: "1", tags: [] } } }],
  ["another type in a list", { ...right, rows: [{ id: "1", tags: ["t"] }, null] }],
  ["another type deep inside", { ...right, rows: [{ id: "1", tags: ["t", 2] }] }],
  ["a member that is only inherited", Object.create(right)],
])("refuses %s", (_what, value) => {
  expect(hasShape(value, shape)).toBe(false);
});
