import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { root } from "../support/project.js";
import { markdownFiles } from "./markdown-files.js";

/** What remark says of links that lead to no file or no heading, as GitHub shows the files. Other hosts are not asked. */
async function deadLinks(paths: readonly string[]): Promise<string> {
  const check = ["--use", "remark-validate-links=repository:false", "--frail", "--quiet", "--no-stdout", "--no-color"];
  const remark = join(root, "node_modules/remark-cli/cli.js");
  const run = promisify(execFile)(process.execPath, [remark, ...paths, ...check], { cwd: root });
  return run.then(
    () => "",
    ({ stderr }) => String(stderr),
  );
}

it("finds a dead link and a dead anchor", async () => {
  const temporary = join(root, "test/.tmp");
  await mkdir(temporary, { recursive: true });
  const folder = await mkdtemp(join(temporary, "links-"));
  try {
    await writeFile(join(folder, "a.md"), "# A\n\n[b](b.md#the-pages-keys) [c](c.md) [d](b.md#d) [own](#none)\n");
    await writeFile(join(folder, "b.md"), "# B\n\n## The page's keys\n");
    const said = await deadLinks([join(folder, "a.md"), join(folder, "b.md")]);
    expect(said.match(/Cannot find \w+ for `[^`]+`|Cannot find file `[^`]+`/g)).toEqual([
      "Cannot find file `c.md`",
      "Cannot find heading for `#d`",
      "Cannot find heading for `#none`",
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it("no link of a Markdown file is dead", async () => {
  const pages = await markdownFiles();
  expect(pages).toEqual(
    expect.arrayContaining(["README.md", "SECURITY.md", "runtime/api/README.md", "docs/hosts/bun.md"]),
  );
  expect(await deadLinks(pages)).toBe("");
});
