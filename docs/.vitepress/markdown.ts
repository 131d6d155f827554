import { posix } from "node:path";
import GithubSlugger from "github-slugger";
import type { MarkdownRenderer } from "vitepress";
import { siteAddress } from "./docs-page.js";
import { fileUrl, linkTarget } from "./page-link.js";

type Token = ReturnType<MarkdownRenderer["parse"]>[number];

/** What the Markdown of a page needs to know of the site. */
export interface SiteFacts {
  /** The absolute path of the repository, with `/` between the folders. */
  readonly root: string;
  readonly repository: string | undefined;
}

/** The anchor of a heading as GitHub makes it, so that a link works in both. Only the repeated ones differ, which get a number later. */
export function anchorOf(heading: string): string {
  return new GithubSlugger().slug(heading);
}

/** Makes a link lead to a page of the site, to a file of the repository, or nowhere if the repository has no address. */
function aim(open: Token, close: Token | undefined, source: string, repository: string | undefined): void {
  const target = linkTarget(source, open.attrGet("href") ?? "");
  if (target.kind === "elsewhere") return;
  if (target.kind === "page") {
    open.attrSet("href", `${siteAddress(target.path)}${target.hash}`);
  } else if (repository !== undefined) {
    open.attrSet("href", fileUrl(repository, target.path));
  } else {
    open.attrs = [["title", `In the repository: ${target.path}`]];
    open.tag = "span";
    if (close !== undefined) close.tag = "span";
  }
}

function aimLinks(tokens: readonly Token[], source: string, repository: string | undefined): void {
  for (const { children } of tokens) {
    for (const [index, token] of (children ?? []).entries()) {
      if (token.type !== "link_open") continue;
      aim(
        token,
        children?.slice(index).find(({ type }) => type === "link_close"),
        source,
        repository,
      );
    }
  }
}

/** How the site reads the Markdown that GitHub shows: its links, braces, and blocks of code that name their file. */
export function readLikeGithub(markdown: MarkdownRenderer, { root, repository }: SiteFacts): void {
  markdown.core.ruler.push("aim-links", ({ tokens, env }) => {
    const source = posix.relative(root, env.realPath ?? env.path);
    aimLinks(tokens, source, repository);
  });

  // Commands are indented blocks in our pages. They look like the other blocks, and can be copied as these can.
  markdown.core.ruler.after("block", "fence-indented", ({ tokens }) => {
    for (const token of tokens) if (token.type === "code_block") token.type = "fence";
  });

  // Vue would take `{{ name }}` for an expression. The page's text is already safe for HTML here.
  const { text, code_inline: code, fence } = markdown.renderer.rules;
  const withoutExpressions = (html = "") => html.replaceAll("{{", "&#123;&#123;").replaceAll("}}", "&#125;&#125;");
  markdown.renderer.rules.text = (...args) => withoutExpressions(text?.(...args));
  // A browser would end a line after the hyphens of `--check`.
  const wholeOptions = (html: string) =>
    html.replace(/(?<![\w-])--[a-z][a-z-]*/g, (option) => `<span class="option">${option}</span>`);
  markdown.renderer.rules.code_inline = (...args) => wholeOptions(withoutExpressions(code?.(...args)));

  // What follows `sh` and `text` is the name of a terminal or a block, for tests.
  markdown.renderer.rules.fence = (tokens, index, ...rest) => {
    const block = fence?.(tokens, index, ...rest) ?? "";
    const [, file] = /^(?!sh |text )\w+ ([^\s={}]+)(?: |$)/.exec(tokens[index]?.info ?? "") ?? [];
    return file === undefined
      ? block
      : `<div class="file-block"><p class="file-name">${markdown.utils.escapeHtml(file)}</p>${block}</div>`;
  };
}
