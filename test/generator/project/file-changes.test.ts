import { chmod, chown, lstat, mkdir, readFile, readlink, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { applyChanges } from "../../../generator/project/writing/file-changes.js";
import { createProject, readTree, removeProject } from "../../support/project.js";

let folder: string;
let outside: string;
beforeEach(async () => {
  outside = await createProject({ "secret.yaml": "a\n" });
  folder = await createProject({ "a.yaml": "a\n", "b.ts": "b\n" });
});
afterEach(() => Promise.all([folder, outside].map(removeProject)));

const at = (path: string) => join(folder, path);
const edit = (path: string) => ({ path, before: "a\n", text: "new\n" });

describe("changes of files", () => {
  it("are all made, in their order", async () => {
    const changes = [{ path: "c/d.ts", text: "d\n" }, edit("a.yaml"), { path: "b.ts", before: "b\n" }];
    expect(applyChanges(folder, changes)).toBeUndefined();
    const { "package.json": _, ...tree } = await readTree(folder);
    expect(tree).toEqual({ "a.yaml": "new\n", "c/d.ts": "d\n" });
  });

  it.each([
    ["an edited file", edit("b.ts"), "b.ts"],
    ["a file that is gone", edit("gone.ts"), "gone.ts"],
    ["a new file that is there", { path: "b.ts", text: "x" }, "b.ts"],
    ["a file to delete that was edited", { path: "b.ts", before: "x" }, "b.ts"],
  ])("are none if one is not as it was read: %s", async (_what, change, path) => {
    const before = await readTree(folder);
    expect(applyChanges(folder, [{ path: "c/d.ts", text: "d\n" }, edit("a.yaml"), change])).toEqual({ path });
    expect(await readTree(folder)).toEqual(before);
  });

  it("are changed back if one fails later", async () => {
    const before = await readTree(folder);
    const changes = [{ path: "c.ts", text: "c" }, edit("a.yaml"), { path: "b.ts/below.ts", text: "x" }];
    expect(() => applyChanges(folder, changes)).toThrow("EEXIST");
    expect(await readTree(folder)).toEqual(before);
    // Two changes of one file: the second finds what the first wrote.
    expect(applyChanges(folder, [edit("a.yaml"), edit("a.yaml")])).toEqual({ path: "a.yaml" });
    expect(await readTree(folder)).toEqual(before);
  });
});

describe("an edited file", () => {
  it.each([0o600, 0o640, 0o755, 0o444])("keeps its mode %o", async (mode) => {
    await chmod(at("a.yaml"), mode);
    expect(applyChanges(folder, [edit("a.yaml")])).toBeUndefined();
    expect((await stat(at("a.yaml"))).mode & 0o7777).toBe(mode);
  });

  it.each([0o640, 0o755, 0o400])("has the mode %o of the one that it is moved from", async (mode) => {
    await chmod(at("a.yaml"), mode);
    const moves = (to: string, more = {}) => [
      { path: to, text: "new\n", like: "a.yaml", ...more },
      { path: "a.yaml", before: "a\n" },
    ];
    // The last change fails: the deleted file has its mode again.
    expect(applyChanges(folder, [...moves("c/d.yaml"), edit("a.yaml")])).toEqual({ path: "a.yaml" });
    expect((await stat(at("a.yaml"))).mode & 0o7777).toBe(mode);
    expect(applyChanges(folder, moves("b.ts", { before: "b\n" }))).toBeUndefined();
    expect((await stat(at("b.ts"))).mode & 0o7777).toBe(mode);
  });

  it.runIf(process.getuid?.() === 0)("keeps its owner where the system allows it", async () => {
    await chown(at("a.yaml"), 1234, 2345);
    await chmod(at("a.yaml"), 0o640);
    expect(applyChanges(folder, [edit("a.yaml")])).toBeUndefined();
    expect(await stat(at("a.yaml"))).toMatchObject({ uid: 1234, gid: 2345, mode: 0o100640 });
  });

  it("is that to which a link leads, and the link stays", async () => {
    await mkdir(at("shared"));
    await writeFile(at("shared/m.yaml"), "a\n", { mode: 0o640 });
    await symlink("../shared/m.yaml", at("shared/link.yaml"));
    await rm(at("shared/link.yaml"));
    await symlink("shared/m.yaml", at("link.yaml"));
    await symlink("link.yaml", at("twice.yaml"));
    expect(applyChanges(folder, [edit("twice.yaml")])).toBeUndefined();
    expect(await readlink(at("twice.yaml"))).toBe("link.yaml");
    expect(await readlink(at("link.yaml"))).toBe("shared/m.yaml");
    expect(await readFile(at("shared/m.yaml"), "utf8")).toBe("new\n");
    expect((await lstat(at("shared/m.yaml"))).mode & 0o777).toBe(0o640);
  });

  it("is not one outside the project, nor one of git or of a package", async () => {
    await symlink(join(outside, "secret.yaml"), at("out.yaml"));
    await symlink(outside, at("folder"));
    await symlink("nowhere", at("broken.yaml"));
    for (const name of [".git", "node_modules"]) {
      await mkdir(at(name));
      await writeFile(at(`${name}/x`), "a\n");
      await symlink(`${name}/x`, at(`to${name}`));
    }
    for (const [path, objection] of [
      ["out.yaml", "is a link that leads out of the project"],
      ["folder/secret.yaml", "is a link that leads out of the project"],
      ["../x.yaml", "is outside the project"],
      ["broken.yaml", "is a link that leads to nothing"],
      ["to.git", "is a link that leads into .git"],
      ["tonode_modules", "is a link that leads into node_modules"],
      [".git/x", "is inside .git"],
    ] as const) {
      expect(applyChanges(folder, [edit("a.yaml"), edit(path)]), path).toMatchObject({ path, objection });
    }
    expect(await readFile(at("a.yaml"), "utf8")).toBe("a\n");
    expect(await readFile(join(outside, "secret.yaml"), "utf8")).toBe("a\n");
  });

  it("is not created or deleted by a link", async () => {
    await symlink("a.yaml", at("link.yaml"));
    const objection = "is a link, and not the file itself";
    expect(applyChanges(folder, [{ path: "link.yaml", text: "x" }])).toMatchObject({ objection });
    expect(applyChanges(folder, [{ path: "link.yaml", before: "a\n" }])).toMatchObject({ objection });
  });
});
