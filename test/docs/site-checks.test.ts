import { expect, it } from "vitest";
import { findDeadLinks } from "../../docs/.vitepress/dead-links.js";
import { findEmptyPages } from "../../docs/.vitepress/empty-pages.js";
import { createProject, removeProject } from "../support/project.js";

/** What a check says of a built site. */
async function check<T>(files: Readonly<Record<string, string>>, run: (folder: string) => Promise<T>): Promise<T> {
  const folder = await createProject(files);
  try {
    return await run(folder);
  } finally {
    await removeProject(folder);
  }
}

it("a link of the site to a missing page or anchor is found, each time, and one that works is not", async () => {
  const pages = {
    "index.html": '<h1 id="a">A</h1><a href="/kit/b/">b</a><a href="b/c.html#x">x</a><a href="#a">own</a>',
    "b/index.html": '<h1 id="b">B</h1><a href="c.html#y">y</a><a href="/kit/b/c.html#z">z</a><a href="#none">none</a>',
    "b/c.html":
      '<h1 id="x">C</h1><h2 id="y">Y</h2><a href="d.html">d</a><a href="/other">o</a><a href="https://x.dev/">x</a>',
  };
  expect(await check(pages, (folder) => findDeadLinks(folder, "/kit/"))).toEqual({
    checked: 8,
    dead: [
      "/kit/b/c.html links to /kit/b/d.html, which does not exist",
      "/kit/b/c.html links to /other, which does not exist",
      "/kit/b/index.html links to /kit/b/c.html#z, which does not exist",
      "/kit/b/index.html links to /kit/b/index.html#none, which does not exist",
    ],
  });
});

it("a page without its content is found", async () => {
  const pages = { "index.html": '<h1 id="a">A</h1>', "b/c.html": "<main></main>", "404.html": "<p>Not here</p>" };
  expect(await check(pages, findEmptyPages)).toEqual(["b/c.html"]);
});
