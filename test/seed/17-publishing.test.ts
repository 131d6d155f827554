import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { check } from "../release/checklist/check.js";
import { createProject, readTree, removeProject, root } from "../support/project.js";

/** A package as small as one can be. */
const files = {
  "package.json":
    '{ "name": "kiket-gen", "version": "0.1.0", "license": "MIT", "files": ["bin.js"], "bin": { "kiket-gen": "bin.js" } }\n',
  "bin.js": "#!/usr/bin/env node\n",
  "README.md": "# Small\n",
  LICENSE: "MIT\n",
};

test("17: a package is packed, and published to a test registry, which serves what was packed", async () => {
  const folder = await createProject({});
  const own = await createProject({
    ...files,
    "test/release/checklist/registry-server.mjs": await readFile(
      join(root, "test/release/checklist/registry-server.mjs"),
      "utf8",
    ),
  });
  let text = "";
  try {
    const status = await check(["--only", "pack,dry-run,publish", "--keep", join(folder, "kept")], {
      root: own,
      temporary: folder,
      env: process.env,
      now: () => 0,
      write: (more) => {
        text += more;
      },
      onInterrupt: () => () => undefined,
      packages: [{ name: "kiket-gen", folder: "." }],
    });
    expect([status, text]).toEqual([0, expect.stringContaining("ok, 0.0 s: kiket-gen@0.1.0")]);
    expect(Object.keys(await readTree(folder)).sort()).toEqual(["kept/kiket-gen-0.1.0.tgz", "package.json"]);
  } finally {
    await removeProject(folder);
    await removeProject(own);
  }
});

test("17: the tag runs the tests and the lint, then publishes what was checked to the real registry", async () => {
  const text = await readFile(join(root, ".github/workflows/release.yml"), "utf8");
  const { on, jobs } = parse(text) as {
    on: object;
    jobs: Record<string, { needs?: string; steps: { run?: string }[] }>;
  };
  expect(on).toEqual({ push: { tags: ["v*"] } });
  const runs = (job: string) => jobs[job]?.steps.map(({ run = "" }) => run).join("\n");
  expect(runs("check")).toContain('npm run release:check -- --tag "$GITHUB_REF_NAME" --keep release');
  expect(jobs.publish?.needs).toBe("check");
  expect(runs("publish")).toContain('npm publish "./$name-$version.tgz"');
});

test("17: the command, the packages and the newest part of the changelog name one version, which a tag must name too", async () => {
  const run = async (...args: string[]) => {
    let text = "";
    const write = (more: string) => {
      text += more;
    };
    const io = { root, temporary: tmpdir(), env: process.env, now: () => 0, write, onInterrupt: () => () => undefined };
    return { status: await check(["--only", "versions", ...args], io), text };
  };
  expect(await run()).toEqual({ status: 0, text: expect.stringContaining("all 1 steps passed") });
  const { status, text } = await run("--tag", "v99.0.0");
  expect(status).toBe(1);
  expect(text).toContain("the tag v99.0.0 is not v");
});
