import { expect, it } from "vitest";
import { compareNaturally, compareSpecifiers } from "../../../generator/output/import-order.js";

// The order that Biome gives these names.
it.each([
  [["_x", "$y", "A10b", "Ab", "a9", "a10", "aa", "x_1", "x_a", "x1", "x2", "x01", "xA", "xa", "zb", "éa"]],
  [["./e/issue.Ca", "./e/issue.cb", "./e/issue.v9", "./e/issue.v10", "./e/issue_a", "./e/issue-a", "./e.js"]],
])("names are in natural order: %j", (names) => {
  expect([...names].reverse().sort(compareNaturally)).toEqual(names);
});

it("packages come first, the own folder last", () => {
  const specifiers = ["kiket-gen/codegen", "vitest", "../../a.js", "../a.js", "./a.js"];
  expect([...specifiers].reverse().sort(compareSpecifiers)).toEqual(specifiers);
});
