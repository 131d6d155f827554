import { execFile } from "node:child_process";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { run } from "../../../generator/commands/generate.js";
import { generate } from "../../../generator/generate/generate.js";
import { readCompilerSetup } from "../../../generator/project/compiler-setup.js";
import { importExtension } from "../../../generator/project/import-extension.js";
import { testedCompilers, tsc } from "../../support/compile.js";
import { createProject, readTree, removeProject } from "../../support/project.js";
import { runCommand } from "../../support/run-command.js";

const folders: string[] = [];
afterAll(() => Promise.all(folders.map(removeProject)));

/** A project of its own: what stands above it is not its configuration. */
async function extensionOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kiket-gen-"));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, "app", path)), { recursive: true });
    await writeFile(join(folder, "app", path), text);
  }
  return importExtension(readCompilerSetup(join(folder, "app"), "src/generated/extension.gen.ts"));
}

const on = { compilerOptions: { allowImportingTsExtensions: true } };

describe("the ending of imports", () => {
  it.each<[what: string, files: Record<string, string>, extension: string]>([
    ["no tsconfig.json", {}, ".js"],
    ["no option", { "tsconfig.json": "{}" }, ".js"],
    ["one option", { "tsconfig.json": JSON.stringify(on) }, ".ts"],
    ["the other option", { "tsconfig.json": '{"compilerOptions":{"rewriteRelativeImportExtensions":true}}' }, ".ts"],
    ["an option that is off", { "tsconfig.json": '{"compilerOptions":{"allowImportingTsExtensions":false}}' }, ".js"],
    ["an option that is text", { "tsconfig.json": '{"compilerOptions":{"allowImportingTsExtensions":"true"}}' }, ".js"],
    [
      "comments and commas",
      {
        "tsconfig.json":
          '\ufeff{ // "compilerOptions": {}\r\n /* { */ "files": ["a//b", "c/*d", ",]"], "compilerOptions": { "allowImportingTsExtensions": true, /* on */ }, }',
      },
      ".ts",
    ],
    [
      "an option in a comment",
      { "tsconfig.json": '{"compilerOptions":{/*"allowImportingTsExtensions":true*/}}' },
      ".js",
    ],
    ["a base", { "tsconfig.json": '{"extends":"./base.json"}', "base.json": JSON.stringify(on) }, ".ts"],
    ["a base without its ending", { "tsconfig.json": '{"extends":"./base"}', "base.json": JSON.stringify(on) }, ".ts"],
    [
      "a base of a base above the project",
      {
        "tsconfig.json": '{"extends":"../shared/a.json"}',
        "../shared/a.json": '{"extends":"./b.json"}',
        "../shared/b.json": JSON.stringify(on),
      },
      ".ts",
    ],
    [
      "the last of several bases",
      {
        "tsconfig.json": '{"extends":["./a.json","./b.json"]}',
        "a.json": JSON.stringify(on),
        "b.json": '{"compilerOptions":{"allowImportingTsExtensions":false}}',
      },
      ".js",
    ],
    [
      "the project's own option before its base's",
      {
        "tsconfig.json": '{"extends":"./a.json","compilerOptions":{"allowImportingTsExtensions":false}}',
        "a.json": JSON.stringify(on),
      },
      ".js",
    ],
    ["a cycle", { "tsconfig.json": '{"extends":"./tsconfig.json"}' }, ".js"],
    ["a base that does not exist", { "tsconfig.json": '{"extends":"./none.json"}' }, ".js"],
    [
      "a base of a package",
      {
        "tsconfig.json": '{"extends":"@tsconfig/node-ts/tsconfig.json"}',
        "node_modules/@tsconfig/node-ts/tsconfig.json": JSON.stringify(on),
        "node_modules/@tsconfig/node-ts/package.json": '{"name":"@tsconfig/node-ts","version":"1.0.0"}',
      },
      ".ts",
    ],
    [
      "a base of a package above the project, without the name of its file",
      {
        "tsconfig.json": '{"extends":"@tsconfig/node-ts"}',
        "../node_modules/@tsconfig/node-ts/tsconfig.json": JSON.stringify(on),
      },
      ".ts",
    ],
    ["a base of a package that is not installed", { "tsconfig.json": '{"extends":"@tsconfig/node-ts"}' }, ".js"],
    ["a configuration above the project", { "../tsconfig.json": JSON.stringify(on), "package.json": "{}" }, ".ts"],
    [
      "a reference that includes the sources",
      {
        "tsconfig.json": '{"files":[],"references":[{"path":"./tsconfig.test.json"},{"path":"./src"}]}',
        "tsconfig.test.json": '{"include":["test"]}',
        "src/tsconfig.json": JSON.stringify({ ...on, include: ["."] }),
      },
      ".ts",
    ],
    [
      "a reference of a reference",
      {
        "tsconfig.json": '{"files":[],"references":[{"path":"all.json"}]}',
        "all.json": '{"files":[],"references":[{"path":"tsconfig.json"},{"path":"app.json"}]}',
        "app.json": JSON.stringify({ ...on, include: ["src/**/*"] }),
      },
      ".ts",
    ],
    [
      "references that do not exist or include other files",
      {
        "tsconfig.json": JSON.stringify({
          ...on,
          references: [{ path: "none" }, { path: "tsconfig.test.json" }],
          files: [],
        }),
        "tsconfig.test.json": '{"include":["test"]}',
      },
      ".ts",
    ],
    ["a file that is not JSON", { "tsconfig.json": "{" }, ".js"],
    ["a file that is not a map", { "tsconfig.json": "[1]" }, ".js"],
    ["options that are not a map", { "tsconfig.json": '{"compilerOptions":["allowImportingTsExtensions"]}' }, ".js"],
  ])("with %s", async (_what, files, extension) => {
    expect(await extensionOf(files)).toBe(extension);
  });
});

const manifest = `model_version: "1.0"
extension:
  id: com.example.stripped
  name: Stripped
  version: 0.1.0
  permissions: [issues:read]
  hooks: [{ event: issue.created }]
  configuration: { GREETING: { type: string, default: Hello }, KEY: { type: string, secret: true } }
  custom_data: { permissions: [{ module: com.example.stripped.log, operations: [read, write] }] }
`;

const moduleText = `module: com.example.stripped.log
tables:
  entries:
    columns: [{ name: id, type: bigint, primary_key: true, auto_increment: true }, { name: at, type: timestamp }]
`;

const compilerOptions = {
  target: "ES2023",
  module: "NodeNext",
  strict: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  rewriteRelativeImportExtensions: true,
  types: ["node"],
  rootDir: "src",
  outDir: "dist",
  skipLibCheck: true,
};

describe("a project that imports .ts", () => {
  let folder: string;
  afterEach(() => removeProject(folder));

  it("compiles, and runs as it is under Node's type stripping", async () => {
    folder = await createProject({
      ".kiket/manifest.yaml": manifest,
      ".kiket/modules/log/schema.yml": moduleText,
      "tsconfig.json": JSON.stringify({ compilerOptions, include: ["src"] }),
      "run.ts": `import { createPlatform } from "kiket-gen/testing";
import { createExtension } from "./src/generated/extension.gen.ts";

const platform = await createPlatform();
const extension = createExtension({ baseUrl: platform.baseUrl });
const { status, body } = await platform.deliver(extension, { event: "issue.created", payload: { issue: { id: 1 } } });
await extension.close();
await platform.close();
console.log(JSON.stringify([process.versions.node.split(".")[0], status, body]));
`,
    });
    expect((await generate({ dir: folder })).diagnostics).toEqual([]);
    const sources = Object.entries(await readTree(join(folder, "src"))).filter(([path]) => path.endsWith(".ts"));
    const specifiers = sources.flatMap(([, text]) =>
      [...text.matchAll(/ from "(\.[^"]*)"/g)].map(([, from]) => from ?? ""),
    );
    expect(specifiers.length).toBeGreaterThan(5);
    expect(specifiers.filter((from) => !from.endsWith(".ts"))).toEqual([]);

    for (const version of testedCompilers) {
      expect(await tsc(folder, [], version), version).toEqual({ code: 0, stdout: "", stderr: "" });
    }
    const strips = "typescript" in process.features && process.features.typescript === "strip";
    const [command = "", ...args] = strips ? [process.execPath] : ["npx", "-y", "-p", "node@24", "node"];
    const shell = process.platform === "win32" && !strips;
    const { stdout } = await promisify(execFile)(command, [...args, "run.ts"], { cwd: folder, shell });
    const [major, status, body] = JSON.parse(stdout.split("\n").find((line) => line.startsWith("[")) ?? "[]");
    expect([major, status]).toEqual([strips ? process.versions.node.split(".")[0] : "24", 501]);
    expect(JSON.stringify(body)).toContain("issue.created");
  }, 180_000);

  it.each([["tsconfig.json"], ["node_modules/@tsconfig/own/tsconfig.json"]])(
    "is generated again if only %s changes",
    async (path) => {
      folder = await createProject({
        ".kiket/manifest.yaml": manifest,
        "node_modules/@tsconfig/own/tsconfig.json": "{}",
        "tsconfig.json": '{ "extends": "@tsconfig/own/tsconfig.json" }',
      });
      expect((await runCommand({ run }, [folder])).code).toBe(0);
      expect((await runCommand({ run }, [folder])).stdout).toContain("nothing to do");
      await writeFile(join(folder, path), JSON.stringify(on));
      expect((await runCommand({ run }, [folder, "--check"])).code).toBe(1);
      expect((await runCommand({ run }, [folder])).stdout).toContain("written  src/generated/extension.gen.ts");
    },
  );
});
