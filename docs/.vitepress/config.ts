import { readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import { findDeadLinks } from "./dead-links.js";
import { type DocsPage, isPage, pagesBeside, sitePath, summaryOf } from "./docs-page.js";
import { findEmptyPages } from "./empty-pages.js";
import { textFiles } from "./llms.js";
import { anchorOf, readLikeGithub } from "./markdown.js";
import { repositoryUrl } from "./page-link.js";
import { searchOptions } from "./search.js";
import { navOf, sidebarOf } from "./sidebar.js";

const root = fileURLToPath(new URL("../..", import.meta.url))
  .replaceAll("\\", "/")
  .replace(/\/$/, "");
const packageFile = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const repository = repositoryUrl(packageFile);

const written = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
  .map((path) => `docs/${path.replaceAll("\\", "/")}`)
  .filter((path) => isPage(path) && !path.startsWith("docs/.vitepress/"));
const pages: readonly DocsPage[] = [...written.sort(), ...pagesBeside].map((source) => ({
  source,
  text: readFileSync(join(root, source), "utf8"),
}));
const sidebar = sidebarOf(pages);

/** All but the pages: VitePress would take every Markdown file below the root for one. */
const others = readdirSync(root, { withFileTypes: true })
  .filter(({ name }) => name !== "docs" && !pagesBeside.includes(name))
  .flatMap((entry) => {
    if (entry.isDirectory()) return [`${entry.name}/**`];
    return entry.name.endsWith(".md") ? [entry.name] : [];
  });

export default defineConfig({
  lang: "en",
  title: packageFile.name,
  description: packageFile.description,
  base: process.env.DOCS_BASE ?? "/",
  // The root of the repository, because readers need a few of its pages; `docs/` does not show in the addresses.
  srcDir: "..",
  srcExclude: [...others, "docs/.vitepress/**"],
  rewrites: sitePath,
  // Else each page has the data of all of them, a quarter of its size.
  metaChunk: true,
  // Links have their own check below, of anchors too.
  ignoreDeadLinks: true,
  markdown: {
    // Their contrast is high enough on the background of a block, which that of the usual ones is not.
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    anchor: { slugify: anchorOf },
    config: (markdown) => readLikeGithub(markdown, { root, repository }),
  },
  transformPageData: (data) => {
    const page = pages.find(({ source }) => source === data.filePath);
    // VitePress writes it into a script, which this would end.
    const summary = page === undefined ? "" : summaryOf(page).replaceAll("</script", "<script");
    return page === undefined ? {} : { description: summary };
  },
  transformHead: ({ pageData, siteConfig }) =>
    pageData.isNotFound
      ? []
      : [["link", { rel: "alternate", type: "text/markdown", href: siteConfig.site.base + pageData.relativePath }]],
  buildEnd: async ({ outDir, site, logger }) => {
    for (const [path, text] of Object.entries(textFiles(packageFile, pages))) {
      await mkdir(dirname(join(outDir, path)), { recursive: true });
      await writeFile(join(outDir, path), text);
    }
    const empty = await findEmptyPages(outDir);
    if (empty.length > 0)
      throw new Error(empty.map((page) => `${page} is empty; look for what Vue said of it above`).join("\n"));
    const { checked, dead } = await findDeadLinks(outDir, site.base);
    if (dead.length > 0)
      throw new Error(
        [...dead, `${dead.length} of ${checked} links lead nowhere; correct them in the pages`].join("\n"),
      );
    logger.info(`docs: ${checked} links lead somewhere`);
  },
  themeConfig: {
    nav: navOf(sidebar),
    sidebar: [...sidebar],
    outline: [2, 3],
    search: { provider: "local", options: { miniSearch: searchOptions } },
    ...(repository === undefined ? {} : { socialLinks: [{ icon: "github", link: repository }] }),
  },
  vite: {
    // Two pages of the API reference are larger than the 500 kB from which Vite warns; each is loaded only when it is opened.
    build: { chunkSizeWarningLimit: 2000 },
    server: { watch: { ignored: others.filter((path) => path.endsWith("/**")).map((path) => `${root}/${path}`) } },
  },
});
