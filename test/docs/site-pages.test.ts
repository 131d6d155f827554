import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isPage, sitePath, summaryOf, titleOf } from "../../docs/.vitepress/docs-page.js";
import { textFiles } from "../../docs/.vitepress/llms.js";
import { anchorOf } from "../../docs/.vitepress/markdown.js";
import { fileUrl, linkTarget, repositoryUrl } from "../../docs/.vitepress/page-link.js";
import { navOf, sidebarOf } from "../../docs/.vitepress/sidebar.js";
import { root } from "../support/project.js";
import { markdownFiles } from "./markdown-files.js";

const pages = [
  {
    source: "docs/README.md",
    text: "# Documentation\n\n* [Vaults](reference/vaults.md)\n* [Manifests](reference/manifest/README.md)\n* [Dev](reference/dev.md#keys)\n",
  },
  { source: "docs/reference/dev.md", text: "# `kiket-gen dev`\n\nRuns the extension. And more.\n" },
  { source: "docs/reference/vaults.md", text: "# Vaults\n\n| a | b |\n" },
  { source: "docs/reference/events/case.md", text: "# Cases\n\nSee [dev](../dev.md).\n" },
  { source: "docs/reference/manifest/README.md", text: "# Manifests\n" },
  { source: "docs/reference/manifest/minimal.md", text: "# Minimal\n" },
  { source: "docs/hosts/README.md", text: "# All hosts\n\n[Koa](koa.md)\n" },
  { source: "docs/hosts/bun.md", text: "# Bun\n" },
  { source: "docs/hosts/koa.md", text: "# Koa\n" },
  { source: "docs/new/other.md", text: "# A page that no list has\n" },
  {
    source: "SECURITY.md",
    text: "# Security\n\n[keys](docs/reference/dev.md#keys), [code](runtime/index.ts), ![A page](docs/pictures/data.png)\n\n```md\n[kept](docs/reference/dev.md)\n```\n",
  },
];

describe("a page of the site", () => {
  it.each([
    ["docs/README.md", "index.md"],
    ["docs/hosts/README.md", "hosts/index.md"],
    ["docs/hosts/bun.md", "hosts/bun.md"],
    ["SECURITY.md", "SECURITY.md"],
  ])("%s is at %s", (source, path) => expect(sitePath(source)).toBe(path));

  it("is a Markdown file of docs, or one of few others", () => {
    const files = ["docs/a.md", "docs/pictures/data.png", "SECURITY.md", "README.md", "runtime/api/README.md"];
    expect(files.filter(isPage)).toEqual(["docs/a.md", "SECURITY.md"]);
  });

  it("has its first heading as title, without marks", () => {
    const text = "intro\n\n# The `dev` of [Kiket](x.md) \\<now\\>\n\n# Second";
    expect(titleOf({ source: "docs/a.md", text })).toBe("The dev of Kiket <now>");
    expect(titleOf({ source: "docs/a.md", text: "no heading" })).toBe("docs/a.md");
  });

  it("has its first sentence as summary, if it begins with one", () => {
    const summary = (text: string) => summaryOf({ source: "docs/a.md", text: `# A\n\n${text}\n` });
    expect(summary("Sends a [delivery](d.md),\nsigned. And more.")).toBe("Sends a delivery, signed.");
    expect(summary("    npx kiket-gen")).toBe("");
    expect(summary("| a | b |")).toBe("");
  });
});

it("no two pages of the site have the same title, which is all that search and a tab of the browser show", async () => {
  const sources = (await markdownFiles()).filter(isPage);
  const titles = await Promise.all(
    sources.map(async (source) => titleOf({ source, text: await readFile(join(root, source), "utf8") })),
  );
  expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
});

describe("a link", () => {
  it.each([
    ["docs/a/b.md", "../c/README.md#x", { kind: "page", path: "c/index.md", hash: "#x" }],
    ["docs/a/b.md", "../c", { kind: "page", path: "c/index.md", hash: "" }],
    ["docs/a/b.md", "../../SECURITY.md", { kind: "page", path: "SECURITY.md", hash: "" }],
    ["docs/a/b.md", "../../schemas/openapi.yaml", { kind: "file", path: "schemas/openapi.yaml" }],
    ["docs/a/b.md", "../../runtime/testing/", { kind: "file", path: "runtime/testing" }],
    ["docs/a/b.md", "https://example.com/x.md", { kind: "elsewhere" }],
    ["docs/a/b.md", "#here", { kind: "elsewhere" }],
  ] as const)("of %s to %s", (source, href, target) => expect(linkTarget(source, href)).toEqual(target));

  it.each([
    ["github:owner/name", "https://github.com/owner/name"],
    ["git+https://example.com/owner/name.git", "https://example.com/owner/name"],
    ["git@example.com:owner/name.git", "https://example.com/owner/name"],
    ["git+ssh://git@example.com/owner/name.git", "https://example.com/owner/name"],
  ])("to a file is one to the repository %s", (url, address) => {
    expect(repositoryUrl({ repository: { url } })).toBe(address);
    expect(repositoryUrl({ repository: url })).toBe(address);
    expect(fileUrl(address, "runtime/index.ts")).toBe(`${address}/blob/HEAD/runtime/index.ts`);
  });

  it("to a file has no address if package.json names no repository", () => {
    expect(repositoryUrl({})).toBeUndefined();
  });
});

it.each([
  ["The page's keys", "the-pages-keys"],
  ["issue.created v1", "issuecreated-v1"],
  ["`kiket-gen dev` & more", "kiket-gen-dev--more"],
])("the anchor of %s is the one of GitHub", (heading, anchor) => expect(anchorOf(heading)).toBe(anchor));

it("the menu has every page, in the order of the lists, and folders without a list by title", () => {
  const sidebar = sidebarOf(pages);
  expect(sidebar).toEqual([
    { text: "All pages", link: "/" },
    {
      text: "Hosts",
      link: "/hosts/",
      collapsed: true,
      items: [
        { text: "Koa", link: "/hosts/koa.md" },
        { text: "Bun", link: "/hosts/bun.md" },
      ],
    },
    {
      text: "Reference",
      link: "/reference/vaults.md",
      collapsed: true,
      items: [
        { text: "Vaults", link: "/reference/vaults.md" },
        {
          text: "Manifests",
          link: "/reference/manifest/",
          collapsed: true,
          items: [{ text: "Minimal", link: "/reference/manifest/minimal.md" }],
        },
        { text: "kiket-gen dev", link: "/reference/dev.md" },
        {
          text: "Events",
          link: "/reference/events/case.md",
          collapsed: true,
          items: [{ text: "Cases", link: "/reference/events/case.md" }],
        },
      ],
    },
    {
      text: "New",
      link: "/new/other.md",
      collapsed: true,
      items: [{ text: "A page that no list has", link: "/new/other.md" }],
    },
    { text: "Security", link: "/SECURITY.md" },
  ]);
  expect(navOf(sidebar)).toEqual([
    { text: "Reference", link: "/reference/vaults.md", activeMatch: "^/reference/(?!api/)" },
  ]);
});

describe("what programs read", () => {
  const files = textFiles({ name: "kiket-gen", description: "What it is" }, pages);

  it("is a list of all pages with their summaries", () => {
    expect(files["llms.txt"]).toBe(`# kiket-gen

> What it is

- [Documentation](index.md)

## Hosts

- [All hosts](hosts/index.md): Koa
- [Koa](hosts/koa.md)
- [Bun](hosts/bun.md)

## Reference

- [Vaults](reference/vaults.md)
- [Manifests](reference/manifest/index.md)
- [Minimal](reference/manifest/minimal.md)
- [kiket-gen dev](reference/dev.md): Runs the extension.
- [Cases](reference/events/case.md): See dev.

## New

- [A page that no list has](new/other.md)

- [Security](SECURITY.md): keys, code, A page
`);
  });

  it("is each page, with links to the other copies, and code as it is", () => {
    expect(files["reference/events/case.md"]).toBe("# Cases\n\nSee [dev](../dev.md).\n");
    expect(files["SECURITY.md"]).toBe(
      "# Security\n\n[keys](reference/dev.md#keys), code (`runtime/index.ts` of the repository), (Picture: A page)\n\n```md\n[kept](docs/reference/dev.md)\n```\n",
    );
  });

  it("is all pages in one file, with links from its place", () => {
    expect(files["llms-full.txt"]).toContain(
      "<!-- reference/events/case.md -->\n\n# Cases\n\nSee [dev](reference/dev.md).\n",
    );
  });
});
