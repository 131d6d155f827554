import { execFile } from "node:child_process";
import { access, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { root } from "../support/project.js";

/** The files in `docs/` of what npm would publish, below that folder. */
async function packedPages(): Promise<readonly string[]> {
  const args = ["pack", "--dry-run", "--ignore-scripts", "--json"];
  const { stdout } = await promisify(execFile)("npm", args, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  const [packed] = Object.values(JSON.parse(stdout) as Record<string, { files: { path: string }[] }>);
  const paths = packed?.files.map(({ path }) => path) ?? [];
  return paths.filter((path) => /^docs\/.*\.md$/.test(path)).map((path) => path.slice("docs/".length));
}

test("20: quickstart, reference, cookbook and tutorial stand beside the code, and the first two come with the package", async () => {
  const all = (await readdir(join(root, "docs"), { recursive: true })).map((path) => path.replaceAll("\\", "/"));
  const below = (folder: string) =>
    all.filter((path) => path.startsWith(`${folder}/`) && path.endsWith(".md") && !path.endsWith("/README.md"));
  expect(below("cookbook").length).toBeGreaterThanOrEqual(20);
  expect(below("tutorial").length).toBeGreaterThanOrEqual(5);
  expect(await packedPages()).toEqual(
    expect.arrayContaining(["start/quickstart.md", "reference/commands.md", "reference/configuration.md"]),
  );
  const list = await readFile(join(root, "docs/README.md"), "utf8");
  for (const folder of ["start", "reference", "cookbook", "tutorial"]) expect(list).toContain(`(${folder}/`);
});

test("20: they are published as a site at the tag, and tests run what they say", async () => {
  expect(await readFile(join(root, ".github/workflows/docs.yml"), "utf8")).toMatch(
    /tags: \["v\*"\][\s\S]*npm run docs\b/,
  );
  const tests = [
    "contract/readme.test.ts",
    "contract/five-minutes.test.ts",
    "cookbook/programs.test.ts",
    "docs/tutorial.test.ts",
  ];
  for (const path of tests) await access(join(root, "test", path));
});
