import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../support/project.js";
import { lockWithVersion, type Versions, versionProblems, withVersions } from "./checklist/versions.js";

const good: Versions = {
  version: "1.2.0",
  same: [{ where: "the version in package-lock.json", version: "1.2.0" }],
  changelog: "# Changelog\n\n## 1.2.0\n\n* More.\n\n## 1.1.0\n\n* Less.\n",
  tag: "v1.2.0",
  changesets: [],
};

const whatOf = (versions: Partial<Versions>) => versionProblems({ ...good, ...versions }).map(({ what }) => what);

describe("the versions of a release", () => {
  it("may be published when all of them are the same", () => {
    expect(whatOf({})).toEqual([]);
    expect(whatOf({ tag: undefined, changesets: ["brave-dogs.md"] })).toEqual([]);
  });

  it.each<[string, Partial<Versions>, string]>([
    ["another tag", { tag: "v1.3.0" }, "the tag v1.3.0 is not v1.2.0"],
    ["a tag without v", { tag: "1.2.0" }, "the tag 1.2.0 is not v1.2.0"],
    [
      "an old lock file",
      { same: [{ where: "the version in package-lock.json", version: "1.1.0" }] },
      "the version in package-lock.json is 1.1.0, not 1.2.0",
    ],
    [
      "a missing version",
      { same: [{ where: "the version in x", version: undefined }] },
      "the version in x is missing, not 1.2.0",
    ],
    [
      "an old changelog",
      { changelog: "# Changelog\n\n## 1.1.0\n\n* Less.\n" },
      "the first version in CHANGELOG.md is 1.1.0, not 1.2.0",
    ],
    ["no changelog", { changelog: "" }, "the first version in CHANGELOG.md is missing, not 1.2.0"],
    [
      "a version without a change",
      { changelog: "## 1.2.0\n\n## 1.1.0\n\n* Less.\n" },
      "CHANGELOG.md names no change of 1.2.0",
    ],
    ["changesets that are left", { changesets: ["brave-dogs.md"] }, "changesets are left: brave-dogs.md"],
  ])("%s stops it", (_, versions, what) => {
    expect(whatOf(versions)).toEqual([what]);
  });

  it("must be versions", () => {
    expect(whatOf({ version: "1.2", same: [], tag: undefined, changelog: "## 1.2\n\n* More.\n" })).toEqual([
      'the version "1.2" in package.json is not a version',
    ]);
  });
});

it("a version is written into a manifest, and nothing else is changed", () => {
  const manifest = `{
  "name": "create-kiket-extension",
  "version": "1.1.0",
  "dependencies": { "h3": "1.1.0" },
  "devDependencies": {
    "kiket-gen": "1.1.0"
  }
}
`;
  const expected = manifest
    .replace('"version": "1.1.0"', '"version": "1.2.0"')
    .replace('"kiket-gen": "1.1.0"', '"kiket-gen": "1.2.0"');
  expect(withVersions(manifest, { version: "1.2.0", dependency: "1.2.0" })).toBe(expected);
  expect(withVersions(manifest, {})).toBe(manifest);
});

it("a version is written into the lock file as npm would write it", async () => {
  const lock = await readFile(join(root, "package-lock.json"), "utf8");
  const { version } = JSON.parse(lock) as { version: string };
  expect(lockWithVersion(lock, version)).toBe(lock);
  const before = lock.split("\n");
  const after = lockWithVersion(lock, "99.0.0").split("\n");
  expect(after.filter((line, index) => line !== before[index])).toEqual([
    '  "version": "99.0.0",',
    '      "version": "99.0.0",',
  ]);
});
