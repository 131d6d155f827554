import { expect, it } from "vitest";
import { checkNodeVersion, checkNodeWishes, wishIn } from "../../../../../generator/doctor/project/rules/node.js";

it.each([
  ["20.19.0", "ok"],
  ["22.12.0", "ok"],
  ["24.1.0", "ok"],
  ["20.18.3", "wrong"],
  ["21.7.0", "wrong"],
  ["22.11.0", "wrong"],
])("says of Node %s that it is %s", (version, status) => {
  expect(checkNodeVersion(version)).toMatchObject({ id: "node-version", area: "node", status });
});

it("says what is needed where Node is too old", () => {
  expect(checkNodeVersion("18.0.0")).toMatchObject({
    what: "Node 18.0.0 is not supported: kiket-gen needs ^20.19.0 || >=22.12.0",
    fix: "install Node 20.19, 22.12 or newer",
  });
});

it("compares Node with each text of the project that asks for a version", () => {
  const wishes = [
    { where: "package.json engines.node", text: ">=22" },
    { where: ".nvmrc", text: "v20.19.0" },
  ];
  expect(checkNodeWishes("20.19.0", wishes)).toMatchObject([
    {
      status: "wrong",
      what: "the project asks for Node >=22, and this is Node 20.19.0",
      where: "package.json engines.node",
    },
  ]);
  expect(checkNodeWishes("22.12.0", wishes)).toMatchObject([{ status: "wrong", where: ".nvmrc" }]);
  expect(checkNodeWishes("20.19.0", wishes.slice(1))).toMatchObject([{ status: "ok" }]);
  expect(checkNodeWishes("20.19.0", [])).toMatchObject([{ status: "ok" }]);
});

it("cannot tell what a name of a version manager means", () => {
  expect(checkNodeWishes("20.19.0", [{ where: ".nvmrc", text: "lts/iron" }])).toMatchObject([
    { status: "not-testable", what: '"lts/iron" is no version or range that npm understands', where: ".nvmrc" },
  ]);
});

it.each([
  ["v22.12.0\n", "v22.12.0"],
  ["# what CI has\n\n22 # or newer\n", "22"],
  ["\n", ""],
])("reads the version in %j", (text, version) => {
  expect(wishIn(text)).toBe(version);
});
