import { hasChanges, partOf, versionsOf } from "./changelog.js";
import type { Problem } from "./step.js";

/** A version that stands somewhere in the repository. */
export interface NamedVersion {
  /** The file, and what in it. */
  readonly where: string;
  readonly version: string | undefined;
}

export interface Versions {
  /** That of the package. */
  readonly version: string;
  /** All that must be the same. */
  readonly same: readonly NamedVersion[];
  readonly changelog: string;
  readonly tag: string | undefined;
  /** Files in .changeset/ that no version has taken in. */
  readonly changesets: readonly string[];
}

const numbered = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;
const bring = "run `npm run release:version`, or correct it by hand";

export function versionProblems({ version, same, changelog, tag, changesets }: Versions): readonly Problem[] {
  const problems: Problem[] = [];
  const say = (what: string, why: string, fix: string) => problems.push({ what, why, fix });
  if (!numbered.test(version))
    say(
      `the version "${version}" in package.json is not a version`,
      "npm refuses it",
      "write it as 1.2.3 or 1.2.3-beta.1",
    );
  for (const { where, version: other } of same)
    if (other !== version)
      say(`${where} is ${other ?? "missing"}, not ${version}`, "all of them are released together", bring);
  const [newest] = versionsOf(changelog);
  if (newest !== version)
    say(
      `the first version in CHANGELOG.md is ${newest ?? "missing"}, not ${version}`,
      "users read there what the newest version changes",
      "run `npm run release:version`, which moves the changesets into CHANGELOG.md",
    );
  else if (!hasChanges(partOf(changelog, version)))
    say(
      `CHANGELOG.md names no change of ${version}`,
      "a version without a change needs no release",
      "add a changeset with `npx changeset`, then run `npm run release:version`",
    );
  if (tag === undefined) return problems;
  if (tag !== `v${version}`)
    say(
      `the tag ${tag} is not v${version}`,
      "package.json and the tag name different versions",
      `delete the tag, and set v${version}, or change the version first`,
    );
  if (changesets.length > 0)
    say(
      `changesets are left: ${changesets.join(", ")}`,
      "their changes would be in the package, but not in the changelog",
      "run `npm run release:version`, commit, and tag that commit",
    );
  return problems;
}

/** The dependency on kiket-gen in the text of a package.json, or the version of its own. */
export function versionIn(text: string, member: "version" | "dependency"): string | undefined {
  const manifest = JSON.parse(text) as { version?: string; dependencies?: Record<string, string> };
  return member === "version" ? manifest.version : manifest.dependencies?.["kiket-gen"];
}

/** The text of a package.json with these versions; all other text stays as it is. */
export function withVersions(
  text: string,
  versions: { readonly version?: string; readonly dependency?: string },
): string {
  const { version, dependency } = versions;
  const own = version === undefined ? text : text.replace(/^( {2}"version": )"[^"]*"/m, `$1"${version}"`);
  return dependency === undefined ? own : own.replace(/^( +"kiket-gen": )"[^"]*"/m, `$1"${dependency}"`);
}

/** The text of a lock file with this version of the package itself. */
export function lockWithVersion(text: string, version: string): string {
  const lock = JSON.parse(text) as { version: string; packages: Record<string, { version?: string }> };
  lock.version = version;
  const own = lock.packages[""];
  if (own !== undefined) own.version = version;
  return `${JSON.stringify(lock, null, 2)}\n`;
}
