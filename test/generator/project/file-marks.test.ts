import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gitLockOf, marksOf } from "../../../generator/project/file-marks.js";
import { createProject, removeProject } from "../../support/project.js";

let folder: string;
beforeEach(async () => {
  folder = await createProject({ "a.yaml": "one", "b.yaml": "two", "linked/a.yaml": "one" });
});
afterEach(() => removeProject(folder));

function marks(...paths: readonly string[]): string {
  return marksOf(folder, paths, Date.now()).text;
}

describe("the marks of files", () => {
  it("are the same while nothing changes, and name what is missing", async () => {
    const { text, missing } = marksOf(folder, ["a.yaml", "c.yaml", "a.yaml/inside"], Date.now());
    expect([...missing]).toEqual(["c.yaml", "a.yaml/inside"]);
    expect(marks("a.yaml", "c.yaml", "a.yaml/inside")).toBe(text);
  });

  it("are fresh for two seconds after a change", () => {
    const now = Date.now();
    expect(marksOf(folder, ["a.yaml"], now).isFresh).toBe(true);
    expect(marksOf(folder, ["a.yaml"], now + 3000).isFresh).toBe(false);
    expect(marksOf(folder, ["c.yaml"], now).isFresh).toBe(false);
  });

  it.each<[what: string, change: () => Promise<unknown>]>([
    ["a file changes its size", () => writeFile(join(folder, "a.yaml"), "longer")],
    ["a file is deleted", () => rm(join(folder, "a.yaml"))],
    ["another file of the same size takes its place", () => rename(join(folder, "b.yaml"), join(folder, "a.yaml"))],
    ["a folder takes its place", () => rm(join(folder, "a.yaml")).then(() => mkdir(join(folder, "a.yaml")))],
    ["an entry comes into a folder", () => writeFile(join(folder, "linked/b.yaml"), "")],
  ])("differ if %s", async (_what, change) => {
    const before = marks("a.yaml", "linked");
    await change();
    expect(marks("a.yaml", "linked")).not.toBe(before);
  });

  it("differ if a link on the way leads elsewhere", async () => {
    await mkdir(join(folder, "other"));
    await writeFile(join(folder, "other/a.yaml"), "one");
    await symlink("linked", join(folder, "link"));
    const before = marks("link/a.yaml");
    await rm(join(folder, "link"));
    await symlink("other", join(folder, "link"));
    expect(marks("link/a.yaml")).not.toBe(before);
  });
});

describe("the lock of git", () => {
  it("is found from a folder inside the repository", async () => {
    await mkdir(join(folder, ".git"));
    expect(gitLockOf(join(folder, "linked"))).toBeUndefined();
    await writeFile(join(folder, ".git/index.lock"), "");
    expect(gitLockOf(join(folder, "linked"))).toBe(join(folder, ".git/index.lock"));
  });

  it.each([
    ["an absolute path", () => join(folder, "main/worktrees/one")],
    ["a relative path", () => "main/worktrees/one"],
  ])("of a worktree is where its .git file says, by %s", async (_what, path) => {
    await mkdir(join(folder, "main/worktrees/one"), { recursive: true });
    await writeFile(join(folder, ".git"), `gitdir: ${path()}\n`);
    expect(gitLockOf(folder)).toBeUndefined();
    await writeFile(join(folder, "main/worktrees/one/index.lock"), "");
    expect(gitLockOf(folder)).toBe(join(folder, "main/worktrees/one/index.lock"));
  });

  it("is none in a folder that does not exist", () => {
    expect(gitLockOf(join(folder, "nowhere"))).toBeUndefined();
  });
});
