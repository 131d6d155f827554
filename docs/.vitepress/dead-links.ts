// Finds links of the built site that lead to no file or no anchor. Links to other hosts are not followed: a build must not depend on them.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const host = "https://site.invalid";

/** Values of an attribute in HTML that VitePress wrote: its text never contains an unescaped quote. */
function valuesOf(html: string, attribute: string): string[] {
  return [...html.matchAll(new RegExp(`\\s${attribute}="([^"]*)"`, "g"))].map(([, value = ""]) =>
    value.replaceAll("&amp;", "&"),
  );
}

/** Where a server of static files finds an address: a folder stands for its index. */
function fileOf(path: string, base: string): string {
  const name = decodeURIComponent(path).slice(base.length);
  return name === "" || name.endsWith("/") ? `${name}index.html` : name;
}

export interface CheckedLinks {
  /** How many links were checked. */
  readonly checked: number;
  /** A sentence for each link that leads nowhere. */
  readonly dead: readonly string[];
}

/** Checks the links of the site that was built into this folder, to be served below `base`, such as `/kiket-gen/`. */
export async function findDeadLinks(folder: string, base: string): Promise<CheckedLinks> {
  const names = (await readdir(folder, { recursive: true })).map((name) => name.replaceAll("\\", "/"));
  const files = new Set(names);
  const pages = new Map<string, { anchors: ReadonlySet<string>; links: readonly string[] }>();
  for (const name of names.filter((name) => name.endsWith(".html"))) {
    const html = await readFile(join(folder, name), "utf8");
    pages.set(name, { anchors: new Set(valuesOf(html, "id")), links: [...new Set(valuesOf(html, "href"))] });
  }
  const dead: string[] = [];
  let checked = 0;
  for (const [name, { links }] of pages) {
    const page = `${base}${name}`;
    for (const link of links) {
      const url = new URL(link, `${host}${page}`);
      if (url.origin !== host) continue;
      checked += 1;
      const file = url.pathname.startsWith(base) ? fileOf(url.pathname, base) : "";
      const anchor = decodeURIComponent(url.hash.slice(1));
      const isThere = files.has(file) && (anchor === "" || (pages.get(file)?.anchors.has(anchor) ?? false));
      if (!isThere) dead.push(`${page} links to ${url.pathname}${decodeURIComponent(url.hash)}, which does not exist`);
    }
  }
  return { checked, dead: dead.sort() };
}
