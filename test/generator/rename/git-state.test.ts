import { execFileSync } from "node:child_process";
import { cp, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { treeState } from "../../../generator/rename/git-state.js";
import { createProject, removeProject } from "../../support/project.js";

let folder: string;
const git = (...args: readonly string[]) => execFileSync("git", ["-C", folder, ...args], { stdio: "ignore" });

beforeEach(async () => {
  folder = await createProject({ "a.txt": "a" });
  git("init");
  git("add", "a.txt");
});
afterEach(() => removeProject(folder));

const watching = `[core]\n\trepositoryformatversion = 0\n\tfsmonitor = "touch ran; false"\n`;

it("does not run the file monitor that a repository names", async () => {
  await writeFile(join(folder, ".git/config"), watching);
  expect(await treeState(folder)).toBe("dirty");
  expect(await readdir(folder)).not.toContain("ran");
});

it("does not take committed files for a repository", async () => {
  await writeFile(join(folder, ".git/config"), `${watching}\tbare = false\n\tworktree = "."\n`);
  for (const name of ["HEAD", "config", "index", "objects", "refs"]) {
    await cp(join(folder, ".git", name), join(folder, name), { recursive: true });
  }
  await rename(join(folder, ".git"), join(folder, "was-git"));
  await treeState(folder);
  expect(await readdir(folder)).not.toContain("ran");
});
