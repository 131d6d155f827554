import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProject, readTree, removeProject, root } from "../support/project.js";
import { runCli, runNode } from "../support/run-node.js";

const manifest = `model_version: "1.0"
extension:
  id: com.example.bundle
  name: Bundle
  version: 0.1.0
  delivery: http
  callback: { url: "\${EXTENSION_BASE_URL}" }
  permissions: [issues:read]
  hooks: [{ event: issue.created }]
`;
const openapi = `openapi: 3.1.0
info: { title: Own, version: "1" }
paths: { /things: { get: { operationId: things, responses: { "200": { description: Done } } } } }
`;

let folder: string;
beforeAll(async () => {
  folder = await createProject({
    ".kiket/manifest.yaml": manifest,
    "api.yaml": openapi,
    "contracts/thing.made.v1.schema.json": '{ "properties": { "thing": { "type": "string" } } }',
  });
});
afterAll(() => removeProject(folder));

/** The names of the bundled packages that a run of the command loads. */
async function vendoredIn(...args: readonly string[]): Promise<string[]> {
  const coverage = join(folder, "coverage");
  const { stderr } = await runCli(args, folder, { ...process.env, NODE_V8_COVERAGE: coverage });
  expect(stderr).not.toContain("rror");
  const reports = Object.values(await readTree(coverage)).map(
    (text) => JSON.parse(text) as { result: { url: string }[] },
  );
  await rm(coverage, { recursive: true });
  const files = reports.flatMap(({ result }) => result.map(({ url }) => url)).filter((url) => url.includes("/vendor/"));
  const named = files.map(async (url) => {
    const name = relative(join(root, "dist/vendor"), fileURLToPath(url));
    if (!name.startsWith("chunk-")) return name;
    return (await stat(fileURLToPath(url))).size > 1_000_000 ? "TypeScript" : [];
  });
  return (await Promise.all(named)).flat().sort();
}

describe("what a run loads of the bundled packages is", () => {
  it.each([
    ["nothing for --version", ["--version"], []],
    ["what reads tsconfig.json, to generate", [], ["get-tsconfig.js"]],
    ["the same for --check", ["--check"], ["get-tsconfig.js"]],
    ["the same for lint", ["lint"], ["get-tsconfig.js"]],
    ["what dev builds with, for doctor", ["doctor"], ["TypeScript", "get-tsconfig.js", "ts-morph.js"]],
    ["ts-morph for audit", ["audit"], ["TypeScript", "get-tsconfig.js", "ts-morph.js"]],
    [
      "the schema compiler without TypeScript",
      ["--events", "contracts"],
      ["get-tsconfig.js", "json-schema-to-typescript.js"],
    ],
    [
      "TypeScript for an OpenAPI document",
      ["--no-events", "--openapi", "api.yaml"],
      ["TypeScript", "get-tsconfig.js", "openapi-typescript.js", "ts-morph.js"],
    ],
  ])("%s", async (_what, args, expected) => {
    expect(await vendoredIn(...args)).toEqual(expected);
  });

  it("diff beside it to show a drift", async () => {
    await writeFile(join(folder, "src/generated/scopes.gen.ts"), "export const Scope = {};\n");
    expect(await vendoredIn("--check", "--no-openapi")).toEqual(["diff.js", "get-tsconfig.js"]);
  });
});

describe("TypeScript in the package", () => {
  it("is without what it offers to editors", async () => {
    const texts = Object.values(await readTree(join(root, "dist/vendor")));
    const typescript = texts.filter((text) => text.includes("getSemanticDiagnostics"));
    expect(typescript).not.toEqual([]);
    // Names of a quick fix, a refactoring and a message of the server.
    for (const name of ["fixUnreachableCode", "refactor.extract.function", "CompileOnSaveAffectedFileList"])
      expect(typescript.filter((text) => text.includes(name))).toEqual([]);
  });

  it("renames a type wherever it is used", async () => {
    const project = await createProject({
      ".kiket/manifest.yaml": manifest,
      "src/titles.ts":
        'import type { IssueCreatedV1Payload as Made } from "./generated/events/issue.created.v1.gen.js";\nexport type { Made };\n',
      "src/other.ts":
        'import type { IssueCreatedV1Payload } from "./generated/events/issue.created.v1.gen.js";\nexport const idOf = ({ issue }: IssueCreatedV1Payload) => issue.id;\n',
    });
    try {
      expect((await runCli([], project)).code).toBe(0);
      expect((await runCli(["rename", "issue.created", "case.created", "--force"], project)).code).toBe(0);
      const tree = await readTree(join(project, "src"));
      expect([tree["titles.ts"], tree["other.ts"]]).toEqual([
        'import type { CaseCreatedV1Payload as Made } from "./generated/events/case.created.v1.gen.js";\nexport type { Made };\n',
        'import type { CaseCreatedV1Payload } from "./generated/events/case.created.v1.gen.js";\nexport const idOf = ({ case: issue }: CaseCreatedV1Payload) => issue.id;\n',
      ]);
    } finally {
      await removeProject(project);
    }
  });
});

describe("what a user's bundler takes of the runtime", () => {
  const bundled = async (name: string) => {
    const contents = `export { ${name} } from "kiket-gen/runtime";`;
    const stdin = { contents, resolveDir: root };
    const { outputFiles } = await build({ stdin, bundle: true, write: false, format: "esm", platform: "node" });
    return outputFiles[0]?.text ?? "";
  };

  it("has the calls with an API key only if they are used", async () => {
    expect(await bundled("createExtension")).not.toContain("/api/v1/platform/");
    expect(await bundled("createApiKeyClient")).toContain("/api/v1/platform/");
  });
});

/** The places in a stack, from the top, with their line as in the package. */
async function linesOf(stack: string): Promise<{ name: string; text: string }[]> {
  const frames = [...stack.matchAll(/^ +at (?:async )?(\S+) \((file:\/\/\S+\/dist\/\S+):(\d+):(\d+)\)$/gm)];
  return Promise.all(
    frames.map(async ([, name = "", url = "", line, column]) => {
      const text = (await readFile(fileURLToPath(url), "utf8")).split("\n")[Number(line) - 1] ?? "";
      return { name, text: text.slice(Number(column) - 1) };
    }),
  );
}

describe("the stack of an error names functions, and lines that can be read,", () => {
  it.each([
    [
      "in the runtime",
      'import { createExtension } from "kiket-gen/runtime"; createExtension({ handlers: [], outbound: { timeout: 0 } });',
      ["requireWholeNumber", "resolveAttempts", "resolveOutbound"],
    ],
    [
      "in the testing kit",
      'import { createTestExtension } from "kiket-gen/testing"; const kiket = await createTestExtension({ handlers: [] }); kiket.platform.faults.inject({ fault: "x" });',
      ["check", "Object.inject"],
    ],
  ])("%s", async (_where, program, names) => {
    const { code, stderr } = await runNode(["--input-type=module", "-e", program], folder);
    expect([code, stderr]).toEqual([1, expect.stringContaining("Error: ")]);
    const lines = await linesOf(stderr);
    expect(lines.map(({ name }) => name).slice(0, names.length)).toEqual(names);
    expect(lines[0]?.text).toMatch(/^new \w*Error\(/);
    for (const [index, name] of names.slice(0, -1).entries()) expect(lines[index + 1]?.text).toContain(`${name}(`);
    expect(lines.filter(({ text }) => text.length > 200)).toEqual([]);
  });
});

it("holds the local Kiket once: commands load it by the package's entry", async () => {
  const tree = await readTree(join(root, "dist"));
  const holders = Object.entries(tree).filter(([, text]) => text.includes("No such path: "));
  expect(holders.map(([path]) => path)).toHaveLength(1);
  expect(tree["chunks/dev.js"]).toContain('import("kiket-gen/dev")');
});
