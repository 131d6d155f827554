import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { generate } from "../../../generator/index.js";
import { setupProblems } from "../../../generator/output/project-setup.js";
import { type CompilerVersion, testedCompilers, tsc } from "../../support/compile.js";
import { createProject, removeProject } from "../../support/project.js";
import { runNode } from "../../support/run-node.js";

const manifest = `model_version: "1.0"
extension: { id: com.example.plain, name: Plain, version: 0.1.0, hooks: [{ event: issue.created }] }
`;

let folder: string;
afterEach(() => removeProject(folder));

interface Setup {
  readonly package: object;
  readonly compilerOptions: Readonly<Record<string, unknown>>;
}

async function project({ package: json, compilerOptions }: Setup, typescript: string): Promise<void> {
  const options = {
    target: "es2023",
    types: ["node"],
    rootDir: "src",
    outDir: "dist",
    strict: true,
    skipLibCheck: true,
  };
  folder = await createProject({
    ".kiket/manifest.yaml": manifest,
    "package.json": JSON.stringify({ workspaces: [], devDependencies: { typescript }, ...json }),
    "tsconfig.json": JSON.stringify({ compilerOptions: { ...options, ...compilerOptions }, include: ["src"] }),
    "node_modules/typescript/package.json": JSON.stringify({ name: "typescript", version: `${typescript}.0` }),
  });
}

const own = { type: "module" };
const cjs = { type: "commonjs" };

/** Setups, and the versions of the compiler with which the generated files do not compile. */
const setups: readonly (readonly [what: string, setup: Setup, fails: readonly CompilerVersion[]])[] = [
  ["modules", { package: own, compilerOptions: { module: "nodenext" } }, []],
  ["modules, node20", { package: own, compilerOptions: { module: "node20" } }, []],
  ["modules, node16", { package: own, compilerOptions: { module: "node16" } }, []],
  ["a bundler", { package: {}, compilerOptions: { module: "esnext", moduleResolution: "bundler" } }, []],
  ["CommonJS", { package: cjs, compilerOptions: { module: "nodenext" } }, []],
  ["CommonJS without a type", { package: {}, compilerOptions: { module: "nodenext" } }, []],
  ["CommonJS, node20", { package: cjs, compilerOptions: { module: "node20" } }, []],
  ["CommonJS, node16", { package: cjs, compilerOptions: { module: "node16" } }, ["5.9", "6.0", "7.0"]],
  ["CommonJS, node18", { package: {}, compilerOptions: { module: "node18" } }, ["5.9", "6.0", "7.0"]],
  [
    "CommonJS with verbatim syntax",
    { package: cjs, compilerOptions: { module: "nodenext", verbatimModuleSyntax: true } },
    ["5.9", "6.0", "7.0"],
  ],
  ["the options of old `tsc --init`", { package: cjs, compilerOptions: { module: "commonjs" } }, ["5.9"]],
  [
    "node10",
    { package: cjs, compilerOptions: { module: "commonjs", moduleResolution: "node10" } },
    ["5.9", "6.0", "7.0"],
  ],
];

describe("a project whose setup", () => {
  it.each(
    testedCompilers.flatMap((version) => setups.map(([what, setup, fails]) => [what, version, setup, fails] as const)),
  )("is %s, with TypeScript %s: the warning comes where the compiler fails", async (_what, version, setup, fails) => {
    await project(setup, version);
    const { diagnostics } = await generate({ dir: folder });
    const { code, stdout } = await tsc(folder, ["--noEmit"], version);
    const warned = diagnostics.map((diagnostic) => diagnostic.code);
    expect([warned, code === 0], stdout).toEqual(fails.includes(version) ? [["KG506"], false] : [[], true]);
  });
});

describe("a CommonJS project", () => {
  it("compiles, and its program listens and stops", async () => {
    await project({ package: cjs, compilerOptions: { module: "nodenext" } }, "7.0");
    await generate({ dir: folder });
    expect(await tsc(folder)).toEqual({ code: 0, stdout: "", stderr: "" });
    await writeFile(
      join(folder, "stop.cjs"),
      'require("./dist/main.js"); setTimeout(() => process.kill(process.pid, "SIGTERM"), 500);\n',
    );
    const { code, stdout, stderr } = await runNode(["stop.cjs"], folder, { ...process.env, PORT: "0" });
    expect([code, stdout + stderr]).toEqual([0, expect.stringContaining("listening")]);
  });
});

describe("a project without a tsconfig.json", () => {
  const none = { path: undefined, options: {}, typescript: 0, read: [], missing: [] };
  const told = (packageJson: string | undefined) =>
    setupProblems(packageJson, none).map(({ code, severity, at, message }) => [code, severity, at.file, message]);

  it.each([
    ["typescript", "devDependencies"],
    ["@typescript/native-preview", "devDependencies"],
    ["typescript", "dependencies"],
  ])("that has %s in %s is told what is missing", (name, group) => {
    expect(told(JSON.stringify({ [group]: { [name]: "*" } }))).toEqual([
      ["KG506", "warning", "package.json", "the project has no tsconfig.json, so its files cannot be compiled"],
    ]);
  });

  it("and without TypeScript is told both", () => {
    expect(told('{ "type": "commonjs" }')).toEqual([
      ["KG506", "warning", "package.json", "the generated files are TypeScript, but the project does not use it"],
    ]);
  });

  it("is not told so if it has one that extends what is not installed yet", async () => {
    folder = await createProject({
      ".kiket/manifest.yaml": manifest,
      "package.json": '{ "type": "module", "workspaces": [] }',
      "tsconfig.json": '{ "extends": "@tsconfig/node20/tsconfig.json" }',
    });
    expect((await generate({ dir: folder })).diagnostics).toEqual([]);
  });

  it.each([[undefined], ["{"], ["<<<<<<< HEAD"]])("is not told if its package.json is %j", (text) => {
    expect(told(text)).toEqual([]);
  });
});
