import { mkdir, symlink } from "node:fs/promises";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { bothPrint, buildOf, openBuilder, printed } from "./project-builder.js";

const scripts = { build: "tsc -p tsconfig.build.json", start: "node dist/main.js" };
const esm = { name: "own", type: "module", scripts, workspaces: [] };
const base = {
  target: "ES2023",
  module: "ESNext",
  moduleResolution: "bundler",
  types: [],
  rootDir: "src",
  outDir: "dist",
};
const declared = "declare const console: { log(...values: unknown[]): void };\n";

function config(options: object = {}): string {
  return JSON.stringify({ compilerOptions: { ...base, ...options }, include: ["src"] });
}

describe("what works here and not after `npm run build` is a warning:", () => {
  it.each<[string, Record<string, string>, string, string]>([
    [
      "an import without an ending",
      {
        "package.json": JSON.stringify(esm),
        "tsconfig.build.json": config(),
        "src/main.ts": `${declared}import { b } from "./b";\nconsole.log(b);\n`,
        "src/b.ts": "export const b = 'b';\n",
      },
      "b",
      'src/main.ts:2:19 `kiket-gen dev` finds "./b", but the program does not after `npm run build`: Node needs the whole name of the compiled file',
    ],
    [
      "`paths`, a folder's index, and a type that leaves no import",
      {
        "package.json": JSON.stringify(esm),
        "tsconfig.build.json": config({ paths: { "@/*": ["./src/*"] } }),
        "src/main.ts": `${declared}import { b } from "@/lib";\nimport { type T } from "@/types";\nconst t: T = b;\nconsole.log(t);\n`,
        "src/lib/index.ts": "export const b = 'index';\n",
        "src/types.ts": "export type T = string;\n",
      },
      "index",
      'src/main.ts:2:19 `kiket-gen dev` finds "@/lib", but the program does not after `npm run build`: the compiler follows `paths` and `baseUrl`, but does not change the name in the compiled file',
    ],
    [
      "`rootDirs`",
      {
        "package.json": JSON.stringify(esm),
        "tsconfig.build.json": config({ rootDirs: ["src", "src/more"] }),
        "src/main.ts": `${declared}import { b } from "./b.js";\nconsole.log(b);\n`,
        "src/more/b.ts": "export const b = 'more';\n",
      },
      "more",
      'src/main.ts:2:19 `kiket-gen dev` finds "./b.js", but the program does not after `npm run build`: the compiler follows `rootDirs` and the like, but does not change the name in the compiled file',
    ],
    [
      "`#imports` that lead to a source",
      {
        "package.json": JSON.stringify({ ...esm, imports: { "#b": "./src/b.ts" } }),
        "tsconfig.build.json": config({ module: "NodeNext", moduleResolution: "NodeNext" }),
        "src/main.ts": `${declared}import { b } from "#b";\nconsole.log(b);\n`,
        "src/b.ts": "enum B { b }\nexport const b = B.b;\n",
      },
      "0",
      'src/main.ts:2:19 `kiket-gen dev` finds "#b", but the program does not after `npm run build`: `imports` of package.json does not lead to the compiled file',
    ],
  ])("%s", async (_what, files, expected, warning) => {
    const project = await openBuilder(files);
    const both = await bothPrint(project, ["-p", "tsconfig.build.json"]);
    expect(both.dev).toBe(expected);
    expect(both.warnings).toEqual([warning]);
    expect(both.built).toMatch(/Error/);
  });

  it("but not if a step after the compiler may change the names", async () => {
    const project = await openBuilder({
      "package.json": JSON.stringify({ ...esm, scripts: { build: "tsc -p tsconfig.build.json && tsc-alias" } }),
      "tsconfig.build.json": config({ paths: { "@/*": ["./src/*"] } }),
      "src/main.ts": `${declared}import { b } from "@/b";\nconsole.log(b);\n`,
      "src/b.ts": "export const b = 'b';\n",
    });
    const { program, warnings } = await buildOf(project);
    expect(await printed(program, project.folder)).toBe("b");
    expect(warnings).toEqual([]);
  });
});

describe("a file beside the sources", () => {
  const files = {
    "tsconfig.build.json": config({ types: ["node"] }),
    "src/main.ts": `import { readFileSync } from "node:fs";
console.log(readFileSync(new URL("./texts/a.txt", import.meta.url), "utf8").trim());
`,
    "src/texts/a.txt": "beside\n",
  };

  it("is as missing as after `npm run build`, and a warning says so", async () => {
    const project = await openBuilder({ "package.json": JSON.stringify(esm), ...files });
    const both = await bothPrint(project, ["-p", "tsconfig.build.json"]);
    expect([both.dev, both.built]).toEqual([expect.stringContaining("ENOENT"), expect.stringContaining("ENOENT")]);
    expect(both.warnings).toEqual([
      "src/main.ts:2:34 the compiled file finds nothing here: src/texts/a.txt is not copied to dist/texts/a.txt",
    ]);
  });

  it("is found where the build copies it, also before the first build", async () => {
    const build = "tsc -p tsconfig.build.json && cp -r src/texts dist/";
    const project = await openBuilder({ "package.json": JSON.stringify({ ...esm, scripts: { build } }), ...files });
    const { program, warnings } = await buildOf(project);
    expect(await printed(program, project.folder)).toBe("beside");
    expect(warnings).toEqual([]);
  });

  it("is found where another step has put it; what the compiler has left there is not", async () => {
    const project = await openBuilder({
      "package.json": JSON.stringify({ ...esm, scripts: { build: "tsc -p tsconfig.build.json && node put.mjs" } }),
      ...files,
      "src/main.ts": `import { existsSync, readFileSync } from "node:fs";
const at = (path: string) => new URL(path, import.meta.url);
console.log(readFileSync(at("./put/b.txt"), "utf8").trim(), existsSync(at("./old.d.ts")), existsSync(at("./old.js.map")));
`,
      "dist/put/b.txt": "put\n",
      "dist/old.d.ts": "export {};\n",
      "dist/old.js.map": "{}\n",
      "dist/main.js": "console.log('an old build');\n",
    });
    expect(await printed((await buildOf(project)).program, project.folder)).toBe("put false false");
  });
});

describe("a project that a bundler builds", () => {
  const build = "esbuild src/main.ts --bundle --platform=node --format=esm --outfile=dist/main.js";
  const bundled = { ...esm, scripts: { build, start: "node dist/main.js" } };
  const compiler = JSON.stringify({ compilerOptions: { ...base, noEmit: true, paths: { "@/*": ["./src/*"] } } });

  it("finds what the bundler finds: `paths`, imports without an ending, JSON and packages of TypeScript", async () => {
    const project = await openBuilder({
      "package.json": JSON.stringify(bundled),
      "tsconfig.json": compiler,
      "src/main.ts": `${declared}import { b } from "@/lib/b";
import data, { two } from "./data.json";
import { shared } from "shared";
console.log(b, data.one, two, shared);
`,
      "src/lib/b.ts": `import { readFileSync } from "node:fs";\nexport const b = readFileSync(new URL("../texts/a.txt", import.meta.url), "utf8");\n`,
      "src/data.json": '{ "one": 1, "two": 2 }\n',
      "texts/a.txt": "text",
      "shared/package.json": '{ "name": "shared", "type": "module", "exports": "./src/index.ts" }',
      "shared/src/index.ts": "enum Kind { Shared = 'shared' }\nexport const shared: string = Kind.Shared;\n",
    });
    await mkdir(`${project.folder}/node_modules`);
    await symlink("../shared", `${project.folder}/node_modules/shared`);
    const { program, warnings } = await buildOf(project);
    expect(await printed(program, project.folder)).toBe("text 1 2 shared");
    expect(warnings).toEqual([]);
  });

  it("has one format, also for what it takes from another package of the workspace", async () => {
    const project = await openBuilder(
      {
        "packages/ext/package.json": JSON.stringify(bundled),
        "packages/ext/tsconfig.json": JSON.stringify({
          compilerOptions: { ...base, module: "NodeNext", moduleResolution: "NodeNext", noEmit: true },
        }),
        "packages/ext/src/main.ts": `${declared}import { shared } from "shared";\nconsole.log(shared);\n`,
        "packages/shared/package.json": '{ "name": "shared", "exports": "./index.ts" }',
        "packages/shared/index.ts": `import { near } from "./near.js";\nexport const shared: string = near;\n`,
        "packages/shared/near.ts": "export const near: string = typeof import.meta.url;\n",
        "node_modules/.keep": "",
      },
      "src/main",
      "packages/ext",
    );
    await symlink("../packages/shared", join(project.folder, "../../node_modules/shared"));
    const { program, warnings, folder } = await buildOf(project);
    expect(await printed(program, project.folder)).toBe("string");
    expect(warnings).toEqual([]);
    expect(relative(folder, program)).toBe("dist/main.js");
  });

  it.each([
    ["esm in a package of CommonJS", { scripts: { build, start: "node dist/main.mjs" } }, "object undefined"],
    ["CommonJS", { scripts: { build: "tsup src/main.ts", start: "node dist/main.js" } }, "undefined string"],
  ])("has the bundle's format: %s", async (_what, more, expected) => {
    const project = await openBuilder({
      "package.json": JSON.stringify({ name: "own", workspaces: [], ...more }),
      "tsconfig.json": compiler,
      "src/main.ts": `import { kinds } from "./kinds";\nconsole.log(kinds);\nexport {};\n`.replace(
        "kinds);",
        "...kinds);",
      ),
      "src/kinds.ts": `export const kinds = ${
        expected.startsWith("object") ? "[typeof import.meta, typeof __filename]" : '["undefined", typeof __filename]'
      };\n`,
    });
    expect(await printed((await buildOf(project)).program, project.folder)).toBe(expected);
  });

  it("is told what only the bundler can do, at the start and with its place", async () => {
    const project = await openBuilder({
      "package.json": JSON.stringify({ ...bundled, scripts: { build: "vite build" } }),
      "tsconfig.json": compiler,
      "src/main.ts": `import page from "./page.html?raw";\nimport made from "virtual:made";\nimport "./style.css";\nconsole.log(page, made);\n`,
      "src/page.html": "<p>",
      "src/style.css": "p {}",
    });
    const { warnings } = await buildOf(project);
    expect(warnings.map(({ file, line, column, message }) => [`${file}:${line}:${column}`, message])).toEqual([
      ["src/main.ts:1:18", 'Node cannot import "./page.html?raw"; only the bundler of `npm run build` can'],
      ["src/main.ts:2:18", 'nothing is found for "virtual:made"'],
      ["src/main.ts:3:8", 'Node cannot import "./style.css"; only the bundler of `npm run build` can'],
    ]);
  });
});

describe("a project without a build", () => {
  it("of JavaScript runs as it is: ES modules, CommonJS, and files that are listed", async () => {
    const project = await openBuilder({
      "package.json": JSON.stringify({ name: "own", main: "lib/start.js", workspaces: [] }),
      "lib/start.js": `const { readdirSync } = require("node:fs");
const parts = readdirSync(__dirname + "/parts").map((name) => require("./parts/" + name));
import("./late.mjs").then(({ late }) => console.log(...parts, late, undeclared = 1));
`,
      "lib/parts/one.js": "module.exports = require('../../package.json').name;\n",
      "lib/parts/two.js": "module.exports = 2;\n",
      "lib/late.mjs": `import data from "./data.json" with { type: "json" };\nexport const late = data.late;\n`,
      "lib/data.json": '{ "late": "late" }\n',
    });
    const { program, warnings } = await buildOf(project);
    expect(await printed(program, project.folder)).toBe("own 2 late 1");
    expect(warnings).toEqual([]);
  });

  it.each([
    ["CommonJS", {}, "string two"],
    ["ES modules", { type: "module" }, "undefined two"],
  ])("that tsx runs has the format that tsx gives it: %s", async (_what, more, expected) => {
    const project = await openBuilder({
      "package.json": JSON.stringify({ ...more, scripts: { start: "tsx src/main.ts" }, workspaces: [] }),
      "tsconfig.json": JSON.stringify({ compilerOptions: { ...base, noEmit: true } }),
      "src/main.ts": `import { two } from "./data.json";\nimport { kind } from "./kind";\nconsole.log(kind, two);\n`,
      "src/kind.ts": "export const kind = typeof __filename;\n",
      "src/data.json": '{ "two": "two" }\n',
    });
    const { program, warnings } = await buildOf(project);
    expect(await printed(program, project.folder)).toBe(expected);
    expect(warnings).toEqual([]);
  });

  it("of TypeScript has compiled files beside its sources", async () => {
    const project = await openBuilder({
      "package.json": JSON.stringify({ type: "module", scripts: { start: "node src/main.ts" }, workspaces: [] }),
      "src/main.ts": `import { readFileSync } from "node:fs";
import { b } from "./b.ts";
console.log(b satisfies string, readFileSync(new URL("./texts/a.txt", import.meta.url), "utf8"));
`,
      "src/b.ts": "export const b: string = 'b';\n",
      "src/texts/a.txt": "text",
    });
    expect(await printed((await buildOf(project)).program, project.folder)).toBe("b text");
  });
});

it("a project with Yarn's Plug'n'Play is told how to start, and nothing about its packages", async () => {
  const project = await openBuilder({
    "package.json": JSON.stringify(esm),
    "tsconfig.build.json": JSON.stringify({ ...JSON.parse(config()), extends: "@shared/config" }),
    "src/main.ts": `import { any } from "in-a-zip";\nconsole.log(any);\n`,
    ".pnp.cjs": "",
  });
  const { warnings } = await buildOf(project);
  expect(warnings.map(({ file, message, hint }) => [file, message, hint])).toEqual([
    [
      ".pnp.cjs",
      "the packages of this project are found only by a program that Yarn starts",
      "run `yarn kiket-gen dev`",
    ],
  ]);
});
