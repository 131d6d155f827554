import { expect, it } from "vitest";
import { readCell } from "../../../../../runtime/platform/inspector/page/state/data/cell-text.js";

it.each([
  ["integer", "9007199254740991", { value: 9007199254740991 }],
  ["integer", "9007199254740993", { problem: "is too large: numbers are exact up to 9007199254740991" }],
  ["integer", "-9007199254740993", { problem: "is too large: numbers are exact up to 9007199254740991" }],
  ["integer", "many", { problem: "must be a number" }],
  ["integer", " ", { value: null }],
  ["float", "1e300", { value: 1e300 }],
  ["float", "1e400", { problem: "must be a number" }],
  ["bigint", "7", { value: 7 }],
  ["bigint", "9007199254740993", { value: "9007199254740993" }],
  ["decimal", "0.10", { value: "0.10" }],
  ["json", "{", { problem: "is not JSON; a text needs quotes" }],
] as const)("a cell of the type %s with %s is %j", (type, text, read) => {
  expect(readCell({ name: "a", type }, text)).toEqual(read);
});
