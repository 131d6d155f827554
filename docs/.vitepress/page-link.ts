import { posix } from "node:path";
import { isPage, sitePath } from "./docs-page.js";

/** What a link of a page leads to. */
export type LinkTarget =
  | { readonly kind: "elsewhere" }
  /** Another page, by its path in the site. */
  | { readonly kind: "page"; readonly path: string; readonly hash: string }
  /** A file or folder of the repository that the site does not have. */
  | { readonly kind: "file"; readonly path: string };

/** Where a link leads that is written as GitHub reads it: relative to the file with the link. */
export function linkTarget(source: string, href: string): LinkTarget {
  if (/^[a-z][a-z+.-]*:|^\/|^#|^$/i.test(href)) return { kind: "elsewhere" };
  const [, target = "", hash = ""] = /^([^#]*)(#.*)?$/.exec(href) ?? [];
  const path = posix.join(posix.dirname(source), decodeURI(target)).replace(/\/$/, "");
  const page = path === "docs" || /^docs\/(?!.*\.\w+$)/.test(path) ? `${path}/README.md` : path;
  if (isPage(page)) return { kind: "page", path: sitePath(page), hash };
  return { kind: "file", path };
}

interface PackageFile {
  readonly repository?: string | { readonly url: string };
}

/** The address of the repository for browsers; undefined if package.json names none. */
export function repositoryUrl({ repository }: PackageFile): string | undefined {
  const url = typeof repository === "string" ? repository : repository?.url;
  if (!url) return undefined;
  const short = /^(?:github:)?([\w.-]+\/[\w.-]+)$/.exec(url)?.[1];
  if (short !== undefined) return `https://github.com/${short}`;
  return url
    .replace(/^git\+/, "")
    .replace(/^(?:ssh:\/\/)?git@([^:/]+)[:/]/, "https://$1/")
    .replace(/^git:/, "https:")
    .replace(/\.git$/, "");
}

/** The address of a file of the repository. */
export function fileUrl(repository: string, path: string): string {
  return `${repository}/blob/HEAD/${path}`;
}
