import { execFileSync } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createHost } from "../../../generator/project/host.js";
import { applyChanges } from "../../../generator/project/writing/file-changes.js";
import { undoPatch, writePatch } from "../../../generator/rename/undo-patch.js";
import { createProject, readTree, removeProject } from "../../support/project.js";

let top: string;
let folder: string;
beforeEach(async () => {
  top = await createProject({ "a.yaml": "not in the project\n" });
  folder = join(top, "extensions/one");
  await mkdir(folder, { recursive: true });
});
afterEach(() => removeProject(top));

const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
const changed = (text: string) => text.replace("line 3", "changed").replace("line 25", "changed too");

const files: readonly [name: string, before: string, text: string, target?: string][] = [
  ["a.yaml", lines.join("\n"), changed(lines.join("\n"))],
  ["crlf.ts", lines.join("\r\n"), changed(lines.join("\r\n"))],
  ["mixed.ts", "line 1\r\nline 2\nline 3\rx\u2028y\n", "line 1\r\nchanged\nline 3\rx\u2028y\n"],
  ["mark.ts", "\ufeffline 3\n", "\ufeffchanged\n"],
  ["without end.ts", "line 3", "changed"],
  ["src/with space.ts", "line 3\n", "changed\n", "src/to this.ts"],
  ["src/größe.ts", "line 3\n", "changed\n", "src/日本.ts"],
  ["src/same.ts", "line 3\n", "line 3\n", "src/moved.ts"],
  ['src/"quoted".ts', "line 3\n", "changed\n"],
];

const tools: [string, string, readonly string[]][] = [
  ["git apply, in a repository", "git", ["apply"]],
  ["git apply, without one", "git", ["apply"]],
  ["patch", "patch", ["-p1", "-s", "--binary", "-i"]],
];

describe("the patch that undoes a renaming is applied by", () => {
  it.each(tools)("%s", async (name, tool, args) => {
    const env = { ...process.env, GIT_CEILING_DIRECTORIES: dirname(top), GIT_CONFIG_GLOBAL: "/dev/null" };
    if (name.includes("in a repository")) execFileSync("git", ["init", "-q", top]);
    for (const [path, before] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), before);
    }
    const before = await readTree(folder);
    const moved = files.filter(([path, , , target = path]) => target !== path);
    const changes = [
      ...moved.map(([, , text, target = ""]) => ({ path: target, text })),
      ...files.filter((file) => !moved.includes(file)).map(([path, old, text]) => ({ path, before: old, text })),
      ...moved.map(([path, old]) => ({ path, before: old })),
    ];
    const patch = await writePatch(createHost(folder), await undoPatch(changes));
    expect(patch).toBe("kiket-gen-undo.patch");
    expect(applyChanges(folder, changes)).toBeUndefined();
    expect(await readFile(join(folder, "src/to this.ts"), "utf8")).toBe("changed\n");
    execFileSync(tool, [...args, patch], { cwd: folder, env, stdio: "pipe" });
    await rm(join(folder, patch));
    expect(await readTree(folder)).toEqual(before);
    expect(await readFile(join(top, "a.yaml"), "utf8")).toBe("not in the project\n");
  });
});

it("a name of a file cannot add lines to a patch", async () => {
  const path = "a\n+++ b/../../victim\n@@ -0,0 +1 @@\n+x.ts";
  const patch = await undoPatch([{ path, before: "a\n", text: "b\n" }]);
  const names = patch.split("\n").filter((line) => line.startsWith("+++"));
  expect(names).toEqual([`${String.raw`+++ "b/a\n+++ b/../../victim\n@@ -0,0 +1 @@\n+x.ts"`}\t`]);
});

it("a patch gets a name of its own", async () => {
  const host = createHost(folder);
  expect(await writePatch(host, "1")).toBe("kiket-gen-undo.patch");
  expect(await writePatch(host, "2")).toBe("kiket-gen-undo-2.patch");
  expect(await readFile(join(folder, "kiket-gen-undo.patch"), "utf8")).toBe("1");
});
