import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LinkChecker } from "linkinator";
import { expect, it } from "vitest";
import { root } from "../support/project.js";
import { markdownFiles } from "./markdown-files.js";

/** Where links of Markdown files, as GitHub shows them, lead to no file or no anchor. Other hosts are not asked. */
async function deadLinks(serverRoot: string, paths: readonly string[]): Promise<string[]> {
  const { links } = await new LinkChecker().check({
    path: [...paths],
    serverRoot,
    markdown: true,
    directoryListing: true,
    checkFragments: true,
    concurrency: 20,
    linksToSkip: async (url) => !url.startsWith("http://localhost:"),
  });
  const targets = links
    .filter(({ state }) => state === "BROKEN")
    .map(({ url }) => url.replace(/^http:\/\/localhost:\d+\//, ""));
  return [...new Set(targets)].sort();
}

it("finds a dead link and a dead anchor", async () => {
  const temporary = join(root, "test/.tmp");
  await mkdir(temporary, { recursive: true });
  const folder = await mkdtemp(join(temporary, "links-"));
  try {
    await writeFile(join(folder, "a.md"), "# A\n\n[b](b.md#the-pages-keys) [c](c.md) [d](b.md#d) [own](#none)\n");
    await writeFile(join(folder, "b.md"), "# B\n\n## The page's keys\n");
    expect(await deadLinks(folder, ["a.md", "b.md"])).toEqual(["a.md#none", "b.md#d", "c.md"]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it("no link of a Markdown file is dead", async () => {
  const pages = await markdownFiles();
  expect(pages).toEqual(
    expect.arrayContaining(["README.md", "SECURITY.md", "runtime/api/README.md", "docs/hosts/bun.md"]),
  );
  expect(await deadLinks(root, pages)).toEqual([]);
});
