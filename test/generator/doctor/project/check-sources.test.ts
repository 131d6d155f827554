import { execFileSync } from "node:child_process";
import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkSources } from "../../../../generator/doctor/project/check-sources.js";
import { setupProblems } from "../../../../generator/output/project-setup.js";
import { createHost } from "../../../../generator/project/host.js";
import { readProject } from "../../../../generator/project/read-project.js";
import { readTree, removeProject } from "../../../support/project.js";
import { newProject, notRight, subjectOf } from "./subject.js";

let folder: string;
beforeEach(async () => {
  folder = await newProject("extension");
});
afterEach(() => removeProject(folder));

const at = (path: string) => join(folder, path);
const handler = "src/handlers/issue.created.v1.ts";

async function replace(path: string, before: string | RegExp, after: string): Promise<void> {
  const text = await readFile(at(path), "utf8");
  expect(text).toMatch(before);
  await writeFile(at(path), text.replace(before, after));
}

async function found() {
  const project = await readProject(createHost(folder), { dir: folder });
  const [objection] = setupProblems(project.packageJson, project.compiler);
  return notRight(await checkSources(subjectOf(folder), project, objection));
}

it("finds nothing wrong with a new project, and changes nothing", async () => {
  const before = await readTree(at("src"));
  expect(await found()).toEqual([]);
  expect(await readTree(at("src"))).toEqual(before);
});

describe("finds", () => {
  it("a compiler that does not find kiket-gen", async () => {
    await replace("tsconfig.json", '"NodeNext"', '"CommonJS", "moduleResolution": "node10"');
    expect((await found())[0]).toEqual({
      ...{ id: "tsconfig", status: "wrong", where: "tsconfig.json" },
      what: 'with "moduleResolution": "node10" the compiler does not find kiket-gen/runtime',
      fix: 'write "module": "nodenext" in tsconfig.json',
    });
  });

  it("a compiler that is not strict", async () => {
    await replace("tsconfig.json", '"strict": true', '"strict": false');
    expect(await found()).toEqual([
      {
        ...{ id: "tsconfig", status: "warning", what: "the compiler is not strict" },
        ...{ where: "tsconfig.json compilerOptions.strict", fix: 'write "strict": true' },
      },
    ]);
  });

  it.each([
    ["cannot be found", async () => replace("tsconfig.json", "{", '{ "extends": "not-installed/tsconfig.json",')],
    ["is no JSON", async () => writeFile(at("tsconfig.json"), "{ nope")],
    [
      "is a pipe, which nobody may wait for",
      async () => {
        await rm(at("tsconfig.json"));
        execFileSync("mkfifo", [at("tsconfig.json")]);
      },
    ],
  ])("a configuration that %s, and does not guess what is in it", async (_what, change) => {
    await change();
    expect((await found()).map(({ id, status }) => `${id}: ${status}`)).toEqual(["dev-build: wrong"]);
  });

  it("generated files that the configuration leaves out", async () => {
    await replace("tsconfig.build.json", '"include": ["src"]', '"files": ["src/main.ts"]');
    await replace("tsconfig.json", '["src", "test"]', '["src/main.ts"]');
    expect(await found()).toMatchObject([
      {
        id: "dev-build",
        status: "warning",
        what: expect.stringContaining("generated files are not in the configuration, such as src/generated/"),
      },
    ]);
  });

  it("what dev cannot build, with its place: JSON with a mistake, no program, a syntax error", async () => {
    await appendFile(at(handler), "export const 5;\n");
    expect((await found()).filter(({ id }) => id === "dev-build")).toMatchObject([
      { status: "wrong", where: expect.stringMatching(/^src\/handlers\/issue\.created\.v1\.ts:\d+:\d+$/) },
    ]);
    await rm(at("src/main.ts"));
    expect((await found()).filter(({ id }) => id === "dev-build")).toMatchObject([
      { status: "wrong", what: expect.stringContaining("there is no program to run: src/main.ts does not exist") },
    ]);
    await writeFile(at("tsconfig.build.json"), '{ "extends": "./tsconfig.json" "include": [] }');
    expect((await found()).filter(({ id }) => id === "dev-build")).toMatchObject([
      { status: "wrong", where: "tsconfig.build.json:1:32" },
    ]);
  });

  it("a name that dev cannot follow, with its place", async () => {
    const text = await readFile(at(handler), "utf8");
    await writeFile(at(handler), `import "@/gone.js";\n${text}`);
    expect(await found()).toMatchObject([
      { id: "dev-build", status: "warning", what: 'nothing is found for "@/gone.js"', where: `${handler}:1:8` },
    ]);
  });

  it("mistakes in the manifest, by the first of them", async () => {
    await replace(".kiket/manifest.yaml", "delivery: http", "delivery: carrier-pigeon");
    expect(await found()).toMatchObject([
      {
        ...{ id: "manifest", status: "wrong", where: expect.stringMatching(/^\.kiket\/manifest\.yaml:\d+:\d+$/) },
        fix: "run kiket-gen lint, which shows all of them with hints",
      },
      ...[],
    ]);
    await writeFile(at(".kiket/manifest.yaml"), "extension: [\n");
    expect(await found()).toMatchObject([
      { id: "manifest", status: "wrong", what: ".kiket/manifest.yaml: 1 error" },
      { id: "generated", status: "not-testable", what: "while there are errors, nothing is generated" },
      { id: "handlers", status: "not-testable" },
    ]);
  });

  it("no manifest", async () => {
    await rm(at(".kiket"), { recursive: true });
    expect((await found())[0]).toMatchObject({ id: "manifest", status: "wrong", what: "the manifest: 1 error" });
  });

  it("generated files that are missing, out of date or left over", async () => {
    await replace(".kiket/manifest.yaml", /issue\.created/g, "issue.updated");
    await rm(at("src/generated/scopes.gen.ts"));
    const [generated, handlers] = (await found()).filter(({ id }) => id === "generated" || id === "handlers");
    expect(generated).toMatchObject({
      ...{ id: "generated", status: "wrong" },
      fix: "run kiket-gen, and commit the result; kiket-gen --check shows the difference",
    });
    expect(generated?.what).toMatch(
      /^generated files differ from what kiket-gen 0\.1\.0 makes of the manifest: missing: src\/generated\/events\/issue\.updated\.v1\.gen\.ts, .*; out of date: .*; left over: src\/generated\/events\/issue\.created\.v1\.gen\.ts/,
    );
    expect(handlers).toMatchObject({ id: "generated", status: "warning", where: `${handler}:1:1` });
  });

  it("handlers that are missing or that nobody has filled", async () => {
    await rm(at(handler));
    expect((await found()).filter(({ id }) => id === "handlers")).toEqual([
      {
        ...{ id: "handlers", status: "wrong", what: `files do not exist: ${handler}` },
        fix: "run kiket-gen, which makes a stub for each, and fill it; or get them back with git",
      },
    ]);
    const { generate } = await import("../../../../generator/generate/generate.js");
    await generate({ dir: folder });
    expect(await found()).toMatchObject([
      { id: "handlers", status: "warning", what: "1 of 1 handlers is not filled", where: handler },
    ]);
  });
});
