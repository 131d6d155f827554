import { expect, it } from "vitest";
import { leadsOut, projectPath } from "../../../generator/project/paths.js";

it.each([
  ["extension.yaml", "extension.yaml"],
  ["./ext//.kiket/manifest.yaml", "ext/.kiket/manifest.yaml"],
  ["ext\\.kiket\\manifest.yaml", "ext/.kiket/manifest.yaml"],
  ["contracts/", "contracts"],
  ["a/../b", "b"],
  ["../shared", "../shared"],
  ["/home/ann/app/contracts", "contracts"],
  ["/home/ann/shared/", "../shared"],
  ["/home/ann/app", "."],
])("%s is %s to the project", (given, path) => {
  expect(projectPath("/home/ann/app", given)).toBe(path);
});

it.each(["..", "../a", "a/../..", "..\\a", "a\\..\\..\\b", "/a", "\\\\server\\share", "C:\\a", "c:a", "a\0b"])(
  "%j leads out of a project",
  (path) => {
    expect(leadsOut(path)).toBe(true);
  },
);

it.each([".", "a", "..a", "a/../b", "a\\b", "src/..b/c"])("%j stays in a project", (path) => {
  expect(leadsOut(path)).toBe(false);
});
