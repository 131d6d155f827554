import { expect, it } from "vitest";
import type { Diagnostic } from "../../../generator/diagnostics/diagnostic.js";
import { plainValue } from "../../../generator/yaml/node.js";
import { readJson } from "../../../generator/yaml/read-json.js";
import { told } from "../manifest/support.js";

it.each([
  ['{\n  "a": [1,\n  "b": 2\n}\n', "3:6 KG701 invalid JSON: expected `,` or `]`"],
  ['{\n  "a": [1,\n  2\n', "2:8 KG701 invalid JSON: the `[` that opens here is not closed"],
  ['{ "a": {\n "b": 1 }\n', "1:1 KG701 invalid JSON: the `{` that opens here is not closed"],
  ['{ "a": "b\n}\n', "1:8 KG701 invalid JSON: expected a JSON value"],
  ['{ "a: 1\n}\n', "1:3 KG701 invalid JSON: expected a key in double quotes"],
  ['{\n<<<<<<< HEAD\n"a": 1\n=======\n"a": 2\n>>>>>>> x\n}', "2:1 KG111 unresolved merge conflict: lines 2 to 6"],
  ['{\r\n  "a": 1,\r\n  b\r\n}', "3:3 KG701 invalid JSON: expected a key in double quotes"],
])("%j is told once, where its cause is", (text, line) => {
  const diagnostics: Diagnostic[] = [];
  const node = readJson({ path: "m.json", text }, (diagnostic) => diagnostics.push(diagnostic));
  expect([node, told(diagnostics)]).toEqual([undefined, [`m.json:${line}`]]);
});

it("reads a byte order mark, tabs and Windows line ends", () => {
  const node = readJson({ path: "m.json", text: '\ufeff{\r\n\t"a": [1]\r\n}\r\n' }, (diagnostic) => {
    throw new Error(diagnostic.message);
  });
  expect(node && plainValue(node)).toEqual({ a: [1] });
});
