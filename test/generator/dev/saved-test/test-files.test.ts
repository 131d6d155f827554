import { chmod, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestMaterial } from "kiket-gen/dev";
import { describe, expect, it, onTestFinished } from "vitest";
import { createTestFiles } from "../../../../generator/dev/saved-test/test-files.js";
import { nameObjection, suggestedName } from "../../../../generator/dev/saved-test/test-name.js";
import type { Model } from "../../../../generator/model/model.js";
import { createHost } from "../../../../generator/project/host.js";
import { createProject, readTree, removeProject } from "../../../support/project.js";

const material: TestMaterial = {
  ...{ kind: "extension", event: "boat.docked", version: "v1", auth: "token", status: 200, verdict: "allow" },
  ...{ operations: ["getIssue"], remarks: [], data: { event: "boat.docked", version: "v1", headers: {}, body: {} } },
};
const model = {
  events: [{ name: "boat.docked", version: "v1" }],
  settings: [
    { key: "GREETING", defaultFrom: undefined },
    { key: "PIER", defaultFrom: { from: "env", name: "PIER_NAME" } },
  ],
} as unknown as Model;
const generated = { "src/generated/testing.gen.ts": "" };

async function filesOf(tree: Readonly<Record<string, string>> = generated) {
  const folder = await createProject(tree);
  onTestFinished(() => removeProject(folder));
  const written: string[] = [];
  const files = createTestFiles({
    ...{ folder, host: createHost(folder), variables: () => ({}) },
    project: () => ({ source: { layout: { out: "src/generated", handlers: "src/handlers" } }, model }),
    onWritten: ({ name }) => written.push(name),
  });
  const save = async (name?: string, given: Partial<TestMaterial> = {}) => {
    const prepared = await files.prepare({ ...material, ...given }, name);
    if ("problem" in prepared) return [prepared.status, prepared.problem];
    const refusal = await prepared.write();
    return refusal === undefined ? prepared.plan.files : [refusal.status, refusal.problem];
  };
  return { folder, files, save, written };
}

describe("the name of a saved test", () => {
  it.each(["a", "issue-created-1", "9-lives", "x".repeat(80)])("can be %s", (name) => {
    expect(nameObjection(name)).toBeUndefined();
  });

  it.each([
    ...["", "-a", "a-", "a--b", "A", "a_b", "a.b", "a b", "a/b", "..", "../a", "a\n", "é", "a\0", "%2e%2e", "a;b"],
    ...["con", "nul", "com1", "lpt9", "x".repeat(81)],
  ])("cannot be %j", async (name) => {
    expect(nameObjection(name)).toMatch(/^the name of a test has |^Windows reserves the name /);
    const { save, folder } = await filesOf();
    expect((await save(name))[0]).toBe(422);
    expect(await readdir(folder)).not.toContain("test");
  });

  it.each([
    ["issue.created", "issue-created-2"],
    ["ÄÖ `{x}` ../../Y", "x-y-1"],
    ["日本", "delivery-1"],
    ["a".repeat(300), `${"a".repeat(60)}-1`],
  ])("is, for %s, %s if nobody gives one", (event, name) => {
    const made = suggestedName(event, (one) => one === "issue-created-1");
    expect([made, nameObjection(made)]).toEqual([name, undefined]);
  });
});

describe("the files of a saved test", () => {
  it("are a test and its data, in the project's folder of tests, for imports as the compiler wants them", async () => {
    const { save, folder, written, files } = await filesOf();
    expect(await save()).toEqual(["test/saved/boat-docked-1.test.ts", "test/saved/boat-docked-1.json"]);
    expect(await save()).toEqual(["test/saved/boat-docked-2.test.ts", "test/saved/boat-docked-2.json"]);
    expect(written).toEqual(["boat-docked-1", "boat-docked-2"]);
    expect(files.settings()).toEqual({ GREETING: ["GREETING"], PIER: ["PIER", "PIER_NAME"] });
    const tree = await readTree(folder);
    expect(tree["test/saved/boat-docked-1.json"]).toBe(`${JSON.stringify(material.data, null, 2)}\n`);
    expect(tree["test/saved/boat-docked-1.test.ts"]).toContain('from "../../src/generated/testing.gen.js"');

    const config = '{ "compilerOptions": { "noEmit": true, "allowImportingTsExtensions": true } }';
    const other = await filesOf({ ...generated, "tests/own.test.ts": "", "tsconfig.json": config });
    expect((await other.save("x"))[0]).toBe("tests/saved/x.test.ts");
    expect(await readFile(join(other.folder, "tests/saved/x.test.ts"), "utf8")).toContain("testing.gen.ts");
  });

  it.each(["x.test.ts", "x.json", "X.json", "x"])("never replace %s, in any spelling", async (taken) => {
    const { save, folder } = await filesOf({ ...generated, [`test/saved/${taken}`]: "mine" });
    expect(await save("x")).toEqual([409, "test/saved has a file of this name already: x"]);
    expect(await readTree(join(folder, "test"))).toEqual({ [`saved/${taken}`]: "mine" });
  });

  it("are written once if two ask at the same time", async () => {
    const { files, folder } = await filesOf();
    const both = await Promise.all([files.prepare(material, "x"), files.prepare(material, "x")]);
    const ends = await Promise.all(both.map((one) => ("write" in one ? one.write() : one)));
    expect(ends.map((end) => end?.problem)).toEqual([
      undefined,
      "Nothing was written: test/saved/x.json exists by now",
    ]);
    expect(await readdir(join(folder, "test/saved"))).toEqual(["x.json", "x.test.ts"]);
  });

  it("are both written, or none", async () => {
    const { files, folder } = await filesOf();
    const prepared = await files.prepare(material, "x");
    await mkdir(join(folder, "test/saved/x.test.ts"), { recursive: true });
    const refusal = "write" in prepared ? await prepared.write() : undefined;
    expect(refusal?.problem).toContain("Nothing was written: ");
    expect(await readdir(join(folder, "test/saved"))).toEqual(["x.test.ts"]);
  });

  it.each(["test", "test/saved"])("never leave the project through a link at %s", async (link) => {
    const outside = await createProject({});
    onTestFinished(() => removeProject(outside));
    const { save, folder } = await filesOf({ ...generated, ...(link === "test" ? {} : { "test/own.test.ts": "" }) });
    await symlink(outside, join(folder, link), "junction");
    expect(await save("x")).toEqual([
      409,
      "Nothing was written: test/saved/x.json is a link that leads out of the project",
    ]);
    expect(await readdir(outside)).toEqual(["package.json"]);
  });

  it.runIf(process.getuid?.() !== 0)("are none in a folder that may not be written", async () => {
    const { save, folder } = await filesOf();
    await mkdir(join(folder, "test"));
    await chmod(join(folder, "test"), 0o500);
    expect((await save("x"))[1]).toMatch(/^Nothing was written: .*permission denied/);
    expect(await readdir(join(folder, "test"))).toEqual([]);
  });

  it("are none where a file has the place of the folder", async () => {
    const { save, folder } = await filesOf({ ...generated, test: "mine" });
    expect((await save("x"))[1]).toMatch(/^Nothing was written: /);
    expect(await readFile(join(folder, "test"), "utf8")).toBe("mine");
  });

  it("need the generated code, and an event that the manifest declares", async () => {
    const bare = await filesOf({});
    expect(await bare.save("x")).toEqual([409, "src/generated/testing.gen.ts is missing, which the test imports"]);
    const { save } = await filesOf();
    for (const event of [{ event: '"; process.exit(9)' }, { version: "v2" }]) {
      expect(await save("x", event)).toEqual([
        409,
        `The manifest does not declare ${event.event ?? "boat.docked"} ${event.version ?? "v1"}`,
      ]);
    }
  });

  it("say what to do if vitest is not installed", async () => {
    const { folder } = await filesOf();
    // Outside of this repository, which has it.
    const lonely = join(tmpdir(), `kiket-gen-${process.pid}-${Date.now()}`);
    await mkdir(join(lonely, "src/generated"), { recursive: true });
    onTestFinished(() => removeProject(lonely));
    await writeFile(join(lonely, "src/generated/testing.gen.ts"), "");
    const project = () => ({ source: { layout: { out: "src/generated", handlers: "src/handlers" } }, model });
    const remarksIn = async (root: string) => {
      const parts = { folder: root, host: createHost(root), project, variables: () => ({}), onWritten: () => {} };
      const prepared = await createTestFiles(parts).prepare(material, "x");
      return "plan" in prepared ? prepared.plan.remarks : [];
    };
    expect(await remarksIn(lonely)).toEqual(["vitest is not installed: run npm install --save-dev vitest."]);
    await writeFile(join(lonely, "package.json"), '{ "devDependencies": { "vitest": "^4.0.0" } }');
    expect([await remarksIn(lonely), await remarksIn(folder)]).toEqual([[], []]);
  });
});
