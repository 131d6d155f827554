import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generate } from "../../generator/index.js";
import { filesIn } from "../recipes/page.js";
import { compile } from "../support/compile.js";
import { createProject, removeProject, root } from "../support/project.js";
import { runVitest } from "../support/run-vitest.js";

const page = await readFile(join(root, "docs/reference/issues.md"), "utf8");
const { ".kiket/manifest.yaml": manifest = "", ...sources } = filesIn(page);

let folder: string;
beforeAll(async () => {
  folder = await createProject({ ".kiket/manifest.yaml": manifest });
  expect((await generate({ dir: folder })).diagnostics).toEqual([]);
  for (const [path, text] of Object.entries(sources)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
});
afterAll(() => removeProject(folder));

test("the code of the page about issues compiles, and its tests pass", async () => {
  expect(Object.keys(sources)).toEqual(["src/handlers/issue.commented.v1.ts", "test/watch.test.ts"]);
  expect(await compile(folder, undefined, true)).toBe("");
  expect(await runVitest(folder)).toEqual({ "test/watch.test.ts": "3 of 3" });
});

test("it names every call about issues and comments", async () => {
  for (const name of ["issues", "comments"]) {
    const source = await readFile(join(root, `runtime/api/endpoints/${name}.ts`), "utf8");
    const start = source.search(/^export interface (?:Issues|Comments)Endpoint\b/m);
    const text = source.slice(start, source.indexOf("\n}", start));
    const members = [...text.matchAll(/^ {2}(\w+)[(:]/gm)].map(([, member]) => `\`${name}.${member}(`);
    expect(members.length).toBeGreaterThan(3);
    expect(members.filter((member) => !page.includes(member))).toEqual([]);
  }
});
