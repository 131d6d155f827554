import { execFile } from "node:child_process";
import { cp, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { createProject, removeProject, root } from "../support/project.js";
import { runNode } from "../support/run-node.js";
import { hasChanges, partOf, versionsOf, withSpacedHeadings } from "./checklist/changelog.js";
import { syncVersions } from "./checklist/version-files.js";

const changelog = `# Changelog

## 0.2.0

### Minor Changes

* More of it.

## 0.1.0

* It exists.
`;

describe("the changelog", () => {
  it("has versions, each with its part", () => {
    expect(versionsOf(changelog)).toEqual(["0.2.0", "0.1.0"]);
    expect(partOf(changelog, "0.2.0")).toBe("### Minor Changes\n\n* More of it.");
    expect(partOf(changelog, "0.1.0")).toBe("* It exists.");
  });

  it("has no part for a version that it only begins with", () => {
    expect(partOf(changelog, "0.1")).toBeUndefined();
    expect(partOf(changelog, "0.2.0-beta.1")).toBeUndefined();
  });

  it("names changes in rows only", () => {
    expect(hasChanges("* It exists.")).toBe(true);
    expect(hasChanges("### Minor Changes\n")).toBe(false);
    expect(hasChanges(undefined)).toBe(false);
  });

  it("gets an empty line after a heading that has none", () => {
    const written = "# Changelog\n\n## 0.2.0\n### Minor Changes\n\n* More.\n\n## 0.1.0\n\n* It.\n";
    expect(withSpacedHeadings(written)).toBe(written.replace("## 0.2.0\n", "## 0.2.0\n\n"));
    expect(withSpacedHeadings(changelog)).toBe(changelog);
  });
});

it("a changeset becomes a version, a row of the changelog as it was written, and the version everywhere else", async () => {
  const manifest = { name: "kiket-gen", version: "0.1.0" };
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const folder = await createProject({
    "package.json": json(manifest),
    "package-lock.json": json({ ...manifest, packages: { "": manifest, "node_modules/h3": { version: "2.0.8" } } }),
    "CHANGELOG.md": "# Changelog\n\n## 0.1.0\n\n* It exists.\n",
    ".changeset/one.md": '---\n"kiket-gen": minor\n---\n\n`kiket-gen foo` tells `bar`.\n\nAnd why.\n',
    "create/package.json": json({ name: "create", version: "0.1.0", dependencies: { "kiket-gen": "0.1.0" } }),
    "examples/one/package.json": json({ name: "one", dependencies: { "kiket-gen": "^0.1.0" } }),
    "examples/two/package.json": json({ name: "two" }),
  });
  const read = (path: string) => readFile(join(folder, path), "utf8");
  try {
    for (const name of ["config.json", "changelog.cjs"])
      await cp(join(root, ".changeset", name), join(folder, ".changeset", name));
    await mkdir(join(folder, "node_modules"), { recursive: true });
    await promisify(execFile)("git", ["init", "--quiet", "--initial-branch=main"], { cwd: folder });
    const { code, stderr } = await runNode([join(root, "node_modules/@changesets/cli/bin.js"), "version"], folder);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    const packages = [
      { name: "kiket-gen", folder: "." },
      { name: "create", folder: "create" },
    ];
    expect(await syncVersions(folder, packages)).toEqual([
      "package-lock.json",
      "CHANGELOG.md",
      "create/package.json",
      "examples/one/package.json",
    ]);
    expect(await read("CHANGELOG.md")).toBe(
      "# Changelog\n\n## 0.2.0\n\n### Minor Changes\n\n* `kiket-gen foo` tells `bar`.\n\n  And why.\n\n## 0.1.0\n\n* It exists.\n",
    );
    expect(await read("package.json")).toBe(json({ ...manifest, version: "0.2.0" }));
    expect(JSON.parse(await read("package-lock.json"))).toEqual({
      ...manifest,
      version: "0.2.0",
      packages: { "": { ...manifest, version: "0.2.0" }, "node_modules/h3": { version: "2.0.8" } },
    });
    expect(await read("create/package.json")).toBe(
      json({ name: "create", version: "0.2.0", dependencies: { "kiket-gen": "0.2.0" } }),
    );
    expect(await read("examples/one/package.json")).toBe(
      json({ name: "one", dependencies: { "kiket-gen": "^0.2.0" } }),
    );
    expect(await syncVersions(folder, packages)).toEqual([]);
  } finally {
    await removeProject(folder);
  }
});
