import { cp, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import eslint from "@eslint/js";
import { ESLint } from "eslint";
import tseslint from "typescript-eslint";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProject, removeProject, root } from "../../support/project.js";
import { runCli, runNode } from "../../support/run-node.js";

const own = {
  $id: "order.placed.v1.schema.json",
  title: "Order",
  type: "object",
  properties: {
    tree: { $ref: "#/$defs/Tree" },
    lines: { type: "object", additionalProperties: { $ref: "#/$defs/Line" } },
    any: { type: "object" },
    issue: { $ref: "#/$defs/Issue" },
    named: { type: "object", patternProperties: { "^x": { type: "number" } } },
  },
  $defs: {
    Tree: { anyOf: [{ type: "string" }, { type: "object", additionalProperties: { $ref: "#/$defs/Tree" } }] },
    Line: { type: "object", additionalProperties: { type: "number" } },
    Issue: { type: "object", properties: { number: { type: "integer" } } },
  },
};

/** Projects in one folder, each freshly generated: every format, both examples, a new project, and schemas of the project's own. */
let folder: string;
const projects: string[] = [];

async function add(name: string, args: readonly string[] = []): Promise<void> {
  const { code, stderr } = await runCli([name, ...args], folder);
  expect([name, code, stderr]).toEqual([name, 0, ""]);
  projects.push(name);
}

beforeAll(async () => {
  folder = await createProject({});
  for (const name of ["adapter", "canonical", "flat", "flat-python", "minimal"]) {
    await cp(join(root, "test/golden", name, "input"), join(folder, name), { recursive: true });
    await add(name);
  }
  for (const name of ["issue-greeter", "marketing-automation"]) {
    const inputs = (await readdir(join(root, "examples", name))).filter((entry) =>
      /^(\.kiket|extension\.yaml)$/.test(entry),
    );
    for (const input of inputs) {
      await cp(join(root, "examples", name, input), join(folder, name, input), { recursive: true });
    }
    await add(name);
  }
  await mkdir(join(folder, "own/schemas"), { recursive: true });
  await cp(join(root, "schemas/openapi.yaml"), join(folder, "own/openapi.yaml"));
  await writeFile(join(folder, "own/schemas/order.placed.v1.schema.json"), JSON.stringify(own));
  await writeFile(
    join(folder, "own/extension.yaml"),
    "name: Own\nvendor: example.com\nevents: [order.placed, issue.created]\n",
  );
  await add("own", ["--events", "schemas", "--openapi", "openapi.yaml"]);
  expect((await runCli(["init", "hello"], folder)).code).toBe(0);
  projects.push("hello");
  const options = {
    compilerOptions: { module: "NodeNext", target: "ES2023", strict: true, skipLibCheck: true, noEmit: true },
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ ...options, include: ["*/src", "*/test"] }));
});
afterAll(() => removeProject(folder));

/** Every TypeScript file of the projects, relative to their folder. */
async function sources(): Promise<string[]> {
  const files = await Promise.all(
    projects.map(async (name) =>
      (await readdir(join(folder, name), { recursive: true })).map((path) => join(name, path)),
    ),
  );
  return files.flat().filter((path) => path.endsWith(".ts"));
}

function tool(script: string, ...args: readonly string[]) {
  return runNode([join(root, "node_modules", script), ...args], folder);
}

const typescript = (...options: readonly string[]) => tool("typescript-7/bin/tsc", "-p", "tsconfig.json", ...options);

const strict = [
  "--noPropertyAccessFromIndexSignature",
  "--noUncheckedIndexedAccess",
  "--exactOptionalPropertyTypes",
  "--noUnusedLocals",
  "--noUnusedParameters",
  "--noImplicitReturns",
];

describe("untouched output passes", () => {
  it("ESLint's and typescript-eslint's strictest sets, without a warning", async () => {
    const linter = new ESLint({
      cwd: folder,
      overrideConfigFile: true,
      overrideConfig: [
        eslint.configs.recommended,
        ...tseslint.configs.strictTypeChecked,
        ...tseslint.configs.stylisticTypeChecked,
        { linterOptions: { reportUnusedDisableDirectives: "error" } },
        { languageOptions: { parserOptions: { project: join(folder, "tsconfig.json"), tsconfigRootDir: folder } } },
      ] as never,
    });
    const results = await linter.lintFiles(await sources());
    const told = results.flatMap(({ filePath, messages }) =>
      messages.map(({ line, ruleId, message }) => `${filePath.slice(folder.length + 1)}:${line} ${ruleId} ${message}`),
    );
    expect(told).toEqual([]);
    expect(results.length).toBeGreaterThan(60);
  });

  it("Biome's linter and import sorting", async () => {
    await writeFile(join(folder, "biome.json"), JSON.stringify({ root: true, formatter: { enabled: false } }));
    const { code, stdout, stderr } = await tool(
      "@biomejs/biome/bin/biome",
      "check",
      "--vcs-enabled=false",
      ...projects,
    );
    expect(`${stdout}${stderr}`).toMatch(/^Checked \d\d+ files in .*\. No fixes applied\.\n$/);
    expect(code).toBe(0);
  });

  it("oxlint", async () => {
    const { code, stdout } = await tool("oxlint/bin/oxlint", "--no-ignore", ...(await sources()));
    expect(stdout).toContain("Found 0 warnings and 0 errors.\n");
    expect(code).toBe(0);
  });

  it("the strict options of the compiler that projects like to add", async () => {
    expect((await typescript(...strict)).stdout).toBe("");
  });

  it("isolatedDeclarations, in generated files", async () => {
    const { stdout } = await typescript("--declaration", "--isolatedDeclarations");
    const files = stdout.split("\n").flatMap((line) => /^(\S+?)\(/.exec(line)?.[1] ?? []);
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((path) => path.includes("generated/"))).toEqual([]);
  });

  it("knip, with the generated folder ignored", async () => {
    const knip = ["knip/bin/knip.js", "--directory", join(folder, "hello")] as const;
    expect((await tool(...knip)).stdout).toContain("src/generated/testing.gen.ts");
    await writeFile(join(folder, "hello/knip.json"), JSON.stringify({ ignore: ["src/generated/**"] }));
    expect(await tool(...knip)).toMatchObject({ code: 0, stdout: "" });
  });
});
