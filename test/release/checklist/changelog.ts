/** The versions of a changelog, the newest first. */
export function versionsOf(changelog: string): readonly string[] {
  return [...changelog.matchAll(/^## (\S+)\s*$/gm)].map(([, version = ""]) => version);
}

/** What the changelog says of a version, without its heading; undefined if it has no part for it. */
export function partOf(changelog: string, version: string): string | undefined {
  const parts = changelog.split(/^## /m).slice(1);
  const part = parts.find((text) => text.split("\n", 1)[0]?.trim() === version);
  return part?.slice(part.indexOf("\n")).trim();
}

/** Whether the part of a version names a change. */
export function hasChanges(part: string | undefined): boolean {
  return part !== undefined && /^[*-] \S/m.test(part);
}

/** The changelog with an empty line after the heading of each version; changesets leaves it out. */
export function withSpacedHeadings(changelog: string): string {
  return changelog.replace(/^(## \S+)\n(?!\n)/gm, "$1\n\n");
}
