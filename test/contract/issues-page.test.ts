import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openPageProject } from "../hosts/page.js";
import { compile } from "../support/compile.js";
import { root } from "../support/project.js";
import { runVitest } from "../support/run-vitest.js";

const project = await openPageProject("issues.md");
const { page, sources } = project;

test("the code of the page about issues compiles, and its tests pass", async () => {
  expect(Object.keys(sources)).toEqual(["src/handlers/issue.commented.v1.ts", "test/watch.test.ts"]);
  expect(await compile(project.folder, undefined, true)).toBe("");
  expect(await runVitest(project.folder)).toEqual({ "test/watch.test.ts": "3 of 3" });
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
