import { posix } from "node:path";
import type { DefaultTheme } from "vitepress";
import { type DocsPage, pagesBeside, siteAddress, sitePath, titleOf } from "./docs-page.js";
import { linkTarget } from "./page-link.js";

/** The folders of `docs` in the order of the menu. A folder that is not here comes after them, with its own name. */
const titles: Readonly<Record<string, string>> = {
  start: "Start",
  tutorial: "Tutorial",
  cookbook: "Cookbook",
  hosts: "Hosts",
  deploy: "Deployment",
  concepts: "Concepts",
  reference: "Reference",
  "reference/api": "API",
};

/** The pages that a page links to, in order: the lists in README files are the order of the menu. */
function linksOf({ source, text }: DocsPage): readonly string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, href = ""]) => {
    const target = linkTarget(source, href);
    return target.kind === "page" ? [target.path] : [];
  });
}

function placeIn(order: readonly string[], page: DocsPage): number {
  const place = order.indexOf(sitePath(page.source));
  return place < 0 ? order.length : place;
}

/** First what stands in `order`, then the others by title. */
function inOrder(pages: readonly DocsPage[], order: readonly string[]): DocsPage[] {
  return pages.toSorted(
    (a, b) => placeIn(order, a) - placeIn(order, b) || titleOf(a).localeCompare(titleOf(b), "en", { numeric: true }),
  );
}

function folderOf(page: DocsPage): string {
  const folder = posix.dirname(sitePath(page.source));
  // The folders in the API reference are parts of names, such as `kiket-gen/runtime/node`.
  return folder.startsWith("reference/api") ? "reference/api" : folder;
}

/** A folder as a group of the menu, which leads to the README of the folder or else to the first page. Its pages are in the order in which a README links them. */
function groupOf(folder: string, pages: readonly DocsPage[]): DefaultTheme.SidebarItem {
  const own = pages.filter((page) => folderOf(page) === folder);
  const readme = (path: string) => pages.find(({ source }) => source === `${path}/README.md`);
  const first = readme(`docs/${folder}`);
  const lists = [first, readme("docs")].flatMap((page) => (page === undefined ? [] : linksOf(page)));
  const items = itemsOf(
    own.filter((page) => page !== first),
    lists,
  );
  const inside = new Set(pages.map(folderOf).filter((path) => posix.dirname(path) === folder && !(path in titles)));
  const groups = [...inside].map((path) => groupOf(path, pages));
  const order = lists.map(siteAddress);
  const place = ({ link = "" }: DefaultTheme.SidebarItem) =>
    order.includes(link) ? order.indexOf(link) : order.length;
  // A sort keeps what is equal as it is: the pages that no list has stay before the groups.
  const all = [...items, ...groups.sort((a, b) => (a.text ?? "").localeCompare(b.text ?? ""))].sort(
    (a, b) => place(a) - place(b),
  );
  const link = first === undefined ? all[0]?.link : siteAddress(sitePath(first.source));
  // A group that is no link is a button with a button in it, which assistive technology cannot tell apart.
  return {
    text: titles[folder] ?? (first === undefined ? nameOf(folder) : titleOf(first)),
    ...(link === undefined ? {} : { link }),
    collapsed: true,
    items: all,
  };
}

function itemsOf(pages: readonly DocsPage[], order: readonly string[]): DefaultTheme.SidebarItem[] {
  return inOrder(pages, order).map((page) => ({ text: titleOf(page), link: siteAddress(sitePath(page.source)) }));
}

function nameOf(folder: string): string {
  const name = posix.basename(folder);
  return titles[folder] ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** The menu, from the files. Pages at the top come last, but for the first page of all. */
export function sidebarOf(pages: readonly DocsPage[]): DefaultTheme.SidebarItem[] {
  const folders = new Set(pages.map(folderOf).map((path) => (path in titles ? path : (path.split("/")[0] ?? path))));
  const known = Object.keys(titles).filter((folder) => folders.has(folder));
  const others = [...folders].filter((folder) => folder !== "." && !known.includes(folder)).sort();
  const top = pages.filter((page) => folderOf(page) === "." && page.source !== "docs/README.md");
  return [
    { text: "All pages", link: "/" },
    ...[...known, ...others].map((folder) => groupOf(folder, pages)),
    ...itemsOf(top, pagesBeside.map(sitePath)),
  ];
}

/** The folders at the top of each page that exist, each with its first page. */
export function navOf(sidebar: readonly DefaultTheme.SidebarItem[]): DefaultTheme.NavItemWithLink[] {
  const shown = ["start", "tutorial", "cookbook", "concepts", "reference", "reference/api"];
  return shown.flatMap((folder) => {
    const link = sidebar.find(({ text }) => text === titles[folder])?.link;
    // The API reference is below the reference, and has an entry of its own.
    const others = folder === "reference" ? "(?!api/)" : "";
    return link === undefined ? [] : [{ text: nameOf(folder), link, activeMatch: `^/${folder}/${others}` }];
  });
}
