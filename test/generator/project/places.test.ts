import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../../../generator/base/usage-error.js";
import { createHost } from "../../../generator/project/host.js";
import { type Places, type ProjectPlaces, readPlaces } from "../../../generator/project/places.js";
import { createProject, removeProject } from "../../support/project.js";

let folder: string;
beforeEach(async () => {
  folder = await createProject({});
});
afterEach(() => removeProject(folder));

async function write(path: string, content: unknown): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), typeof content === "string" ? content : JSON.stringify(content));
}

function setInPackage(settings: unknown): Promise<void> {
  return write("package.json", { name: "bell", "kiket-gen": settings });
}

function lockIn(out: string, more: object = {}): Promise<void> {
  return write(`${out}/kiket-gen.lock.json`, { facts: {}, files: {}, handlers: [], ...more });
}

function read(given: Partial<ProjectPlaces> = {}): Promise<Places> {
  return readPlaces(createHost(folder), { dir: folder, ...given });
}

function messages({ diagnostics }: Places): string[] {
  return diagnostics.map(
    ({ code, at, message, hint }) =>
      `${at.file}:${at.line}:${at.column} ${code} ${message}${hint === undefined ? "" : `; ${hint}`}`,
  );
}

const usual = { out: "src/generated", handlers: "src/handlers" };

describe("the order is", () => {
  it("option, package.json, lock file, usual place", async () => {
    expect(await read()).toMatchObject({ layout: usual, set: {}, diagnostics: [] });
    await lockIn("src/generated", { places: { handlers: "src/of-lock" } });
    expect((await read()).layout).toEqual({ ...usual, handlers: "src/of-lock" });
    await setInPackage({ handlers: "./src/of-package/" });
    expect((await read()).layout).toEqual({ ...usual, handlers: "src/of-package" });
    expect((await read({ handlers: "src/of-option" })).layout).toEqual({ ...usual, handlers: "src/of-option" });
  });

  it("the same for manifest and schemas", async () => {
    const ofLock = { manifest: "lock.yaml", events: "lock", openapi: "lock.json" };
    const { manifest, ...schemas } = ofLock;
    await lockIn("src/generated", { places: { manifest }, schemas });
    const by = async (given: Partial<ProjectPlaces> = {}) =>
      Object.fromEntries(Object.entries((await read(given)).set).map(([name, set]) => [name, `${set.by} ${set.path}`]));
    expect(await by()).toEqual({ manifest: "lock lock.yaml", events: "lock lock", openapi: "lock lock.json" });
    await setInPackage({ manifest: "package.yaml", events: "package" });
    expect(await by({ openapi: "", events: join(folder, "option") })).toEqual({
      manifest: "package.json package.yaml",
      events: "option option",
      openapi: "option ",
    });
  });
});

describe("the lock file is found", () => {
  it("in the usual folder before all others", async () => {
    await lockIn("src/generated");
    await lockIn("lib/gen");
    expect(await read()).toMatchObject({ layout: usual, diagnostics: [] });
  });

  it("anywhere below the package, but not in installed, hidden and nested packages", async () => {
    await lockIn("lib/deep/gen.v2", { places: { handlers: "lib/on" } });
    await lockIn("node_modules/a");
    await lockIn(".cache/a");
    await lockIn("packages/a/src/generated");
    await write("packages/a/package.json", "{}");
    expect(await read()).toMatchObject({ layout: { out: "lib/deep/gen.v2", handlers: "lib/on" }, diagnostics: [] });
  });

  it("in no folder that a link leads to", async () => {
    await lockIn("lib/gen");
    await mkdir(join(folder, "lib/a"));
    await symlink("..", join(folder, "lib/a/back"));
    await symlink("lib", join(folder, "other"));
    expect(await read()).toMatchObject({ layout: { out: "lib/gen" }, diagnostics: [] });
  });

  it("and two are an error", async () => {
    await lockIn("a");
    await lockIn("b");
    expect(messages(await read())).toEqual([
      "a/kiket-gen.lock.json:1:1 KG512 there is another lock file: b/kiket-gen.lock.json; delete the folder of generated files that is not used",
    ]);
    expect(messages(await read({ out: "a" }))).toEqual([]);
    await lockIn("src/generated");
    expect(messages(await read({ out: "a" }))[0]).toContain("another lock file: src/generated/kiket-gen.lock.json");
  });

  it("in the old folder if the output moves", async () => {
    await lockIn("src/generated");
    await setInPackage({ out: "src/types" });
    expect(await read()).toMatchObject({
      layout: { out: "src/types" },
      lock: { path: "src/generated/kiket-gen.lock.json" },
    });
    await rm(join(folder, "src"), { recursive: true });
    await lockIn("lib/gen");
    expect((await read({ out: "src/generated" })).lock.path).toBe("lib/gen/kiket-gen.lock.json");
    expect((await read()).lock.path).toBe("lib/gen/kiket-gen.lock.json");
  });
});

describe("package.json", () => {
  it.each<[what: string, text: string, expected: string[]]>([
    ["without settings", '{ "name": "bell" }', []],
    ["with a dependency alone", '{ "dependencies": { "kiket-gen": "1" }, "dependencies": {} }', []],
    ["that is a list", '["kiket-gen"]', []],
    [
      "with null",
      '{ "kiket-gen": null }',
      ["package.json:1:16 KG511 `kiket-gen` must be a map with some of out, handlers, manifest, events, openapi"],
    ],
    [
      "that is not valid",
      '{ "kiket-gen": { "out": "a" ',
      ["package.json:1:16 KG511 invalid JSON: the `{` that opens here is not closed"],
    ],
    ["with a mark at its start", '\ufeff{ "kiket-gen": { "handlers": "src/on" } }', []],
    [
      "with a misspelled key",
      '{ "kiket-gen": {\n  "handler": "src/on" } }',
      ["package.json:2:3 KG511 unknown key `kiket-gen.handler`; did you mean `handlers`?"],
    ],
    [
      "with an unknown key",
      '{ "kiket-gen": { "__proto__": {} } }',
      [
        "package.json:1:18 KG511 unknown key `kiket-gen.__proto__`; the keys are out, handlers, manifest, events, openapi",
      ],
    ],
    [
      "with a number",
      '{ "kiket-gen": { "out": 3 } }',
      ["package.json:1:25 KG511 `kiket-gen.out` must be a text: a path"],
    ],
    [
      "with a list",
      '{ "kiket-gen": { "events": ["a"] } }',
      ["package.json:1:28 KG511 `kiket-gen.events` must be a text: a path"],
    ],
    ["with nothing", '{ "kiket-gen": { "out": " " } }', ["package.json:1:25 KG511 `kiket-gen.out` must not be empty"]],
    [
      "with the project's folder",
      '{ "kiket-gen": { "out": "." } }',
      ['package.json:1:25 KG511 `kiket-gen.out` must name a folder inside the project, not "."'],
    ],
    [
      "with a key twice",
      '{ "kiket-gen": { "out": "a", "out": "b" } }',
      ["package.json:1:30 KG105 duplicate key `kiket-gen.out`; the last one is used; keep one of them"],
    ],
    [
      "with one folder for both",
      '{ "kiket-gen": { "out": "src/handlers" } }',
      ['package.json:1:25 KG511 `out` and `handlers` must be different folders, not both "src/handlers"'],
    ],
  ])("%s", async (_what, text, expected) => {
    await write("package.json", text);
    expect(messages(await read())).toEqual(expected);
  });

  it.each(["out", "handlers", "manifest", "events", "openapi"])(
    "names no path outside the project: %s",
    async (name) => {
      for (const path of ["..", "../x", "a/../../x", "/etc/x", "C:\\x", "..\\x", "a\0b"]) {
        await setInPackage({ [name]: path });
        const { set, layout, diagnostics } = await read();
        expect([set, layout], path).toEqual([{}, usual]);
        expect(diagnostics.map(({ code }) => code)).toEqual(["KG511"]);
      }
    },
  );

  it("and lock file name no manifest that a link leads out to", async () => {
    await symlink("/etc/hosts", join(folder, "linked.yaml"));
    await setInPackage({ manifest: "linked.yaml" });
    const message = "KG103 the manifest linked.yaml leads out of the project through a link, so it is not read";
    expect(messages(await read())).toEqual([`package.json:1:40 ${message}`]);
    expect(messages(await read({ manifest: "linked.yaml" }))).toEqual([]);
    await setInPackage({});
    await lockIn("src/generated", { places: { manifest: "linked.yaml" } });
    expect(messages(await read())).toEqual([`src/generated/kiket-gen.lock.json:1:1 ${message}`]);
  });
});

it("throws for options that name no folder inside the project, or one for both", async () => {
  await expect(read({ out: "../x" })).rejects.toThrow(
    new UsageError('--out must name a folder inside the project, not "../x"'),
  );
  await expect(read({ handlers: "." })).rejects.toThrow(UsageError);
  await expect(read({ out: "a", handlers: "./a/" })).rejects.toThrow("must be different folders");
});

it("saves for later runs what only an option or the lock file says", async () => {
  await setInPackage({ events: "contracts" });
  const given = { handlers: "src/on", manifest: "bell.yaml", openapi: "api.json" };
  expect((await read(given)).saved).toEqual({
    places: { handlers: "src/on", manifest: "bell.yaml" },
    schemas: { openapi: "api.json" },
  });
  await setInPackage({ handlers: "src/on" });
  expect((await read({ handlers: "src/on", manifest: "../x.yaml" })).saved).toEqual({ places: {}, schemas: {} });
  const usualOnes = { handlers: "src/handlers", manifest: ".kiket/manifest.yaml" };
  await setInPackage({});
  expect((await read(usualOnes)).saved).toEqual({ places: {}, schemas: {} });
});
