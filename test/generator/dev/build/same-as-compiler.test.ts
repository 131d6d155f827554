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
    expect(await bothPrint(project, ["-p", "tsconfig.build.json"])).toEqual({
      dev: expected,
      built: expected,
      warnings: [],
    });
  });
});
