import { mkdirSync } from "node:fs";
import { chmod, lstat, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { placeBuild } from "../../../../generator/dev/build/build-folder.js";
import { createBuilder } from "../../../../generator/dev/build/create-builder.js";
import { readTree, root } from "../../../support/project.js";
import { runNode } from "../../../support/run-node.js";
import { bothPrint, buildOf, openBuilder, printed, problemsOf } from "./project-builder.js";

const scripts = { build: "tsc -p tsconfig.build.json", start: "node dist/main.js" };
const esm = JSON.stringify({ name: "own", type: "module", scripts, workspaces: [] });
const options = { target: "ES2023", module: "NodeNext", types: [], rootDir: "src", outDir: "dist" };
const declared = "declare const console: { log(...values: unknown[]): void };\n";

function config(more: object = {}): string {
  return JSON.stringify({ compilerOptions: { ...options, ...more }, include: ["src"] });
}

const small = {
  "package.json": esm,
  "tsconfig.build.json": config({ verbatimModuleSyntax: true }),
  "src/main.ts": `${declared}import { b } from "./b.js";\nconsole.log(b);\n`,
  "src/b.ts": "export const b: string = 'b';\n",
};

describe("a build", () => {
  it("compiles only what has changed, and leaves the builds before it as they were", async () => {
    const project = await openBuilder(small);
    const first = await buildOf(project, 1);
    await writeFile(join(project.folder, "src/b.ts"), "export const b: string = 'c';\n");
    const second = await buildOf(project, 2);
    expect([first.compiled, second.compiled, (await buildOf(project, 3)).compiled]).toEqual([2, 1, 0]);
    expect(await Promise.all([first, second].map(({ program }) => printed(program, project.folder)))).toEqual([
      "b",
      "c",
    ]);
  });

  it("compiles a source again if a name in it becomes a type elsewhere", async () => {
    const project = await openBuilder({
      ...small,
      "tsconfig.build.json": config(),
      "src/main.ts": `${declared}export { b } from "./b.js";\nconsole.log("runs");\n`,
    });
    expect((await buildOf(project, 1)).compiled).toBe(2);
    await writeFile(join(project.folder, "src/b.ts"), "export interface b {}\n");
    const { program, compiled } = await buildOf(project, 2);
    expect([compiled, await printed(program, project.folder)]).toEqual([2, "runs"]);
  });

  it("compiles again what a change reaches through other sources, and nothing else", async () => {
    const project = await openBuilder({
      ...small,
      "tsconfig.build.json": config(),
      "src/main.ts": `${declared}export { c } from "./b.js";\nimport { d } from "./d.js";\nconsole.log(d);\n`,
      "src/b.ts": 'export * from "./c.js";\n',
      "src/c.ts": "export const c = 1;\n",
      "src/d.ts": "export const d = 'd';\n",
    });
    expect((await buildOf(project, 1)).compiled).toBe(4);
    await writeFile(join(project.folder, "src/c.ts"), "export type c = 1;\n");
    const second = await buildOf(project, 2);
    expect([second.compiled, await printed(second.program, project.folder)]).toEqual([3, "d"]);
    expect((await buildOf(project, 3)).compiled).toBe(0);
  });

  it("builds beside a file that nothing imports and that imports what is not there", async () => {
    const project = await openBuilder({
      ...small,
      "src/handlers/gone.ts": 'import { gone } from "../generated/gone.gen.js";\nconsole.log(gone);\n',
    });
    expect((await buildOf(project)).warnings).toEqual([
      {
        file: "src/handlers/gone.ts",
        line: 1,
        column: 22,
        message: 'cannot find "../generated/gone.gen.js"',
        hint: "there is no such file",
      },
    ]);
  });

  it("finds a source that was missing, and no longer one that is gone", async () => {
    const project = await openBuilder({
      ...small,
      "src/main.ts": `${declared}import { c } from "./c.js";\nconsole.log(c);\n`,
    });
    expect(await problemsOf(project)).toEqual([
      { file: "src/main.ts", line: 2, column: 19, message: 'cannot find "./c.js"', hint: "there is no such file" },
    ]);
    expect(project.builder.inputs()).toContain(join(project.folder, "src"));
    await writeFile(join(project.folder, "src/c.ts"), "export const c = 'new';\n");
    expect(await printed((await buildOf(project, 2)).program, project.folder)).toBe("new");
    await rename(join(project.folder, "src/c.ts"), join(project.folder, "src/d.ts"));
    expect((await problemsOf(project, 3)).map(({ message }) => message)).toEqual(['cannot find "./c.js"']);
    expect(await readdir(join(project.folder, ".kiket-gen/build"))).toEqual(["2"]);
  });

  it("names the lines of the user's own file in a stack", async () => {
    const project = await openBuilder({
      ...small,
      "src/b.ts":
        "interface Gone { a: string }\n\nexport const b = fail({ a: 'x' });\nfunction fail(_: Gone): string {\n  throw new Error('here');\n}\n",
    });
    const { program } = await buildOf(project);
    const { stderr } = await runNode(["--enable-source-maps", program], project.folder);
    expect(stderr).toContain(`${join(project.folder, "src/b.ts")}:5\n`);
    expect(stderr).toContain(`at fail (${join(project.folder, "src/b.ts")}:5:9)`);
    expect(stderr).not.toContain(".kiket-gen");
  });

  it("takes the defaults of the project's TypeScript: version 5 writes CommonJS from the folder that sources share", async () => {
    const project = await openBuilder({
      "package.json": JSON.stringify({
        name: "own",
        scripts: { build: "tsc", start: "node dist/main.js" },
        workspaces: [],
      }),
      "tsconfig.json": JSON.stringify({ compilerOptions: { outDir: "dist", lib: ["es2020"], types: [] } }),
      "src/main.ts": `${declared}import { A } from "./a";\nconst all = [...new A().all()];\nconsole.log(all.length, typeof require);\ndeclare const require: unknown;\n`,
      "src/a.ts": "export class A { all(): number[] { return [1, 2]; } }\n",
    });
    expect(await bothPrint(project, [], "typescript")).toEqual({
      dev: "2 function",
      built: "2 function",
      warnings: [],
    });
  });

  it("has the place that the compiler gives it if a JSON file is imported from above the sources", async () => {
    const compilerOptions = { outDir: "dist", target: "es2022", module: "nodenext", types: ["node"] };
    const project = await openBuilder({
      "package.json": JSON.stringify({
        name: "own",
        type: "module",
        scripts: { build: "tsc" },
        main: "dist/src/main.js",
        workspaces: [],
      }),
      "tsconfig.json": JSON.stringify({ compilerOptions, include: ["src"] }),
      "src/main.ts": `import own from "../package.json" with { type: "json" };\nconsole.log(own.name, import.meta.url.split("/").slice(-3).join("/"));\n`,
    });
    const expected = "own dist/src/main.js";
    expect(await bothPrint(project, [], "typescript")).toEqual({ dev: expected, built: expected, warnings: [] });
  });

  it("depends on the sources, the configurations and package.json", async () => {
    const project = await openBuilder({
      ...small,
      "base.json": "{}",
      "tsconfig.build.json": JSON.stringify({ extends: "./base.json", ...JSON.parse(small["tsconfig.build.json"]) }),
    });
    await buildOf(project);
    const inputs = project.builder.inputs().map((path) => relative(project.folder, path));
    expect(inputs.sort()).toEqual([
      "base.json",
      "package.json",
      "src",
      "src/b.ts",
      "src/main.ts",
      "tsconfig.build.json",
    ]);
  });
});

describe("no build is made, and none is left, of", () => {
  it.each<[string, Record<string, string | undefined>, object]>([
    [
      "a syntax error",
      { "src/b.ts": "export const b = ;\n" },
      { file: "src/b.ts", line: 1, column: 18, message: "Expression expected." },
    ],
    [
      "a configuration that is no JSON",
      { "tsconfig.build.json": '{\n  "include": [' },
      { file: "tsconfig.build.json", line: 2, column: 15, message: "']' expected." },
    ],
    [
      "a configuration that extends one that does not exist",
      { "tsconfig.build.json": '{ "extends": "./gone.json" }' },
      {
        file: "tsconfig.build.json",
        message: expect.stringMatching(/File '.*gone\.json' not found\.|Cannot read file/),
      },
    ],
    [
      "a build script that names no configuration",
      { "package.json": esm.replace("tsconfig.build.json", "tsconfig.other.json") },
      { file: "package.json", message: "`npm run build` compiles with tsconfig.other.json, which does not exist" },
    ],
    [
      "a package.json that is no JSON",
      { "package.json": "{" },
      { file: "package.json", line: 1, message: "'}' expected." },
    ],
    [
      "no program",
      { "src/main.ts": undefined },
      { message: "there is no program to run: src/main.ts does not exist, and package.json names none" },
    ],
    [
      "a program of JavaScript that the compiler leaves out",
      { "src/main.ts": undefined, "src/main.js": "export {};\n" },
      { file: "src/main.js", hint: "set `allowJs` in tsconfig.json, or write it in TypeScript" },
    ],
    [
      "two sources for one compiled file",
      {
        "src/b.tsx": "export {};\n",
        "tsconfig.build.json": JSON.stringify({ compilerOptions: options, files: ["src/main.ts", "src/b.tsx"] }),
      },
      { message: "this source and src/b.ts are both compiled to dist/b.js", hint: "rename one of them" },
    ],
    [
      "a source outside of `rootDir`",
      { "src/b.ts": 'export { b } from "../other/b.js";\n', "other/b.ts": "export const b = 1;\n" },
      { file: "other/b.ts", message: "this source is not below `rootDir`, src: `npm run build` refuses it" },
    ],
  ])("%s", async (_what, files, problem) => {
    const all = Object.entries({ ...small, ...files }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    const project = await openBuilder(Object.fromEntries(all));
    expect((await problemsOf(project))[0]).toMatchObject(problem);
    expect(await readdir(join(project.folder, ".kiket-gen/build"))).toEqual([]);
  });

  it("what cannot be written whole; the build before it stays", async () => {
    const project = await openBuilder(small);
    await buildOf(project, 1);
    const folder = join(project.folder, ".kiket-gen/build");
    const full = () =>
      placeBuild(folder, 1, (unfinished) => {
        mkdirSync(unfinished);
        throw Object.assign(new Error("no space"), { code: "ENOSPC", syscall: "write" });
      });
    expect(full).toThrow("no space");
    expect(await readdir(folder)).toEqual(["1"]);
    expect(await readdir(join(folder, "1/dist"))).toEqual(["b.js", "main.js"]);
  });

  it("a source that is a pipe or a link to nothing", async () => {
    const project = await openBuilder(small);
    await rm(join(project.folder, "src/b.ts"));
    await symlink("nowhere.ts", join(project.folder, "src/b.ts"));
    expect(await problemsOf(project)).toMatchObject([{ file: "src/main.ts", line: 2, column: 19 }]);
    await rm(join(project.folder, "src/b.ts"));
    await symlink("/dev/zero", join(project.folder, "src/b.ts"));
    expect(await problemsOf(project)).not.toEqual([]);
  });
});

describe("nothing is written or deleted outside of the builds:", () => {
  it.each([
    ["../../out", "`outDir` is outside the project; `kiket-gen dev` puts what it compiles where `dist` would be"],
    [
      "/nowhere/kiket-gen-never",
      "`outDir` is outside the project; `kiket-gen dev` puts what it compiles where `dist` would be",
    ],
    [".git", undefined],
    ["node_modules/x", undefined],
    [".kiket-gen/build", undefined],
    ["src", undefined],
    [".", undefined],
  ])("an `outDir` of %s", async (outDir, warning) => {
    const project = await openBuilder({ ...small, "tsconfig.build.json": config({ outDir }), "templates/a.txt": "a" });
    const before = await readTree(project.folder);
    const { program, folder, warnings } = await buildOf(project);
    expect(warnings.map(({ message }) => message)).toEqual(warning === undefined ? [] : [warning]);
    expect(relative(folder, program)).not.toMatch(/^\.\./);
    expect(await printed(program, project.folder)).toBe("b");
    await project.builder.keep([]);
    expect(await readTree(project.folder)).toEqual(before);
  });

  it("a source or folder that the program may reach by a link stays as it is when builds are deleted", async () => {
    const project = await openBuilder({ ...small, "templates/a.txt": "a", "src/notes.txt": "n" });
    await buildOf(project, 1);
    await buildOf(project, 2);
    await writeFile(join(project.folder, ".kiket-gen/build/notes"), "not a build");
    await project.builder.keep([2]);
    expect(await readdir(join(project.folder, ".kiket-gen/build"))).toEqual(["2", "notes"]);
    expect(await readFile(join(project.folder, "templates/a.txt"), "utf8")).toBe("a");
    expect((await lstat(join(project.folder, ".kiket-gen/build/2/templates"))).isSymbolicLink()).toBe(true);
  });

  it("has no tests, which vitest would find behind its links, but all that is beside them", async () => {
    const tests = { "src/b.test.ts": "", "test/saved/one.test.ts": "", "test/more/two.spec.ts": "" };
    const others = { "test/saved/one.json": "{}", "src/openapi.spec.js": "// no test" };
    const project = await openBuilder({
      ...small,
      ...tests,
      ...others,
      "templates/a.txt": "a",
      "node_modules/x/a.test.js": "",
    });
    const { folder } = await buildOf(project);
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    const { stdout } = await runNode([vitest, "list", "--filesOnly", "--json", "--exclude", "**/*.js"], project.folder);
    const found = (JSON.parse(stdout) as { file: string }[]).map(({ file }) => relative(project.folder, file));
    expect(found.sort()).toEqual(Object.keys(tests).sort());
    for (const [path, text] of Object.entries(others)) expect(await readFile(join(folder, path), "utf8")).toBe(text);
    for (const name of ["templates", "node_modules"]) {
      expect((await lstat(join(folder, name))).isSymbolicLink(), name).toBe(true);
    }
  });

  it.each([".kiket-gen", ".kiket-gen/build"])("a link at %s is refused", async (place) => {
    const project = await openBuilder({ ...small, "elsewhere/build/1/mine.txt": "mine" });
    await rm(join(project.folder, ".kiket-gen"), { recursive: true });
    if (place.includes("/")) await mkdir(join(project.folder, ".kiket-gen"));
    await symlink(join(project.folder, "elsewhere", place.includes("/") ? "build" : ""), join(project.folder, place));
    expect(await problemsOf(project)).toEqual([
      {
        file: place,
        line: 1,
        column: 1,
        message: "is a link or a file, where `kiket-gen dev` needs a folder of its own",
      },
    ]);
    // The next build says it again.
    await project.builder.keep([]);
    expect(await readFile(join(project.folder, "elsewhere/build/1/mine.txt"), "utf8")).toBe("mine");
  });

  it("a build folder that cannot be written to is a problem", async () => {
    const project = await openBuilder(small);
    await buildOf(project, 1);
    const { folder } = project;
    const builds = join(folder, ".kiket-gen/build");
    const builder = await createBuilder(folder, {
      folder: join(folder, "package.json/build"),
      main: "src/main",
      restore() {},
    });
    expect(await builder.build(1)).toMatchObject({ problems: [{ file: "package.json/build" }] });
    await chmod(builds, 0o700);
  });
});
