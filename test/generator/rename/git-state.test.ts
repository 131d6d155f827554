import { execFileSync } from "node:child_process";
import { appendFile, cp, mkdir, readdir, readFile, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { treeState } from "../../../generator/rename/git-state.js";
import { createProject, readTree, removeProject } from "../../support/project.js";

let folder: string;
const at = (path: string) => join(folder, path);
const author = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
const git = (...args: readonly string[]) =>
  execFileSync("git", ["-C", folder, ...author, ...args], {
    stdio: "ignore",
    env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null" },
  });
const state = (path = "", edited = ["a.ts"], environment = {}) => treeState(at(path), edited, environment);

beforeEach(async () => {
  folder = await createProject({ "a.ts": "a\n", "sub/b.ts": "b\n", ".gitignore": "ignored\n", ignored: "x" });
  git("init", "-b", "main");
  git("add", "-A");
});
afterEach(() => removeProject(folder));

function commit(): void {
  git("add", "-A");
  git("commit", "-m", "all");
}

describe("the state of a folder under git", () => {
  it("is that of its files", async () => {
    expect(await state()).toBe("dirty");
    commit();
    expect(await state()).toBe("clean");
    expect(await state("sub", ["b.ts"])).toBe("clean");
    await appendFile(at("a.ts"), "more\n");
    expect(await state()).toBe("dirty");
    expect(await state("sub", ["b.ts"])).toBe("clean");
    git("add", "-A");
    expect(await state()).toBe("dirty");
    git("commit", "-m", "more");
    expect(await state()).toBe("clean");
    await writeFile(at("new.ts"), "new\n");
    expect(await state()).toBe("dirty");
    await rm(at("new.ts"));
    await rm(at("a.ts"));
    expect(await state()).toBe("dirty");
  });

  it("is found out by the texts where the times differ, and the index is not written", async () => {
    commit();
    await utimes(at("a.ts"), 1, 1);
    const before = await readFile(at(".git/index"), "hex");
    expect(await state()).toBe("clean");
    expect(await readFile(at(".git/index"), "hex")).toBe(before);
  });

  it("does not depend on packs, branches and the repository's own settings", async () => {
    commit();
    git("gc");
    expect(await state()).toBe("clean");
    git("checkout", "--detach");
    expect(await state()).toBe("clean");
  });

  it("is none without a repository, and without a tracked file", async () => {
    await rm(at(".git"), { recursive: true });
    await writeFile(at(".git"), "gitdir: nowhere\n");
    expect(await state()).not.toBe("clean");
    await rm(at(".git"));
    git("init");
    expect(await state()).toBe("none");
    git("commit", "--allow-empty", "-m", "empty");
    expect(await state()).toBe("none");
  });

  it("is that of a worktree, and of a submodule", async () => {
    commit();
    git("worktree", "add", "-b", "other", at("ignored-tree"));
    await rename(at("ignored-tree"), `${folder}-tree`);
    execFileSync("git", ["-C", folder, "worktree", "repair", `${folder}-tree`], { stdio: "ignore" });
    try {
      expect(await treeState(`${folder}-tree`, ["a.ts"], {})).toBe("clean");
      expect(await state()).toBe("clean");
      await appendFile(`${folder}-tree/a.ts`, "more\n");
      expect(await treeState(`${folder}-tree`, ["a.ts"], {})).toBe("dirty");
      expect(await state()).toBe("clean");
    } finally {
      await removeProject(`${folder}-tree`);
    }
    git("-c", "protocol.file.allow=always", "submodule", "add", folder, "module");
    git("commit", "-m", "module");
    expect(await state("module")).toBe("clean");
    await appendFile(at("module/a.ts"), "more\n");
    expect(await state("module")).toBe("dirty");
  });

  it("is that of files, not of links to them", async () => {
    await symlink("a.ts", at("link.ts"));
    commit();
    expect(await state("", ["link.ts"])).toBe("clean");
    await appendFile(at("a.ts"), "more\n");
    expect(await state("", ["link.ts"])).toBe("dirty");
  });

  it("does not count what the user ignores everywhere", async () => {
    commit();
    await writeFile(at(".DS_Store"), "x");
    expect(await state()).toBe("dirty");
    const home = await createProject({ ".config/git/ignore": ".DS_Store\n", "ignore-too": ".DS_Store\n" });
    try {
      expect(await state("", ["a.ts"], { HOME: home })).toBe("clean");
      await rm(join(home, ".config"), { recursive: true });
      expect(await state("", ["a.ts"], { HOME: home })).toBe("dirty");
      await writeFile(join(home, ".gitconfig"), "[core]\n\texcludesFile = ~/ignore-too\n");
      expect(await state("", ["a.ts"], { HOME: home })).toBe("clean");
    } finally {
      await removeProject(home);
    }
  });
});

describe("the state is unknown", () => {
  it.each([
    ["with an index of version 4", ["update-index", "--index-version", "4"]],
    ["with an index in two files", ["update-index", "--split-index"]],
  ])("%s", async (_what, args) => {
    commit();
    git(...args);
    expect(await state()).toBe("unknown");
    await appendFile(at("a.ts"), "more\n");
    expect(await state()).toBe("unknown");
  });

  it("with SHA-256", async () => {
    await rm(at(".git"), { recursive: true });
    git("init", "--object-format=sha256");
    commit();
    expect(await state()).toBe("unknown");
  });

  it("where the files are elsewhere by a setting or a variable", async () => {
    commit();
    expect(await state("", ["a.ts"], { GIT_DIR: at(".git") })).toBe("unknown");
    expect(await state("", ["a.ts"], { GIT_INDEX_FILE: at("index") })).toBe("unknown");
    git("config", "core.worktree", at("sub"));
    expect(await state()).toBe("unknown");
    git("config", "core.worktree", folder);
    expect(await state()).toBe("clean");
  });

  it("for a file that git ignores, or that belongs to another repository", async () => {
    commit();
    expect(await state("", ["a.ts", "ignored"])).toBe("unknown");
    expect(await state("", ["a.ts", "sub/c.ts"])).toBe("unknown");
  });

  it("where a filter or a change of line ends may explain the difference, and nothing else does", async () => {
    await writeFile(at(".gitattributes"), "*.ts filter=x\n*.png filter=lfs\n");
    git("config", "filter.x.clean", "tr a-z A-Z");
    git("add", "--renormalize", "-A");
    commit();
    await utimes(at("a.ts"), 1, 1);
    expect(await state()).toBe("unknown");
    await writeFile(at(".gitattributes"), "*.png filter=lfs\n* text=auto\n");
    git("add", "--renormalize", "-A");
    commit();
    expect(await state()).toBe("clean");
    await writeFile(at("a.ts"), "a\r\n");
    expect(await state()).toBe("unknown");
    await writeFile(at("a.ts"), "b\r\n");
    expect(await state()).toBe("dirty");
  });

  it("in a part of the repository whose other files are not there", async () => {
    commit();
    git("sparse-checkout", "set", "--no-cone", "/a.ts", "/.gitignore", "/package.json");
    expect(await readdir(folder)).not.toContain("sub");
    expect(await state()).toBe("unknown");
  });

  it("with files of git that are damaged, pipes or too short", async () => {
    commit();
    await writeFile(at(".git/index"), "DIRC");
    expect(await state()).toBe("unknown");
    await rm(at(".git/index"));
    execFileSync("mkfifo", [at(".git/index")]);
    expect(await state()).not.toBe("clean");
  });
});

describe("no program runs that", () => {
  const programs = (ran: string) => `[core]
\trepositoryformatversion = 0
\tfsmonitor = "touch ${ran}; false"
\thooksPath = hooks
\tpager = touch ${ran}
\tsshCommand = touch ${ran}
[filter "x"]
\tclean = touch ${ran}; cat
\tsmudge = touch ${ran}; cat
\tprocess = touch ${ran}
[diff]
\texternal = touch ${ran}
`;

  it("the settings and attributes of a repository name", async () => {
    await writeFile(at(".gitattributes"), "* filter=x diff=x\n");
    commit();
    await writeFile(at(".git/config"), programs(at("ran")));
    await mkdir(at("hooks"));
    await writeFile(at("hooks/post-index-change"), `#!/bin/sh\ntouch ${at("ran")}\n`, { mode: 0o755 });
    await appendFile(at("a.ts"), "more\n");
    expect(await state()).toBe("dirty");
    await rm(at("hooks"), { recursive: true });
    expect(await state()).toBe("unknown");
    expect(await readdir(folder)).not.toContain("ran");
  });

  it("committed files that look like a repository name", async () => {
    commit();
    await writeFile(at(".git/config"), `${programs(at("ran"))}\tbare = false\n\tworktree = "."\n`);
    for (const name of ["HEAD", "config", "index", "objects", "refs"]) {
      await cp(at(`.git/${name}`), at(name), { recursive: true });
    }
    await rename(at(".git"), at("was-git"));
    await state();
    expect(await readdir(folder)).not.toContain("ran");
  });
});

it("git's files are as before", async () => {
  commit();
  await appendFile(at("a.ts"), "more\n");
  const before = await readTree(at(".git"));
  expect(await state()).toBe("dirty");
  expect(await readTree(at(".git"))).toEqual(before);
});
