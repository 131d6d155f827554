// Finds links of the built site that lead nowhere. Links to other hosts are not followed: a build must not depend on them.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { LinkChecker } from "linkinator";
import { serveFolder } from "./static-server.mjs";

/** The pages with a link to an anchor: linkinator knows only the first page that leads to the page of the anchor. */
async function pagesWithLink(folder, base, url) {
  const [page, anchor] = url.split("#");
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".html"));
  const found = names.map(async (name) => {
    const path = `${base}${name.replaceAll("\\", "/")}`;
    const html = await readFile(join(folder, name), "utf8");
    const isOwn = path.replace(/index\.html$/, "") === page.replace(/index\.html$/, "");
    return html.includes(`href="${url}"`) || (isOwn && html.includes(`href="#${anchor}"`)) ? [path] : [];
  });
  return (await Promise.all(found)).flat();
}

export async function findDeadLinks(folder, base) {
  const site = await serveFolder(folder, base);
  try {
    const { links } = await new LinkChecker().check({
      path: site.url,
      recurse: true,
      checkFragments: true,
      concurrency: 20,
      linksToSkip: async (url) => !url.startsWith(site.url) && !url.startsWith(new URL("/", site.url).href),
    });
    const own = links.filter(({ state }) => state !== "SKIPPED");
    const withoutHost = (url = "") => url.replace(new URL(site.url).origin, "");
    const broken = own
      .filter(({ state }) => state === "BROKEN")
      .map(async ({ url, parent }) => {
        const target = decodeURI(withoutHost(url));
        const pages = target.includes("#") ? await pagesWithLink(folder, base, target) : [withoutHost(parent)];
        return pages.map((page) => `${page} links to ${target}, which does not exist`);
      });
    const dead = (await Promise.all(broken)).flat();
    return { checked: own.length, dead: [...new Set(dead)].sort() };
  } finally {
    site.close();
  }
}
