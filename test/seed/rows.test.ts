import { join } from "node:path";
import { expect, test } from "vitest";
import { readTree, root } from "../support/project.js";

const files = await readTree(join(root, "test/seed"));
const [table = "", later = ""] = (files["README.md"] ?? "").split("## What comes later");
const rows = [...table.matchAll(/^\| (\d+) \| .+ \| (.+) \|$/gm)].map(([, row = "", where = ""]) => ({ row, where }));

test("the table has every row, in order", () => {
  expect(rows.map(({ row }) => Number(row))).toEqual(Array.from({ length: 21 }, (_, index) => index + 1));
});

test("each row has a test in the files that it names, or is named as one that comes later", () => {
  const tested = Object.keys(files).filter((path) => path.endsWith(".test.ts"));
  for (const { row, where } of rows) {
    const having = tested.filter((path) => files[path]?.includes(`("${row}: `));
    const expected = where === "later" ? [] : where.split(", ").map((name) => name.replaceAll("`", ""));
    expect([row, having]).toEqual([row, expected]);
    expect([row, new RegExp(`^\\| ${row} \\|`, "m").test(later)]).toEqual([row, where === "later"]);
  }
});
