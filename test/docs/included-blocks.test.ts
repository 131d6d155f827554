import { readFileSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../support/project.js";
import { includeBlocks } from "./included-blocks.js";

const files: Readonly<Record<string, string>> = {
  "a/main.ts": 'import "x";\n\nfunction f() {\n  // #region body\n  one();\n    two();\n  // #endregion body\n}\n',
  "a/m.yaml": "a:\n  # #region hooks\n  - b\n\n  - c\n  # #endregion hooks\n",
  "a/page.md": "```\n",
};
const read = (path: string) => files[path];
const fence = "```";

describe("a block with from=", () => {
  it("is rewritten as the file has it, and nothing else is", () => {
    const page = `# A\n\n${fence}ts src/main.ts from=a/main.ts\nold\n${fence}\n\n${fence}ts src/b.ts\nown\n${fence}\n`;
    const body = 'import "x";\n\nfunction f() {\n  one();\n    two();\n}\n';
    expect(includeBlocks(page, read)).toEqual({
      text: `# A\n\n${fence}ts src/main.ts from=a/main.ts\n${body}${fence}\n\n${fence}ts src/b.ts\nown\n${fence}\n`,
      problems: [],
    });
  });

  it("may be empty before, and may name no file of the project", () => {
    const page = `${fence}ts from=a/main.ts#body\n${fence}\n`;
    expect(includeBlocks(page, read).text).toBe(`${fence}ts from=a/main.ts#body\none();\n  two();\n${fence}\n`);
  });

  it("has a region of a YAML file, moved to the left", () => {
    const page = `${fence}yaml from=a/m.yaml#hooks\n${fence}\n`;
    expect(includeBlocks(page, read).text).toBe(`${fence}yaml from=a/m.yaml#hooks\n- b\n\n- c\n${fence}\n`);
  });

  it.each([
    ["a/none.ts", "there is no file a/none.ts: correct the path, from the top of the repository"],
    ["a/main.ts#bod", 'a/main.ts has no region bod: put "#region bod" and "#endregion bod" there, in comments'],
    ["a/page.md", "a/page.md has a line of three backticks, which would end the block"],
  ])("of %s stays as it is, and is a problem at its line", (from, message) => {
    const page = `# A\n\n${fence}ts x.ts from=${from}\nold\n${fence}\n`;
    expect(includeBlocks(page, read)).toEqual({ text: page, problems: [{ line: 3, message }] });
  });
});

/** What is made or installed, and so has no blocks of ours. */
const others = /(^|\/)(node_modules|dist|reference\/api|\.vitepress)\//;

const readRepository = (path: string): string | undefined => {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch {
    return undefined;
  }
};

describe("the pages", async () => {
  const below = async (folder: string) =>
    (await readdir(join(root, folder), { recursive: true })).map((path) => `${folder}/${path.replaceAll("\\", "/")}`);
  const all = ["README.md", "CONTRIBUTING.md", ...(await below("docs")), ...(await below("examples"))];
  const own = all.filter((path) => path.endsWith(".md") && !others.test(path)).sort();

  it.each(own)("%s has its blocks as the files have them (UPDATE_GOLDEN=1 writes them)", async (path) => {
    const before = await readFile(join(root, path), "utf8");
    const { text, problems } = includeBlocks(before, readRepository);
    expect(problems.map(({ line, message }) => `${path}:${line} ${message}`)).toEqual([]);
    if (process.env.UPDATE_GOLDEN !== undefined && text !== before) return writeFile(join(root, path), text);
    expect(before).toBe(text);
  });
});
