import { describe, expect, it } from "vitest";
import { mainCandidates } from "../../../../generator/dev/build/main-source.js";
import { readBuildScripts } from "../../../../generator/dev/build/scripts.js";

const tsc = { compiler: "tsc", copies: false, rewrites: false, bundles: false };
const other = { compiler: "other", copies: true, rewrites: true, bundles: true };

describe("the scripts of package.json", () => {
  it.each<[string, Record<string, unknown>, object]>([
    ["no build", {}, { compiler: "none", copies: false, rewrites: false, bundles: false }],
    ["a type check is no build", { build: "tsc --noEmit" }, { ...tsc, compiler: "none" }],
    ["the compiler", { build: "tsc" }, tsc],
    ["its configuration", { build: "tsc -p tsconfig.build.json" }, { ...tsc, project: "tsconfig.build.json" }],
    ["its configuration, long", { build: "npx tsc --project=conf" }, { ...tsc, project: "conf" }],
    ["the compiler, by its file", { build: "node ./node_modules/typescript/bin/tsc -p a" }, { ...tsc, project: "a" }],
    ["the compiler, through other programs", { build: "yarn -s tsc -p a" }, { ...tsc, project: "a" }],
    ["the native compiler", { build: "node_modules/.bin/tsgo -p a" }, { ...tsc, project: "a" }],
    ["a bundler that has the name of a package manager", { build: "bun build a.ts --outdir dist" }, other],
    ["a build of parts", { build: "tsc -b --verbose" }, tsc],
    ["folders", { build: "tsc --outDir lib --rootDir src" }, { ...tsc, outDir: "lib", rootDir: "src" }],
    [
      "what cleans and generates first",
      { prebuild: "kiket-gen", build: "rimraf dist && NODE_ENV=production tsc" },
      tsc,
    ],
    ["a copy", { build: "tsc && cp -r src/texts dist/" }, { ...tsc, copies: true }],
    ["names that are rewritten", { build: "tsc && tsc-alias" }, { ...tsc, copies: true, rewrites: true }],
    [
      "a script that calls others",
      { build: "npm run -s compile", compile: "tsc -p 'a b.json'" },
      { ...tsc, project: "a b.json" },
    ],
    ["scripts that call each other", { build: "npm run build" }, { compiler: "none" }],
    ["a bundler, with a check of types", { build: "tsc --noEmit && vite build" }, other],
    ["a bundler's format", { build: "esbuild a.ts --bundle --format=esm" }, { ...other, format: "esm" }],
    [
      "declarations beside a bundler",
      { build: "tsup a.ts --format cjs && tsc --emitDeclarationOnly" },
      { ...other, format: "cjs" },
    ],
    ["a compiler of single files", { build: "swc src -d dist" }, { ...other, bundles: false }],
    ["the program", { start: "node --enable-source-maps -r ./a.cjs dist/main.js --port 1" }, { entry: "dist/main.js" }],
    ["the program, of TypeScript", { start: "tsx watch src/app.ts" }, { entry: "src/app.ts", runner: "tsx" }],
    ["scripts that are no texts", { build: 5, start: null }, { compiler: "none" }],
  ])("%s", (_what, scripts, expected) => {
    expect(readBuildScripts(scripts)).toMatchObject(expected);
  });
});

describe("the program's source", () => {
  const places = { dir: "/p", main: "/p/src/main", outDir: "/p/dist", rootDir: "/p/src" };
  it.each([
    [[], "/p/src/main.ts"],
    [["dist/app.js"], "/p/src/app.ts"],
    [["./dist/bin/app.mjs"], "/p/src/bin/app.mts"],
    [["src/app.ts"], "/p/src/app.ts"],
    [["lib/app.js"], "/p/lib/app.js"],
    [["server"], "/p/server.ts"],
  ])("may be, with %j in package.json, %s", (named, expected) => {
    expect(mainCandidates({ ...places, named })).toContain(expected);
  });

  it("is never outside of the project, and never what is compiled", () => {
    const found = mainCandidates({ ...places, named: ["../../etc/app.js", "/etc/app.js", "dist/app.js"] });
    expect(found.filter((path) => !path.startsWith("/p/") || path.startsWith("/p/dist/"))).toEqual([]);
  });
});
