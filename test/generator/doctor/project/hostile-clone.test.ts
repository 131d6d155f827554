import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { tryBuild } from "../../../../generator/dev/build/create-builder.js";
import { checkPackage } from "../../../../generator/doctor/project/check-package.js";
import { checkSecretPlaces } from "../../../../generator/doctor/project/check-secrets.js";
import { topFolder } from "../../../../generator/doctor/project/read/locks.js";
import { removeProject } from "../../../support/project.js";
import { newProject, subjectOf } from "./subject.js";

let folder: string;
beforeEach(async () => {
  folder = await newProject("extension");
});
afterEach(() => removeProject(folder));

const at = (path: string) => join(folder, path);
const trial = () => tryBuild(folder, "src/main", topFolder(folder));

async function outside(files: Readonly<Record<string, string>>): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), "kiket-gen-outside-"));
  onTestFinished(() => rm(place, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(place, name), text);
  return place;
}

it("shows nothing of a file outside that a link leads to", async () => {
  await symlink(join(await outside({ key: "s3cret-of-the-user" }), "key"), at(".nvmrc"));
  expect(JSON.stringify(await checkPackage(subjectOf(folder), undefined))).not.toContain("s3cret");
});

it.runIf(process.platform !== "win32")("waits for no device that a configuration names", async () => {
  await rm(at("tsconfig.json"));
  await symlink("/dev/zero", at("tsconfig.json"));
  expect(trial()).toMatchObject({ problems: [{ file: "tsconfig.build.json" }] });
});

it("looks for sources in the repository only, wherever links and configurations lead", async () => {
  const usual = trial();
  if ("problems" in usual) throw new Error(JSON.stringify(usual.problems));
  const place = await outside({ "elsewhere.ts": "export const here = 1;\n" });
  await symlink(place, at("src/linked"), "junction");
  await symlink(folder, at("src/loop"), "junction");
  await mkdir(at("src/own"));
  await writeFile(at("src/own/one.ts"), "export const one = 1;\n");
  const config = await readFile(at("tsconfig.build.json"), "utf8");
  const include = JSON.stringify(["src", `${place}/**/*`]);
  await writeFile(at("tsconfig.build.json"), config.replace('["src"]', include));
  expect(trial()).toMatchObject({ sources: expect.arrayContaining([...usual.sources, "src/own/one.ts"]) });
  expect(JSON.stringify(trial())).not.toContain("elsewhere");
});

it.runIf(process.platform !== "win32")("says nothing of its own where git's files lead to themselves", async () => {
  const said = vi.spyOn(console, "log").mockImplementation(() => undefined);
  onTestFinished(() => said.mockRestore());
  await writeFile(at(".env"), "A=1\n");
  await rm(at(".git/HEAD"));
  await symlink("HEAD", at(".git/HEAD"));
  await checkSecretPlaces(subjectOf(folder), []);
  expect(said.mock.calls).toEqual([]);
});
