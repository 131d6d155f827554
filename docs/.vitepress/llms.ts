import { posix } from "node:path";
import type { DefaultTheme } from "vitepress";
import { type DocsPage, sitePath, summaryOf, titleOf } from "./docs-page.js";
import { linkTarget } from "./page-link.js";
import { sidebarOf } from "./sidebar.js";

interface About {
  readonly name: string;
  readonly description: string;
}

/** The lines of a text outside of its blocks of code, changed. */
function outsideOfCode(text: string, change: (line: string) => string): string {
  let fence: string | undefined;
  return text
    .split("\n")
    .map((line) => {
      const [mark] = /^\s*(`{3,}|~{3,})/.exec(line) ?? [];
      if (mark !== undefined && fence === undefined) fence = mark.trim();
      else if (mark !== undefined && mark.trim() === fence) fence = undefined;
      return fence === undefined ? change(line) : line;
    })
    .join("\n");
}

/** A page as Markdown whose links lead to the other copies, seen from a folder of the site. Pictures become their descriptions. */
function copyOf({ source, text }: DocsPage, folder: string): string {
  return outsideOfCode(text, (line) =>
    line.replace(/(!?)\[([^\]]*)\]\(([^)\s]+)\)/g, (whole, picture, words, href) => {
      if (picture !== "") return `(Picture: ${words})`;
      const target = linkTarget(source, href);
      if (target.kind === "page") return `[${words}](${posix.relative(folder, target.path)}${target.hash})`;
      return target.kind === "file" ? `${words} (\`${target.path}\` of the repository)` : whole;
    }),
  );
}

/**
 * What programs read instead of HTML: each page as Markdown, a list of them, and all of them in one file, which has
 * the API reference only by its links: it would be two thirds of the text. Paths are those of the site.
 */
export function textFiles(about: About, pages: readonly DocsPage[]): Readonly<Record<string, string>> {
  const copies = pages.map(
    (page) => [sitePath(page.source), copyOf(page, posix.dirname(sitePath(page.source)))] as const,
  );
  const byAddress = new Map(pages.map((page) => [sitePath(page.source), page]));
  const row = (link: string) => {
    const path = link.replace(/^\//, "").replace(/(^|\/)$/, "$1index.md");
    const page = byAddress.get(path);
    if (page === undefined) return [];
    const summary = summaryOf(page);
    return [`- [${titleOf(page)}](${path})${summary === "" ? "" : `: ${summary}`}`];
  };
  const linksOf = ({ link, items = [] }: DefaultTheme.SidebarItem): string[] => [
    ...(link === undefined ? [] : [link]),
    ...items.flatMap(linksOf),
  ];
  const sections = sidebarOf(pages).map((group) => {
    const rows = [...new Set(linksOf(group))].flatMap(row).join("\n");
    return group.items === undefined ? rows : `## ${group.text}\n\n${rows}`;
  });
  const head = `# ${about.name}\n\n> ${about.description}\n\n`;
  const prose = pages.filter(({ source }) => !source.startsWith("docs/reference/api/"));
  const whole = prose.map((page) => `<!-- ${sitePath(page.source)} -->\n\n${copyOf(page, ".").trim()}\n`);
  return {
    ...Object.fromEntries(copies),
    "llms.txt": `${head}${sections.join("\n\n")}\n`,
    "llms-full.txt": `${head}${whole.join("\n")}`,
  };
}
