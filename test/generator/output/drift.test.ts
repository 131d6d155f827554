import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { format } from "prettier";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { generate } from "../../../generator/index.js";
import { essenceOf } from "../../../generator/output/normalise-source.js";
import { createProject, readTree, removeProject, root } from "../../support/project.js";
import { runCli } from "../../support/run-node.js";

const manifest = `model_version: "1.0"
extension:
  id: com.example.drift
  name: Drift
  delivery: http
  callback: { url: "\${EXTENSION_BASE_URL}" }
  permissions:
    - issues:read
  hooks:
    - event: issue.created
    - event: issue.closed
  contributes:
    workflow_actions:
      - id: post
        name: Post
        handler: { type: extension_event, event: drift.workflowAction.post }
        parameters:
          - { key: channel, type: string, required: true }
          - { key: reply-to, type: string }
  configuration:
    LIMIT: { type: integer, default: "5" }
    MAP: { type: object, default: '{"a": ["x", "y"], "it''s": ["\\"quoted\\""]}' }
    MODE: { type: select, options: [{ value: one, label: One }, { value: two, label: Two }], default: one }
    a.b: { type: string, default: "don't" }
  custom_data:
    permissions:
      - { module: com.example.leads, operations: [read, write] }
`;

const schema = `module: com.example.leads
version: "1.0"
tables:
  leads:
    columns:
      - { name: id, type: bigint, primary_key: true, auto_increment: true }
      - { name: email, type: string, null: false }
`;

let folder: string;
beforeEach(async () => {
  folder = await createProject({ ".kiket/manifest.yaml": manifest, ".kiket/modules/leads/schema.yml": schema });
  await generate({ dir: folder });
});
afterEach(() => removeProject(folder));

const at = (path: string) => join(folder, path);
const edit = async (path: string, change: (text: string) => string) =>
  writeFile(at(path), change(await readFile(at(path), "utf8")));

async function generatedFiles(): Promise<string[]> {
  return Object.keys(await readTree(folder)).filter((path) => path.endsWith(".gen.ts"));
}

const styles = [
  {},
  { singleQuote: true, semi: false, printWidth: 60, tabWidth: 4, quoteProps: "consistent", trailingComma: "none" },
  { useTabs: true, printWidth: 200, arrowParens: "avoid", bracketSpacing: false, objectWrap: "collapse" },
] as const;

describe("a repository with a formatter", () => {
  it.each(styles)("is clean after Prettier with %j, and is not changed", async (style) => {
    for (const path of await generatedFiles()) {
      const text = await readFile(at(path), "utf8");
      await writeFile(at(path), await format(text, { ...style, parser: "typescript" }));
    }
    const before = await readTree(folder);
    expect((await runCli(["--check"], folder)).stdout).toContain("up to date");
    expect((await runCli([], folder)).stdout).toMatch(/\d+ files: \d+ unchanged\n/);
    expect(await readTree(folder)).toEqual(before);
  });

  it("is clean after Biome with organised imports", async () => {
    const config = { formatter: { indentStyle: "tab" }, javascript: { formatter: { quoteStyle: "single" } } };
    await writeFile(at("biome.json"), JSON.stringify({ root: true, ...config }));
    const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
    const args = [biome, "check", "--write", "--linter-enabled=false", "--vcs-enabled=false", "src/generated"];
    await promisify(execFile)(process.execPath, args, { cwd: folder });
    expect(await readFile(at("src/generated/scopes.gen.ts"), "utf8")).toContain("\tIssuesRead: 'issues:read'");
    expect(await runCli(["--check"], folder)).toMatchObject({ code: 0 });
  });

  it.each([
    ["a literal", "src/generated/scopes.gen.ts", (text: string) => text.replace("issues:read", "issues:write")],
    [
      "a type",
      "src/generated/settings.gen.ts",
      (text: string) => text.replace("readonly LIMIT: number", "readonly LIMIT: string"),
    ],
    [
      "a comment",
      "src/generated/scopes.gen.ts",
      (text: string) => text.replace("with the spelling", "without the spelling"),
    ],
    ["a name", "src/generated/extension.gen.ts", (text: string) => text.replace("options: Options", "other: Options")],
    ["an import", "src/generated/context.gen.ts", (text: string) => text.replace("./scopes.gen.js", "./other.gen.js")],
  ])("is not clean after %s changed", async (_what, path, change) => {
    await edit(path, change);
    const checked = await runCli(["--check"], folder);
    expect(checked.code).toBe(1);
    expect(checked.stdout).toContain(`  out of date  ${path}\n`);
  });

  const withoutHeader = (text: string) => text.replace(/^(?:\/\/.*\n|\/\*(?!\*).*\*\/\n)+/, "");

  it.each([
    ["no comment at all", withoutHeader],
    ["the header of another version", (text: string) => `// Generated. Do not edit.\n${withoutHeader(text)}`],
    ["a directive for ESLint", (text: string) => `/* eslint-disable no-shadow -- generated */\n${text}`],
    [
      "directives below the header",
      (text: string) => text.replace("\n", "\n/* oxlint-disable */\n// biome-ignore-all lint: x\n"),
    ],
    [
      "directives of other tools",
      (text: string) => `// prettier-ignore\n\n/* tslint:disable */\n/*\n * deno-lint-ignore-file\n */${text}`,
    ],
  ])("is clean, and is not changed, with %s above the code", async (_what, change) => {
    for (const path of await generatedFiles()) await edit(path, change);
    const before = await readTree(folder);
    expect((await runCli(["--check"], folder)).stdout).toContain("up to date");
    expect((await runCli([], folder)).stdout).toMatch(/\d+ files: \d+ unchanged\n/);
    expect(await readTree(folder)).toEqual(before);
  });

  it.each([
    ["// @ts-nocheck", (text: string) => `// @ts-nocheck\n${text}`],
    ["//  @TS-NoCheck, which the compiler reads too", (text: string) => `//  @TS-NoCheck\n${text}`],
    ["a reference", (text: string) => `/// <reference types="node" />\n${text}`],
    ["a docblock", (text: string) => `/** Mine. */\n${text}`],
    [
      "a directive, and an edit",
      (text: string) => `/* eslint-disable */\n${text.replace("issues:read", "issues:write")}`,
    ],
    [
      "a directive between declarations",
      (text: string) => text.replace("\nexport type", "\n// eslint-disable-next-line\nexport type"),
    ],
  ])("is not clean after adding %s", async (_what, change) => {
    await edit("src/generated/scopes.gen.ts", change);
    expect((await runCli(["--check"], folder)).stdout).toContain("  out of date  src/generated/scopes.gen.ts\n");
  });

  it.each(["| 'a'", "| 'a' | 'b'", "| 'a'\n/** B. */ | 'b'"])(
    "is clean where a union starts with a docblock: %s",
    async (rest) => {
      const text = `export type SecretName =\n  /** A. */\n  ${rest};\n`;
      for (const style of styles) {
        expect(essenceOf(await format(text, { ...style, parser: "typescript" }))).toBe(essenceOf(text));
      }
    },
  );

  it("finds differences in more than layout", () => {
    expect(essenceOf("const a = 'x';")).toBe(essenceOf('const a = "x"'));
    expect(essenceOf("type T = 'a' | 'b'")).toBe(essenceOf("type T =\n  | 'a'\n  | 'b';"));
    expect(essenceOf('const a = "it\'s";')).toBe(essenceOf("const a = 'it\\'s';"));
    expect(essenceOf("f(a, b)")).not.toBe(essenceOf("f(b, a)"));
    expect(essenceOf("const a = [b, c]")).not.toBe(essenceOf("const a = [c, b]"));
  });
});

describe("--check", () => {
  it("names the lines of the manifest that changed, the files, and the difference", async () => {
    await edit(".kiket/manifest.yaml", (text) =>
      text
        .replace("    - issues:read\n", "    - issues:read\n    - comments:write\n")
        .replace('default: "5"', 'default: "9"')
        .replace("    - event: issue.closed\n", ""),
    );
    const checked = await runCli(["--check"], folder);
    expect(checked.code).toBe(1);
    expect(checked.stdout).toContain(
      `.kiket/manifest.yaml:9:7  added permission comments:write
.kiket/manifest.yaml:21:5  changed setting LIMIT
.kiket/manifest.yaml  removed event issue.closed v1
`,
    );
    expect(checked.stdout).toContain(`--- src/generated/scopes.gen.ts\ton disk
+++ src/generated/scopes.gen.ts\tfrom the manifest
@@ -2,8 +2,9 @@
 
 /** The permissions that the manifest declares, with the spelling of the manifest. */
 export const Scope = {
+  CommentsWrite: "comments:write",
   IssuesRead: "issues:read",
 } as const;
 
 /** One of the permissions that the manifest declares. */
-export type Scope = "issues:read";
+export type Scope = "comments:write" | "issues:read";
`);
    expect(checked.stdout).toContain("  left over    src/generated/events/issue.closed.v1.gen.ts\n");
  });

  it("prints the same twice", async () => {
    await edit(".kiket/manifest.yaml", (text) => text.replace("issues:read", "issues:write"));
    expect(await runCli(["--check"], folder)).toEqual(await runCli(["--check"], folder));
  });
});

describe("a file that is no longer planned", () => {
  const closed = "src/generated/events/issue.closed.v1.gen.ts";
  const handler = "src/handlers/issue.closed.v1.ts";
  const withoutEvent = (text: string) => text.replace("    - event: issue.closed\n", "");

  it("is deleted if it was not edited, formatted or not, and a handler is never deleted", async () => {
    const text = await format(await readFile(at(closed), "utf8"), { parser: "typescript", singleQuote: true });
    await writeFile(at(closed), text);
    await edit(".kiket/manifest.yaml", withoutEvent);
    const done = await runCli([], folder);
    expect(done.stdout).toContain(`  deleted  ${closed}\n`);
    expect(done.stderr).toContain(
      `${handler}:1:1  warning  KG504  the event of this handler is no longer in the manifest`,
    );
    const tree = await readTree(folder);
    expect([closed in tree, handler in tree]).toEqual([false, true]);
    expect((await runCli([], folder)).stderr).toContain("KG504");
    await rm(at(handler));
    expect(await runCli([], folder)).toMatchObject({ code: 0, stderr: "" });
    expect(await readFile(at("src/generated/kiket-gen.lock.json"), "utf8")).not.toContain("issue.closed");
  });

  it("is deleted if only a linter's directive was added or removed", async () => {
    await edit(closed, (text) => text.replace(/^\/\/.*\n/, "/* eslint-disable */\n"));
    await edit(".kiket/manifest.yaml", withoutEvent);
    expect((await runCli([], folder)).stdout).toContain(`  deleted  ${closed}\n`);
  });

  it("is kept and reported if it was edited by hand", async () => {
    await edit(closed, (text) => `${text}export const mine = 1;\n`);
    await edit(".kiket/manifest.yaml", withoutEvent);
    const done = await runCli([], folder);
    expect(done.stderr).toContain(
      `${closed}:1:1  warning  KG502  this file is no longer generated, but it was edited by hand`,
    );
    expect(await readFile(at(closed), "utf8")).toContain("mine");
    expect((await runCli([], folder)).stderr).toContain("KG502");
  });

  it("is never read outside the folders, whatever the lock file says", async () => {
    await mkdir(at("src/mine"));
    await writeFile(at("src/mine/a.gen.ts"), "");
    const lock = at("src/generated/kiket-gen.lock.json");
    const parsed = JSON.parse(await readFile(lock, "utf8"));
    const hash = Object.values(parsed.files)[0];
    for (const path of ["src/mine/a.gen.ts", "src/generated/../mine/a.gen.ts", "/etc/hosts", "package.json"]) {
      parsed.files[path] = hash;
      parsed.handlers.push(path);
    }
    await writeFile(lock, JSON.stringify(parsed));
    const report = await generate({ dir: folder });
    expect(report.diagnostics).toEqual([]);
    expect(report.actions.filter(({ kind }) => kind === "delete")).toEqual([]);
  });

  it("is kept if the lock file cannot be read", async () => {
    await writeFile(at("src/generated/kiket-gen.lock.json"), "<<<<<<< ours\n");
    await edit(".kiket/manifest.yaml", withoutEvent);
    const report = await generate({ dir: folder });
    expect(report.actions.filter(({ kind }) => kind === "delete")).toEqual([]);
    expect(await readFile(at(closed), "utf8")).toContain("issue.closed");
  });
});
