import { expect, it } from "vitest";
import { blocksIn, hasExcerpt, usedPage } from "./open-page.js";

const page = `# Page

    npm ci

* a list

  with more

\`\`\`ts src/a.ts
    1;
\`\`\`

## Part

\`\`\`sh
one
two
\`\`\`

### Below

\`\`\`ts src/b.ts from=examples/b.ts
2;
\`\`\`

## Next
`;

it("finds fenced and indented blocks, and not what is in a fence", () => {
  expect(blocksIn(page)).toEqual([
    { language: "ts", name: "src/a.ts", text: "    1;\n" },
    { language: "sh", name: "", text: "one\ntwo\n" },
    { language: "ts", name: "src/b.ts from=examples/b.ts", text: "2;\n" },
    { language: "sh", name: "", text: "npm ci\n" },
  ]);
});

it("says what no test has used, command by command", () => {
  const opened = usedPage(page, "page.md");
  expect(opened.unused()).toEqual(["ts src/a.ts", "one", "two", "npm ci"]);
  expect(opened.command("wo")).toBe("two");
  expect(opened.block("src/a.ts")).toBe("    1;\n");
  expect(opened.unused()).toEqual(["one", "npm ci"]);
});

it("refuses a block or command that is not there, or is there twice", () => {
  const opened = usedPage(page, "page.md");
  expect(() => opened.block("src/c.ts")).toThrow('page.md has 0 of the block "src/c.ts", and not one');
  expect(() => opened.command("o")).toThrow('page.md has 2 of the command "o", and not one');
});

it("ends a section at a heading of its level", () => {
  expect(usedPage(page, "page.md").section("Part")).toContain("### Below");
  expect(usedPage(page, "page.md").section("Part")).not.toContain("Next");
});

it.each([
  ["a\nb\nc\n", "a\n…\nc\n", true],
  ["a\nb\nc\n", "a\nc\n", false],
  ["a\nb\nc\n", "c\n…\na\n", false],
  ["ok  114.3 ms  x\n", "ok      7.0 ms    x\n", true],
  ["ok  114.3 ms  x\n", "FAIL  114.3 ms  x\n", false],
])("whether %j has the excerpt %j: %s", (output, excerpt, expected) => {
  expect(hasExcerpt(output, excerpt)).toBe(expected);
});
