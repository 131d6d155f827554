import { createHash } from "node:crypto";
import { mkdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { generate, UsageError } from "../../../generator/index.js";
import { createProject, readTree, removeProject } from "../../support/project.js";

const manifest = `model_version: "1.0"
extension:
  id: com.example.desk
  name: Desk
  version: 1.0.0
  delivery: http
  callback: { url: "\${EXTENSION_BASE_URL}" }
  permissions: [issues:read, comments:write]
  hooks:
    - event: issue.created
    - event: issue.assigned
  configuration:
    LANGUAGE: { type: string, default: en }
    BURST: { type: integer, default: "20" }
    TOKEN: { type: string, secret: true, required: true }
`;

const reordered = `extension:
  configuration:
    TOKEN: { required: true, secret: true, type: string }
    BURST: { default: "20", type: integer }
    LANGUAGE: { default: en, type: string }
  hooks:
    - event: issue.assigned
    - event: issue.created
  permissions: [comments:write, issues:read]
  callback: { url: "\${EXTENSION_BASE_URL}" }
  delivery: http
  version: 1.0.0
  name: Desk
  id: com.example.desk
model_version: "1.0"
`;

const everything = [
  "src/generated/context.gen.ts",
  "src/generated/custom-data.gen.ts",
  "src/generated/events/issue.assigned.v1.gen.ts",
  "src/generated/events/issue.created.v1.gen.ts",
  "src/generated/extension.gen.ts",
  "src/generated/scopes.gen.ts",
  "src/generated/settings.gen.ts",
  "src/generated/shapes.gen.ts",
  "src/generated/testing.gen.ts",
  "src/handlers/issue.assigned.v1.ts",
  "src/handlers/issue.created.v1.ts",
  "src/main.ts",
  "src/generated/kiket-gen.lock.json",
];

let folder: string;
beforeEach(async () => {
  folder = await createProject({ ".kiket/manifest.yaml": manifest });
});
afterEach(() => removeProject(folder));

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

async function output(): Promise<Record<string, string>> {
  const tree = await readTree(folder);
  return Object.fromEntries(Object.entries(tree).filter(([path]) => path.startsWith("src/")));
}

describe("a first run", () => {
  it("creates everything", async () => {
    const report = await generate({ dir: folder });
    expect(report.diagnostics).toEqual([]);
    expect(report.actions.map(({ kind, path }) => `${kind} ${path}`)).toEqual(
      everything.map((path) => `create ${path}`),
    );
    expect(Object.keys(await output())).toEqual([...everything].sort());
  });

  it("puts it into the folders of the options", async () => {
    await generate({ dir: folder, out: "lib/gen", handlers: "lib/on" });
    const paths = Object.keys(await readTree(folder)).filter((path) => path.startsWith("lib/"));
    expect(paths).toContain("lib/gen/events/issue.created.v1.gen.ts");
    expect(paths).toContain("lib/main.ts");
    const wiring = await readFile(join(folder, "lib/gen/extension.gen.ts"), "utf8");
    expect(wiring).toContain('from "../on/issue.created.v1.js";');
  });

  it.each([
    [{ out: "../elsewhere" }, '--out must name a folder inside the project, not "../elsewhere"'],
    [{ handlers: "/elsewhere" }, '--handlers must name a folder inside the project, not "/elsewhere"'],
    [{ out: "." }, '--out must name a folder inside the project, not "."'],
    [{ out: "src/x", handlers: "src/x/" }, "--out and --handlers must be different folders"],
  ])("refuses %j", async (options, message) => {
    await expect(generate({ dir: folder, ...options })).rejects.toThrow(new UsageError(message));
    expect(await output()).toEqual({});
  });
});

describe("a second run", () => {
  it("changes nothing, not even a time stamp", async () => {
    await generate({ dir: folder });
    const before = await Promise.all(everything.map(async (path) => (await stat(join(folder, path))).mtimeMs));
    const report = await generate({ dir: folder });
    expect(report.actions.every(({ kind }) => kind === "keep")).toBe(true);
    const after = await Promise.all(everything.map(async (path) => (await stat(join(folder, path))).mtimeMs));
    expect(after).toEqual(before);
  });

  it("gives the same bytes for another order of keys", async () => {
    await generate({ dir: folder });
    const before = await output();
    await writeFile(join(folder, ".kiket/manifest.yaml"), reordered);
    expect((await generate({ dir: folder })).actions.filter(({ kind }) => kind !== "keep")).toEqual([]);
    expect(await output()).toEqual(before);
  });

  it("writes only what changes, and no file of the user's", async () => {
    await generate({ dir: folder });
    const mine = "// mine\nexport default 1;\n";
    await writeFile(join(folder, "src/handlers/issue.created.v1.ts"), mine);
    await writeFile(join(folder, "src/main.ts"), mine);
    await writeFile(join(folder, ".kiket/manifest.yaml"), manifest.replace("issues:read", "issues:write"));
    const report = await generate({ dir: folder });
    expect(report.actions.filter(({ kind }) => kind !== "keep").map(({ kind, path }) => [kind, path])).toEqual([
      ["write", "src/generated/context.gen.ts"],
      ["write", "src/generated/scopes.gen.ts"],
      ["write", "src/generated/testing.gen.ts"],
      ["write", "src/generated/kiket-gen.lock.json"],
    ]);
    expect(hash(await readFile(join(folder, "src/handlers/issue.created.v1.ts"), "utf8"))).toBe(hash(mine));
    expect(hash(await readFile(join(folder, "src/main.ts"), "utf8"))).toBe(hash(mine));
  });
});

describe("without writing", () => {
  it.each(["check", "dry-run"] as const)("says what %s would find, and leaves the disk as it is", async (mode) => {
    const report = await generate({ dir: folder, mode });
    expect(report.actions.filter(({ kind }) => kind === "create")).toHaveLength(everything.length);
    expect(await output()).toEqual({});
  });

  it("writes nothing if the manifest has a mistake", async () => {
    await writeFile(join(folder, ".kiket/manifest.yaml"), manifest.replace('default: "20"', 'default: "many"'));
    const report = await generate({ dir: folder });
    expect(report.model).toBeUndefined();
    expect(report.diagnostics.map(({ severity, at }) => [severity, at.file, at.line])).toEqual([
      ["error", ".kiket/manifest.yaml", 14],
    ]);
    expect(await output()).toEqual({});
  });

  it("says which names collide", async () => {
    const clash = manifest.replace("[issues:read, comments:write]", "[issues:read, issues.read]");
    await mkdir(join(folder, ".kiket"), { recursive: true });
    await writeFile(join(folder, ".kiket/manifest.yaml"), clash);
    const report = await generate({ dir: folder });
    expect(report.diagnostics.map(({ code, message }) => [code, message])).toEqual([
      ["KG301", 'permissions "issues:read" and "issues.read" (line 8) both become IssuesRead'],
    ]);
    expect(await output()).toEqual({});
  });
});

it("lists mistakes in the order of the manifest", async () => {
  const misspelled = manifest.replace("permissions:", "permisions:").replace('default: "20"', 'default: "many"');
  await writeFile(join(folder, ".kiket/manifest.yaml"), misspelled);
  const { diagnostics } = await generate({ dir: folder });
  expect(diagnostics.map(({ code, at }) => [code, at.line])).toEqual([
    ["KG801", 8],
    ["KG206", 14],
  ]);
});

describe("handlers that nobody has filled", () => {
  const [assigned, created] = ["src/handlers/issue.assigned.v1.ts", "src/handlers/issue.created.v1.ts"];

  it("are all of them at first, and those that are missing", async () => {
    expect((await generate({ dir: folder, mode: "check" })).unfilled).toEqual([assigned, created]);
    expect((await generate({ dir: folder })).unfilled).toEqual([assigned, created]);
    await rm(join(folder, created));
    await writeFile(join(folder, assigned), "export default defineHandler(() => null); // notImplemented\n");
    expect((await generate({ dir: folder, mode: "dry-run" })).unfilled).toEqual([created]);
  });

  it("are not those that cannot be read, and reading them stops no run", async () => {
    await generate({ dir: folder });
    await rm(join(folder, assigned));
    await mkdir(join(folder, assigned));
    await rm(join(folder, created));
    await symlink("/dev/zero", join(folder, created));
    const { unfilled, diagnostics } = await generate({ dir: folder });
    expect([unfilled, diagnostics]).toEqual([[], []]);
  });

  it("are none if an error stopped the run", async () => {
    await writeFile(join(folder, ".kiket/manifest.yaml"), "extension: [");
    expect((await generate({ dir: folder })).unfilled).toEqual([]);
  });
});
