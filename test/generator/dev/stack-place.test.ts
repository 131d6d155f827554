import { expect, it } from "vitest";
import { crashIn, placeInStack } from "../../../generator/dev/stack-place.js";

it("finds the first place of the project's own code", () => {
  const stack = `Error: x
    at inner (/p/node_modules/dep/index.js:1:1)
    at handler (file:///p/src/handlers/a.ts:12:5)
    at other (/p/src/b.ts:1:1)`;
  expect(placeInStack(stack, "/p")).toEqual({ file: "src/handlers/a.ts", line: 12, column: 5 });
  expect(placeInStack("    at async Promise.all (index 0)\n    at /elsewhere/a.ts:1:1", "/p")).toBeUndefined();
  expect(placeInStack("    at /p/.kiket-gen/build/3/dist/a.js:2:3", "/p")).toEqual({
    file: "dist/a.js",
    line: 2,
    column: 3,
  });
});

it("finds the error that ended a program in what Node writes of it", () => {
  const lines = [
    "starting",
    "/p/src/a.ts:3",
    "x();",
    "^",
    "",
    "ReferenceError: x is not defined",
    "    at /p/src/a.ts:3:1",
  ];
  expect(crashIn(lines, "/p")).toEqual({
    message: "ReferenceError: x is not defined",
    at: { file: "src/a.ts", line: 3, column: 1 },
  });
});

it("takes the file of an error without a stack from the line above", () => {
  const lines = [
    "file:///p/src/main.ts:1",
    'import { a } from "./a.js";',
    "         ^",
    "SyntaxError: The requested module './a.js' does not provide an export named 'a'",
    "    at ModuleJob._instantiate (node:internal/modules/esm/module_job:180:21)",
  ];
  expect(crashIn(lines, "/p")?.at).toEqual({ file: "src/main.ts", line: 1, column: 1 });
});

it("finds none in other lines", () => {
  expect(crashIn(["PORT must be a whole number", "no Error: here"], "/p")).toBeUndefined();
});
