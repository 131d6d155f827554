import { createMarkdownRenderer } from "vitepress";
import { expect, it } from "vitest";
import { readLikeGithub } from "../../docs/.vitepress/markdown.js";

const markdown = await createMarkdownRenderer("/repo", {
  config: (renderer) => readLikeGithub(renderer, { root: "/repo", repository: undefined }),
});
/** A page below `docs/hosts`, as HTML without the marks of colours. */
function render(text: string): string {
  return markdown.render(text, { path: "/repo/docs/hosts/bun.md" }).replace(/<\/?span(?: class| style)[^>]*>/g, "");
}

it("leads from page to page by addresses of the site", () => {
  const html = render("[a](../reference/dev.md#keys) [b](README.md) [c](../../SECURITY.md)");
  const addresses = [...html.matchAll(/href="([^"]+)"/g)].map(([, href]) => href);
  expect(addresses).toEqual(["/reference/dev.html#keys", "/hosts/", "/SECURITY.html"]);
});

it("names a file of the repository without a link, if the repository has no address", () => {
  expect(render("See [the source](../../runtime/index.ts).")).toBe(
    '<p>See <span title="In the repository: runtime/index.ts">the source</span>.</p>\n',
  );
});

it("leaves braces to the reader, in text and in code", () => {
  const html = render("Write {{ a }} or `{{ b }}`.");
  expect(html).not.toContain("{{");
  expect(html.match(/&#123;&#123; [ab] &#125;&#125;/g)).toHaveLength(2);
});

it("keeps an option whole where a line ends, and leaves other hyphens", () => {
  const marked = (text: string) =>
    markdown.render(text, { path: "/repo/docs/a.md" }).match(/<code[\s\S]*<\/code>/)?.[0];
  expect(marked("`kiket-gen --dry-run`")).toMatch(/kiket-gen <span class="option">--dry-run<\/span><\/code>$/);
  expect(marked("`my-extension`")).not.toContain("span");
});

it("shows the name of a file above its block, and not the name of a terminal", () => {
  const names = (text: string) => [...render(text).matchAll(/class="file-name">([^<]+)/g)].map(([, name]) => name);
  expect(names("```ts src/main.ts from=examples/a.ts#b\na\n```\n")).toEqual(["src/main.ts"]);
  expect(names("```yaml .kiket/manifest.yaml\na: 1\n```\n")).toEqual([".kiket/manifest.yaml"]);
  expect(names("```sh dev\nnpm test\n```\n\n```ts\na\n```\n")).toEqual([]);
});

it("shows indented commands as a block that can be copied", () => {
  expect(render("Run:\n\n    npm test\n")).toMatch(/class="language-[\s\S]*class="copy"[\s\S]*npm test/);
});
