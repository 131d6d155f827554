/** The address of a repository or a site without what package managers add. */
function plainAddress(home: string): string | undefined {
  const short = /^(?:github:)?([\w.-]+\/[\w.-]+)$/.exec(home)?.[1];
  const address =
    short === undefined ? home.replace(/^git\+/, "").replace(/^git:/, "https:") : `https://github.com/${short}`;
  return /^https:\/\//.test(address)
    ? address
        .replace(/#.*$/, "")
        .replace(/\/$/, "")
        .replace(/\.git$/, "")
    : undefined;
}

/** Where a code is explained, if the package has a home: `homepage` or `repository` of its `package.json`, or an empty text. */
export function docsPageOf(home: string, code: string): string | undefined {
  const address = plainAddress(home);
  if (address === undefined) return undefined;
  const isRepository = /^https:\/\/(?:github|gitlab)\.com\//.test(address);
  const root = isRepository ? `${address}/blob/HEAD` : address;
  return `${root}/docs/reference/diagnostics.md#${code.toLowerCase()}`;
}

/** Where a file of the repository can be read as it is; undefined if the repository is on no host whose addresses are known. */
export function rawFileOf(repository: string, path: string): string | undefined {
  const [, host, name] = /^https:\/\/(github|gitlab)\.com\/(.+)$/.exec(plainAddress(repository) ?? "") ?? [];
  if (host === undefined) return undefined;
  return host === "github"
    ? `https://raw.githubusercontent.com/${name}/HEAD/${path}`
    : `https://gitlab.com/${name}/-/raw/HEAD/${path}`;
}
