import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { generateFrom } from "../../../generator/generate/generate.js";
import { recall, remember } from "../../../generator/generate/run-cache.js";
import { createHost } from "../../../generator/project/host.js";
import { readProject } from "../../../generator/project/read-project.js";
import { createProject, removeProject } from "../../support/project.js";
import { runCli } from "../../support/run-node.js";

const manifest = "name: Bell\nversion: 0.3.0\nvendor: example.com\nscopes:\n  read: [issue]\nevents: [issue.created]\n";

let folder: string;
beforeEach(async () => {
  folder = await createProject({ "extension.yaml": manifest });
  await mkdir(join(folder, "node_modules"));
});
afterEach(() => removeProject(folder));

const project = () => readProject(createHost(folder), { dir: folder });

it("saves a clean run", async () => {
  const host = createHost(folder);
  const before = await project();
  await remember(host, before, (await generateFrom(host, before, "write")).actions, "said");
  expect(await recall(host, await project())).toBe("said");
});

it("does not treat a manifest that changed during the run as generated", async () => {
  const host = createHost(folder);
  const before = await project();
  const changed = manifest.replace("[issue]", "[comment]");
  await writeFile(join(folder, "extension.yaml"), changed);
  await remember(host, before, (await generateFrom(host, before, "write")).actions, "said");
  expect(await readFile(join(folder, "src/generated/scopes.gen.ts"), "utf8")).toContain("issue:read");
  expect(await recall(host, await project())).toBeUndefined();
});

it.each([
  ["a file in place of its folder", (path: string) => writeFile(join(path, "../../.cache"), "")],
  ["a folder in its place", (path: string) => mkdir(path, { recursive: true })],
])("does without %s", async (_what, prepare) => {
  await prepare(join(folder, "node_modules/.cache/kiket-gen.json"));
  for (const what of ["11 created", "11 unchanged"]) {
    const { code, stdout, stderr } = await runCli([], folder);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(`11 files: ${what}\n`);
  }
});

it.each(["null", "{}", "[]", '{"outputs"', "outputs: null"])("does not believe a damaged entry: %s", async (damage) => {
  await runCli([], folder);
  const file = join(folder, "node_modules/.cache/kiket-gen.json");
  const text = await readFile(file, "utf8");
  const damaged = damage === "outputs: null" ? text.replace(/"outputs":\{.*?\}/, '"outputs":null') : damage;
  expect(damaged).not.toBe(text);
  await writeFile(file, damaged);
  const { code, stdout, stderr } = await runCli([], folder);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("11 files: 11 unchanged\n");
});
