/** A page of the site: a Markdown file of the repository. */
export interface DocsPage {
  /** Its path in the repository, such as `docs/reference/commands.md`. */
  readonly source: string;
  readonly text: string;
}

/** Files outside of `docs` that readers of the site need as well. */
export const pagesBeside: readonly string[] = ["SECURITY.md", "CHANGELOG.md"];

/** Whether a Markdown file of the repository is a page of the site. */
export function isPage(source: string): boolean {
  return (source.startsWith("docs/") && source.endsWith(".md")) || pagesBeside.includes(source);
}

/** The path of a page in the site: `docs/hosts/README.md` is `hosts/index.md`, so that a server finds it as `hosts/`. */
export function sitePath(source: string): string {
  return source.replace(/^docs\//, "").replace(/(^|\/)README\.md$/, "$1index.md");
}

/** The address of a page, from its path in the site: `/hosts/` for `hosts/index.md`. */
export function siteAddress(path: string): string {
  return `/${path.replace(/(^|\/)index\.md$/, "$1")}`;
}

/** The first heading, without the marks of Markdown. */
export function titleOf({ source, text }: DocsPage): string {
  const [, heading = source] = /^# (.+)$/m.exec(text) ?? [];
  return heading
    .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1")
    .replace(/[`*]|\\(?=[^\w\s])/g, "")
    .trim();
}

/** The first sentence below the first heading, for lists of pages; empty if the page begins with something else. */
export function summaryOf({ text }: DocsPage): string {
  const [, paragraph = ""] = /^# .+\n\n([\w`"[][^\n]*\n?(?:[^\n#|`<>!-][^\n]*\n?)*)/.exec(text) ?? [];
  const plain = paragraph
    .replace(/!?\[([^\]]+)\]\([^)]*\)/g, "$1")
    .replaceAll("\n", " ")
    .trim();
  return /^.*?[.:](?= [A-Z]|$)/.exec(plain)?.[0].replace(/:$/, ".") ?? plain;
}
