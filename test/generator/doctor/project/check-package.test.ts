import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { version } from "../../../../generator/base/version.gen.js";
import { checkPackage } from "../../../../generator/doctor/project/check-package.js";
import { checkDependency } from "../../../../generator/doctor/project/rules/package-rules.js";
import { createHost } from "../../../../generator/project/host.js";
import { removeProject } from "../../../support/project.js";
import { newProject, notRight, subjectOf } from "./subject.js";

let folder: string;
beforeEach(async () => {
  folder = await newProject("extension");
});
afterEach(() => removeProject(folder));

const at = (path: string) => join(folder, path);

// biome-ignore lint/suspicious/noExplicitAny: what a test has written itself
async function edit(path: string, change: (content: any) => void): Promise<void> {
  const content = JSON.parse(await readFile(at(path), "utf8"));
  change(content);
  await writeFile(at(path), JSON.stringify(content));
}

async function found(node = "22.12.0") {
  return notRight(await checkPackage(subjectOf(folder, { node }), undefined));
}

it("finds nothing wrong with a new project", async () => {
  expect(await found()).toEqual([]);
});

describe("finds", () => {
  it("a Node that neither kiket-gen nor the project takes", async () => {
    await writeFile(at(".nvmrc"), "v22.12.0\n");
    expect(await found("20.18.0")).toMatchObject([
      {
        id: "node-version",
        status: "wrong",
        what: "Node 20.18.0 is not supported: kiket-gen needs ^20.19.0 || >=22.12.0",
      },
      { id: "node-project", status: "wrong", where: "package.json engines.node" },
      {
        id: "node-project",
        status: "wrong",
        what: "the project asks for Node v22.12.0, and this is Node 20.18.0",
        where: ".nvmrc",
      },
    ]);
  });

  it("no package.json, and one that is no JSON, with its place", async () => {
    await writeFile(at("package.json"), '{\n  "name" "x"\n}\n');
    expect((await found())[0]).toEqual({
      ...{ id: "package-json", status: "wrong", what: "package.json is not JSON" },
      ...{
        where: expect.stringMatching(/^package\.json:2:\d+$/),
        fix: "correct it there; npm does not read it either",
      },
    });
    await rm(at("package.json"));
    expect((await found())[0]).toMatchObject({ id: "package-json", what: "there is no package.json" });
  });

  it.each([
    [{ build: "tsc" }, "`npm run build` does not generate"],
    [{ build: "tsc && kiket-gen" }, "`npm run build` compiles first, and generates then"],
    [{ build: "kiket-gen lint && tsc" }, "`npm run build` does not generate"],
    [{ test: "vitest" }, "no script generates"],
    [{}, "no script generates"],
  ])("scripts that do not generate first: %j", async (scripts, what) => {
    await edit("package.json", (content) => {
      content.scripts = scripts;
    });
    expect(await found()).toEqual([
      {
        id: "scripts",
        status: "warning",
        what,
        where: "package.json scripts",
        fix: "npm pkg set scripts.prebuild=kiket-gen",
      },
    ]);
  });

  it.each([
    { prebuild: "npx kiket-gen .", build: "tsc" },
    { build: "npm run gen && tsc", gen: "kiket-gen --check" },
    { build: "run-s generate compile", generate: "kiket-gen generate", compile: "tsc" },
    { check: "kiket-gen --check && tsc" },
  ])("nothing in scripts that generate first: %j", async (scripts) => {
    await edit("package.json", (content) => {
      content.scripts = scripts;
    });
    expect(await found()).toEqual([]);
  });

  it("kiket-gen in devDependencies only, in two groups, and in none", async () => {
    const asked = `^${version}`;
    const lock = (groups: object) =>
      edit("package-lock.json", ({ packages }) => {
        packages[""] = groups;
      });
    const group = async (dependencies: object, devDependencies: object) => {
      await edit("package.json", (content) => Object.assign(content, { dependencies, devDependencies }));
      await lock({ dependencies, devDependencies });
      return found();
    };
    expect(await group({}, { "kiket-gen": asked })).toEqual([
      {
        ...{ id: "dependency", status: "wrong", what: "kiket-gen is in devDependencies only" },
        ...{ where: "package.json devDependencies", fix: "move it to dependencies: npm install --save-prod kiket-gen" },
      },
    ]);
    expect(await group({ "kiket-gen": asked }, { "kiket-gen": asked })).toMatchObject([
      { id: "dependency", status: "warning", what: "package.json names kiket-gen in dependencies and devDependencies" },
    ]);
    expect(await group({}, {})).toMatchObject([{ id: "dependency", status: "warning" }]);
    await rm(at("node_modules"), { recursive: true });
  });

  it("kiket-gen from an address, and never shows a password in it", () => {
    const { what: git } = checkDependency(
      { dependencies: { "kiket-gen": "git+https://me:hidden@host.example/k.git#v1" } },
      true,
    );
    expect(git).toBe("kiket-gen git+https://***@host.example/k.git#v1 in dependencies, from a git repository");
    const { what: file } = checkDependency(
      { dependencies: { "kiket-gen": "https://host.example/k.tgz?sig=hidden" } },
      true,
    );
    expect(file).toBe("kiket-gen https://host.example/k.tgz?*** in dependencies, from an address");
  });

  it("lock files that are missing, of two managers, of another manager, or out of date", async () => {
    await edit("package.json", (content) => {
      content.dependencies.zod = "^4.0.0";
    });
    expect(await found()).toEqual([
      {
        ...{ id: "lock-file", status: "wrong", what: "package-lock.json does not fit package.json: zod" },
        ...{ where: "package-lock.json", fix: "npm install, and commit the lock file" },
      },
    ]);
    await writeFile(at("yarn.lock"), "");
    expect(await found()).toMatchObject([
      {
        id: "lock-file",
        status: "warning",
        what: "there are 2 lock files, of npm and yarn",
        where: "package-lock.json, yarn.lock",
      },
    ]);
    await rm(at("yarn.lock"));
    await edit("package.json", (content) => {
      content.packageManager = "pnpm@10.1.0";
    });
    expect(await found()).toMatchObject([
      { id: "lock-file", status: "warning", what: "the lock file is one of npm, and package.json names pnpm" },
    ]);
    await rm(at("package-lock.json"));
    expect(await found()).toMatchObject([
      { id: "lock-file", status: "warning", what: "there is no lock file", fix: "pnpm install writes one; commit it" },
      { id: "locked", status: "not-testable" },
    ]);
  });

  it("versions that differ: asked for, installed, running, locked", async () => {
    await rm(at("node_modules"), { recursive: true });
    await mkdir(at("node_modules/kiket-gen"), { recursive: true });
    await writeFile(at("node_modules/kiket-gen/package.json"), '{ "name": "kiket-gen", "version": "99.2.0" }');
    expect(await found()).toEqual([
      {
        ...{
          id: "installed",
          status: "wrong",
          what: `kiket-gen 99.2.0 is installed, and package.json asks for ^${version}`,
        },
        ...{ where: "node_modules/kiket-gen", fix: "npm install" },
      },
      {
        ...{
          id: "locked",
          status: "wrong",
          what: `package-lock.json names kiket-gen ${version}, and 99.2.0 is installed`,
        },
        ...{ where: "package-lock.json", fix: "npm ci, to have what the lock file names" },
      },
      {
        ...{
          id: "entries",
          status: "wrong",
          what: "kiket-gen has no kiket-gen/codegen, kiket-gen/runtime, kiket-gen/runtime/node",
        },
        ...{ where: "node_modules/kiket-gen", fix: "npm install; in a linked package: npm run build" },
      },
    ]);
    await edit("package.json", (content) => {
      content.dependencies["kiket-gen"] = "^99.2.0";
    });
    await edit("package-lock.json", ({ packages }) => {
      packages[""].dependencies["kiket-gen"] = "^99.2.0";
      packages["node_modules/kiket-gen"].version = "99.2.0";
    });
    expect((await found())[0]).toMatchObject({
      ...{
        id: "installed",
        status: "warning",
        what: `this command is kiket-gen ${version}, and the project has 99.2.0`,
      },
    });
  });

  it("a copy that another package brings", async () => {
    await mkdir(at("node_modules/@acme/kit/node_modules/kiket-gen"), { recursive: true });
    await writeFile(at("node_modules/@acme/kit/node_modules/kiket-gen/package.json"), "{}");
    expect(await found()).toMatchObject([
      { id: "copies", status: "warning", where: "node_modules/@acme/kit/node_modules/kiket-gen" },
    ]);
  });

  it("a TypeScript that is too old or too new", async () => {
    await mkdir(at("node_modules/typescript"));
    const install = (version: string) =>
      writeFile(at("node_modules/typescript/package.json"), JSON.stringify({ version }));
    await install("5.4.5");
    expect(await found()).toMatchObject([
      {
        id: "typescript",
        status: "warning",
        what: "TypeScript 5.4.5 is older than what kiket-gen is tested with: 5.9, 6 and 7",
      },
    ]);
    await install("8.0.1");
    expect(await found()).toMatchObject([
      { id: "typescript", fix: "update kiket-gen if the compiler complains of generated files" },
    ]);
  });

  it("a member of package.json that stands twice, with its place", async () => {
    const text = await readFile(at("package.json"), "utf8");
    await writeFile(at("package.json"), text.replace('"private": true,', '"private": true,\n  "private": false,'));
    expect(await found()).toEqual([
      {
        ...{ id: "package-json", status: "warning", what: "duplicate key `private`; the last one is used" },
        ...{ where: "package.json:5:3", fix: "keep one of them" },
      },
    ]);
  });

  it("a lock file with the marks of a merge", async () => {
    await writeFile(at("package-lock.json"), "<<<<<<< HEAD\n");
    expect(await found()).toMatchObject([
      { id: "lock-file", status: "wrong", what: "package-lock.json is not JSON", where: "package-lock.json" },
    ]);
  });

  it("the version in the lock files of other package managers, and says what to do in their words", async () => {
    await rm(at("package-lock.json"));
    const names = "typescript@ vitest@ @types/node@ esbuild@";
    const texts = {
      "pnpm-lock.yaml": `packages:\n\n  kiket-gen@99.3.0:\n    resolution: {}\n# ${names}\n`,
      "yarn.lock": `kiket-gen@^${version}:\n  version "99.3.0"\n# ${names}\n`,
      "bun.lock": `"kiket-gen": ["kiket-gen@99.3.0", "", {}]\n# ${names}\n`,
    };
    const fixes = ["pnpm install --frozen-lockfile", "yarn install --immutable", "bun install --frozen-lockfile"];
    for (const [index, [name, text]] of Object.entries(texts).entries()) {
      await writeFile(at(name), text);
      expect(await found(), name).toEqual([
        {
          ...{ id: "locked", status: "wrong", what: `${name} names kiket-gen 99.3.0, and ${version} is installed` },
          ...{ where: name, fix: `${fixes[index]}, to have what the lock file names` },
        },
      ]);
      await rm(at(name));
    }
  });

  it("the lock file of a workspace above, if it names the project", async () => {
    const lock = JSON.parse(await readFile(at("package-lock.json"), "utf8"));
    await rm(at("package-lock.json"));
    const above = join(folder, "parts/one");
    await mkdir(above, { recursive: true });
    await writeFile(join(above, "package.json"), await readFile(at("package.json")));
    const ids = async () => notRight(await checkPackage(subjectOf(above), undefined)).map(({ id }) => id);
    const { "": own, ...rest } = lock.packages;
    await writeFile(at("package-lock.json"), JSON.stringify({ packages: { "": {}, "parts/one": own, ...rest } }));
    expect(await ids()).toEqual([]);
    await writeFile(at("package-lock.json"), JSON.stringify({ packages: { "": own, ...rest } }));
    expect(await ids()).toEqual(["lock-file", "locked"]);
  });

  it("a file that may not be read, and goes on", async () => {
    const host = createHost(folder);
    const closed = Object.assign(new Error("EACCES"), { code: "EACCES", syscall: "open", path: "/x/.nvmrc" });
    const read = async (path: string) => (path === ".nvmrc" ? Promise.reject(closed) : host.read(path));
    const findings = await checkPackage(subjectOf(folder, { host: { ...host, read } }), undefined);
    expect(notRight(findings)).toEqual([
      {
        ...{ id: "node-project", status: "wrong", what: "it cannot be read: /x/.nvmrc: permission denied" },
        fix: "make it readable for yourself",
      },
    ]);
    expect(findings.length).toBeGreaterThan(10);
  });

  it("no mistake of its own in a package.json with values of other types than npm takes", async () => {
    const odd = [null, 5, "x", [1], { "kiket-gen": 5 }, { "kiket-gen": "^0.1.0" }];
    for (const [index, value] of odd.entries()) {
      const names = ["type", "scripts", "dependencies", "devDependencies", "engines", "packageManager", "workspaces"];
      const content = Object.fromEntries(names.map((name, place) => [name, odd[(index + place) % odd.length]]));
      await writeFile(at("package.json"), JSON.stringify(index === 0 ? value : content));
      await writeFile(
        at("package-lock.json"),
        JSON.stringify({ packages: { "": content, "node_modules/kiket-gen": value } }),
      );
      const findings = await checkPackage(subjectOf(folder), undefined);
      expect(findings.every(({ what }) => !/undefined|\[object|NaN/.test(what))).toBe(true);
    }
  });
});
