import { link, mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openCache } from "../../../generator/project/cache.js";

let root: string;
let project: string;
let store: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "kiket-gen-cache-"));
  project = join(root, "project");
  store = join(project, "node_modules/.cache/kiket-gen");
  await mkdir(join(project, "node_modules"), { recursive: true });
});
afterEach(() => rm(root, { recursive: true, force: true }));

const saved = { value: { a: [1.5, null], "7": { b: "\ud800 ü" } }, texts: ["one\n", "", "two\0"] };

async function onlyFile(): Promise<string> {
  const [name = "", ...others] = await readdir(store);
  expect(others).toEqual([]);
  return join(store, name);
}

it("returns what was written last under the same name, also in another process", async () => {
  openCache(project).write("x", { value: 1, texts: [] });
  openCache(project).write("x", saved);
  expect(openCache(project).read("x")).toEqual(saved);
  expect(openCache(project).read("y")).toBeUndefined();
  expect((await onlyFile()).slice(store.length)).toMatch(/^[/\\][0-9a-f]{8}-x\.json$/);
});

it("stores nothing if no packages are installed", async () => {
  await rm(join(project, "node_modules"), { recursive: true });
  openCache(project).write("x", saved);
  expect(openCache(project).read("x")).toBeUndefined();
  expect(await readdir(project)).toEqual([]);
});

it("keeps the projects of a workspace apart", async () => {
  await writeFile(join(project, "package-lock.json"), "");
  for (const name of ["a", "b"]) {
    await mkdir(join(project, name));
    openCache(join(project, name)).write("x", { value: name, texts: [] });
  }
  expect(openCache(join(project, "a")).read("x")).toEqual({ value: "a", texts: [] });
  expect(openCache(join(project, "b")).read("x")).toEqual({ value: "b", texts: [] });
  expect((await readdir(store)).length).toBe(2);
});

it("does not believe the file of another project whose path has the same hash", async () => {
  openCache(project).write("x", saved);
  const other = join(root, "other");
  await mkdir(join(other, "node_modules"), { recursive: true });
  openCache(other).write("x", { value: 2, texts: [] });
  const [name = ""] = await readdir(join(other, "node_modules/.cache/kiket-gen"));
  await writeFile(join(other, "node_modules/.cache/kiket-gen", name), await readFile(await onlyFile()));
  expect(openCache(other).read("x")).toBeUndefined();
});

it("does not believe a copy, such as a clone or an archive brings", async () => {
  openCache(project).write("x", saved);
  const file = await onlyFile();
  const bytes = await readFile(file);
  await rm(store, { recursive: true });
  await mkdir(join(dirname(store), "other"));
  await mkdir(store);
  await writeFile(file, bytes);
  expect(openCache(project).read("x")).toBeUndefined();
  openCache(project).write("x", saved);
  expect(openCache(project).read("x")).toEqual(saved);
});

it("deletes files that are older than 30 days when it writes a new one", async () => {
  openCache(project).write("x", saved);
  await writeFile(join(store, "old.json"), "");
  await writeFile(join(store, "recent.json"), "");
  const ago = (days: number) => Date.now() / 1000 - days * 24 * 60 * 60;
  await utimes(join(store, "old.json"), ago(31), ago(31));
  await utimes(join(store, "recent.json"), ago(29), ago(29));
  openCache(project).write("x", saved);
  expect(await readdir(store)).toContain("old.json");
  openCache(project).write("y", saved);
  const names = await readdir(store);
  expect(names).toContain("recent.json");
  expect(names).not.toContain("old.json");
});

describe("a damaged file", () => {
  type Damage = (file: string, text: string) => Promise<unknown>;
  const rewrite = (change: (text: string) => string | Buffer): Damage => {
    return async (file, text) => {
      const damaged = change(text);
      expect(damaged).not.toBe(text);
      await writeFile(file, damaged);
    };
  };
  it.each<[string, Damage]>([
    ["no text", rewrite(() => "")],
    ["null", rewrite(() => "null")],
    ["a list", rewrite(() => "[]")],
    ["half of the text", rewrite((text) => text.slice(0, text.length / 2))],
    ["no first character", rewrite((text) => text.slice(1))],
    ["another value", rewrite((text) => text.replace("1.5", "2.5"))],
    ["a value less", rewrite((text) => text.replace(',"a":[1.5,null]', ""))],
    ["texts that are not texts", rewrite((text) => text.replace('["one\\n"', '[1,"one\\n"'))],
    ["texts that are no list", rewrite((text) => text.replace(/\n\["one.*\n$/, '\n"one"\n'))],
    ["no texts", rewrite((text) => text.replace(/\n\["one.*\n$/, "\n"))],
    ["very deep nesting", rewrite((text) => text.replace(/\n\["one/, `\n${"[".repeat(1_000_000)}["one`))],
    ["invalid UTF-8", rewrite((text) => Buffer.from(text.replace("ü", "\u00ff"), "latin1"))],
    ["zeros", (file, text) => writeFile(file, Buffer.alloc(text.length))],
    ["33 MB", (file) => truncate(file, 33 * 1024 * 1024)],
    ["a folder", (file) => rm(file).then(() => mkdir(file))],
    ["a link that leads nowhere", (file) => rm(file).then(() => symlink(join(root, "nowhere"), file))],
    ["a link that leads to itself", (file) => rm(file).then(() => symlink(file, file))],
    [
      "a link to an undamaged file",
      (file, text) =>
        rm(file)
          .then(() => writeFile(join(root, "elsewhere"), text))
          .then(() => symlink(join(root, "elsewhere"), file)),
    ],
  ])("counts as none: %s", async (what, damage) => {
    openCache(project).write("x", saved);
    const file = await onlyFile();
    await damage(file, await readFile(file, "utf8"));
    expect(openCache(project).read("x")).toBeUndefined();
    openCache(project).write("x", saved);
    expect(openCache(project).read("x")).toEqual(what === "a folder" ? undefined : saved);
    expect((await readdir(store)).length).toBe(1);
    expect(await readdir(root)).not.toContain("nowhere");
  });

  it("is replaced and not written through a link", async () => {
    openCache(project).write("x", saved);
    const file = await onlyFile();
    await rm(file);
    await writeFile(join(root, "precious"), "mine");
    await symlink(join(root, "precious"), file);
    openCache(project).write("x", saved);
    expect(await readFile(join(root, "precious"), "utf8")).toBe("mine");
  });

  it("keeps other names of the file as they are", async () => {
    openCache(project).write("x", saved);
    const before = await readFile(await onlyFile(), "utf8");
    await link(await onlyFile(), join(root, "other-name"));
    openCache(project).write("x", { value: 2, texts: [] });
    expect(await readFile(join(root, "other-name"), "utf8")).toBe(before);
  });
});

it("does not write more than it would read", async () => {
  openCache(project).write("x", { value: 1, texts: ["x".repeat(33 * 1024 * 1024)] });
  expect(openCache(project).read("x")).toBeUndefined();
  expect(await readdir(store)).toEqual([]);
});
