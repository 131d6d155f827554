import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bothPrint, openBuilder } from "./project-builder.js";

const scripts = { build: "tsc -p tsconfig.build.json", start: "node dist/main.js" };
const esm = JSON.stringify({ name: "own", type: "module", scripts, workspaces: [] });
const cjs = JSON.stringify({ name: "own", scripts, workspaces: [] });
const strict = { target: "ES2023", module: "NodeNext", skipLibCheck: true, types: [], rootDir: "src", outDir: "dist" };

function config(options: object, more: object = {}): string {
  return JSON.stringify({ compilerOptions: { ...strict, ...options }, include: ["src"], ...more });
}

const declared = "declare const console: { log(...values: unknown[]): void };\n";

describe("a built program prints what it prints after `npm run build`:", () => {
  it.each<[string, Record<string, string>, string]>([
    [
      "modules, in a circle",
      {
        "package.json": esm,
        "tsconfig.build.json": config({ verbatimModuleSyntax: true }),
        "src/main.ts": `${declared}import { b } from "./b.js";\nexport const a = () => "a";\nconsole.log(b());\n`,
        "src/b.ts": `import { a } from "./main.js";\nexport const b = (): string => a() + "b";\n`,
      },
      "ab",
    ],
    [
      "CommonJS, with an import of an ES module",
      {
        "package.json": cjs,
        "tsconfig.build.json": config({}),
        "src/main.ts": `${declared}import { b } from "./b";\nvoid import("./c.mjs").then(({ c }) => console.log(b, c));\n`,
        "src/b.ts": `export const b = typeof require;\ndeclare const require: unknown;\n`,
        "src/c.mts": `export const c = typeof import.meta.url;\n`,
      },
      "function string",
    ],
    [
      "names of types that are imported and exported again, and constant enums",
      {
        "package.json": esm,
        "tsconfig.build.json": config({}),
        "src/main.ts": `${declared}import { Shape, area } from "./all.js";\nimport { Level } from "./level.js";\nconst s: Shape = { r: 2 };\nconsole.log(area(s), Level.High);\n`,
        "src/all.ts": `export { Shape, area } from "./shape.js";;\nexport { Refused } from "kept";\n`,
        "src/shape.ts": `export interface Shape { r: number }\nexport const area = ({ r }: Shape) => r * 3;\n`,
        "src/level.ts": "export const enum Level { Low, High }\n",
        "node_modules/kept/package.json":
          '{ "name": "kept", "type": "module", "exports": { ".": { "types": "./index.d.ts", "default": "./index.js" } } }',
        "node_modules/kept/index.js": "export const kept = 1;\n",
        "node_modules/kept/index.d.ts": "export interface Refused { b: string }\nexport declare const kept: number;\n",
      },
      "6 1",
    ],
    [
      "JSON, `#imports`, the package's own name, and a file in another folder",
      {
        "package.json": JSON.stringify({
          ...JSON.parse(esm),
          imports: { "#data/*": "./dist/data/*.js" },
          exports: { "./extra": "./dist/extra.js" },
        }),
        "tsconfig.build.json": config({ types: ["node"] }),
        "src/main.ts": `import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { one } from "#data/one";
import { extra } from "own/extra";
import values from "./values.json" with { type: "json" };
const text = readFileSync(new URL("../texts/a.txt", import.meta.url), "utf8");
const { name } = createRequire(import.meta.url)("../package.json") as { name: string };
console.log(one, extra, values.two, text.trim(), name, import.meta.url.endsWith("/dist/main.js"));
`,
        "src/data/one.ts": "export const one = 1;\n",
        "src/extra.ts": `export const extra = "extra";\n`,
        "src/values.json": '{ "two": 2 }\n',
        "texts/a.txt": "from a file\n",
      },
      "1 extra 2 from a file own true",
    ],
    [
      "imports that end in .ts, JSX and decorators",
      {
        "package.json": esm,
        "tsconfig.build.json": config({
          rewriteRelativeImportExtensions: true,
          jsx: "react",
          jsxFactory: "h",
          experimentalDecorators: true,
          emitDecoratorMetadata: true,
        }),
        "src/main.ts": `${declared}import { element, Named } from "./view.tsx";\nconsole.log(element, new Named().name);\n`,
        "src/view.tsx": `declare global { namespace JSX { interface IntrinsicElements { b: object } } }
const h = (name: string) => "<" + name + ">";
export const element = <b />;
function named(value: string) { return (target: { prototype: object }) => { Object.assign(target.prototype, { name: value }); }; }
@named("decorated")
export class Named { declare name: string; }
`,
      },
      "<b> decorated",
    ],
    [
      "what only the declarations of a package decide",
      {
        "package.json": esm,
        "tsconfig.build.json": config({ experimentalDecorators: true, emitDecoratorMetadata: true }),
        "src/main.ts": `${declared}import { Level, Options, value } from "pkg";
import { Seen } from "./seen.js";
import { type Again, again } from "./again.js";
const options: Options = { a: again as Again };
console.log(Level.High, value, options.a, Seen.name);
`,
        "src/again.ts": `import { Options, value } from "pkg";\ntype Again = string;\nconst again: Again = "again";\nexport { Again, Options, again, value };\n`,
        "src/seen.ts": `import { Options } from "pkg";
const mark = (..._: unknown[]): void => {};
export class Seen { @mark method(@mark _options: Options): void {} }
`,
        "node_modules/pkg/package.json":
          '{ "name": "pkg", "type": "module", "exports": { ".": { "types": "./index.d.ts", "default": "./index.js" } } }',
        "node_modules/pkg/index.js": "export const value = 'value';\n",
        "node_modules/pkg/index.d.ts":
          "export interface Options { a: string }\nexport declare const enum Level { Low, High }\nexport declare const value: string;\n",
      },
      "1 value again Seen",
    ],
    [
      "JavaScript among the sources, and an option that a shared configuration sets",
      {
        "package.json": esm,
        "shared/base.json": JSON.stringify({ compilerOptions: { allowJs: true, checkJs: false } }),
        "tsconfig.build.json": config({}, { extends: "./shared/base.json" }),
        "src/main.ts": `${declared}import { old } from "./old.js";\nconsole.log(old);\n`,
        "src/old.js": "export const old = 'old';\n",
      },
      "old",
    ],
    [
      "parts that refer to each other",
      {
        "package.json": esm.replace("tsc -p tsconfig.build.json", "tsc -b tsconfig.build.json"),
        "tsconfig.build.json": '{ "files": [], "references": [{ "path": "src" }, { "path": "shared" }] }',
        "src/tsconfig.json": JSON.stringify({
          compilerOptions: { ...strict, composite: true, rootDir: ".", outDir: "../dist/src" },
          references: [{ path: "../shared" }],
        }),
        "shared/tsconfig.json": JSON.stringify({
          compilerOptions: { ...strict, composite: true, rootDir: ".", outDir: "../dist/shared" },
        }),
        "src/main.ts": `${declared}import { b } from "../shared/b.js";\nconsole.log(b);\n`,
        "shared/b.ts": "export const b = 'shared';\n",
      },
      "shared",
    ],
    [
      "a worker, files that are listed, and what CommonJS has in an ES module",
      {
        "package.json": esm,
        "tsconfig.build.json": config({
          types: ["node"],
          target: "ES2022",
          importHelpers: true,
          verbatimModuleSyntax: true,
        }),
        "src/main.ts": `#!/usr/bin/env node
import { readdirSync } from "node:fs";
import { Worker } from "node:worker_threads";
import old = require("./old.cjs");
const names = readdirSync(new URL("./parts/", import.meta.url)).filter((name) => name.endsWith(".js"));
const parts = await Promise.all(names.map(async (name) => ((await import("./parts/" + name)) as { part: number }).part));
new Worker(new URL("./worker.js", import.meta.url)).on("message", (text) => console.log(text, old.value, ...parts));
`,
        "src/worker.ts": `import { parentPort } from "node:worker_threads";\nenum From { Worker = "worker" }\nparentPort?.postMessage(From.Worker);\n`,
        "src/old.cts": "const value: number = 3;\nexport = { value };\n",
        "src/parts/one.ts": "export const part: number = 1;\n",
        "src/parts/two.ts": "\ufeffexport const part: number = 2;\n",
      },
      "worker 3 1 2",
    ],
    [
      "`module: preserve`, a package in a folder above, and its data",
      {
        "package.json": esm,
        "tsconfig.build.json": config({ module: "Preserve", moduleResolution: "bundler", types: ["node"] }),
        "src/main.ts": `import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { up } from "above";
const data = createRequire(import.meta.url).resolve("above/data.txt");
console.log(up, readFileSync(data, "utf8"), import.meta.dirname.split("/").at(-1));
`,
        "node_modules/above/package.json":
          '{ "name": "above", "type": "module", "exports": { ".": "./index.js", "./data.txt": "./data.txt" } }',
        "node_modules/above/index.js": "export const up = 'up';\n",
        "node_modules/above/index.d.ts": "export declare const up: string;\n",
        "node_modules/above/data.txt": "data",
      },
      "up data dist",
    ],
    [
      "sources that are not in `src`",
      {
        "package.json": JSON.stringify({ ...JSON.parse(esm), main: "dist/app.js" }),
        "tsconfig.build.json": config({ rootDir: "." }, { include: ["*.ts", "lib"] }),
        "app.ts": `${declared}import { b } from "./lib/b.js";\nconsole.log(b);\n`,
        "lib/b.ts": "export const b = 'lib';\n",
      },
      "lib",
    ],
  ])("%s", async (_what, files, expected) => {
    const project = await openBuilder(files);
    expect(
      await bothPrint(project, [files["package.json"]?.includes("tsc -b") ? "-b" : "-p", "tsconfig.build.json"]),
    ).toEqual({
      dev: expected,
      built: expected,
      warnings: [],
    });
  });
});

it("a source that is a link, and a package of a workspace, are as after `npm run build`", async () => {
  const project = await openBuilder(
    {
      "packages/ext/package.json": esm,
      "packages/ext/tsconfig.build.json": config({}),
      "packages/ext/src/main.ts": `${declared}import { linked } from "./linked/a.js";\nimport { shared } from "shared";\nconsole.log(linked, shared);\n`,
      "elsewhere/a.ts": "export const linked: string = 'linked';\n",
      "packages/shared/package.json": '{ "name": "shared", "type": "module", "exports": "./index.js" }',
      "packages/shared/index.js": "export const shared = 'shared';\n",
      "packages/shared/index.d.ts": "export declare const shared: string;\n",
      "node_modules/.keep": "",
    },
    "src/main",
    "packages/ext",
  );
  await symlink("../packages/shared", join(project.folder, "../../node_modules/shared"));
  await symlink("../../../elsewhere", join(project.folder, "src/linked"));
  const expected = "linked shared";
  expect(await bothPrint(project, ["-p", "tsconfig.build.json"])).toEqual({
    dev: expected,
    built: expected,
    warnings: [],
  });
});
