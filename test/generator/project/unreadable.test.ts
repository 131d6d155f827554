import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { run as add } from "../../../generator/commands/add.js";
import { run as audit } from "../../../generator/commands/audit.js";
import type { Command } from "../../../generator/commands/command.js";
import { run as generate } from "../../../generator/commands/generate.js";
import { run as lint } from "../../../generator/commands/lint.js";
import { run as rename } from "../../../generator/commands/rename.js";
import { createProject, readTree, removeProject } from "../../support/project.js";
import { runCommand } from "../../support/run-command.js";

let folder: string;
afterEach(() => removeProject(folder));

const module = ".kiket/modules/log/schema.yaml";
const sound: Readonly<Record<string, string>> = {
  ".kiket/manifest.yaml": `model_version: "1.0"
extension:
  id: com.example.own
  name: Own
  version: 0.1.0
  delivery: http
  callback: { url: "\${EXTENSION_BASE_URL}" }
  custom_data: { permissions: [{ module: ab.log, operations: [read] }] }
  hooks: [{ event: widget.made }]
`,
  [module]: "module: ab.log\ntables: { lines: { columns: [{ name: text, type: text }] } }\n",
  "own/widget.made.v1.schema.json": '{\n  "type": "object"\n}\n',
  "api.yaml": 'openapi: 3.1.0\ninfo: { title: A, version: "1" }\npaths: {}\n',
  "api.json": '{\n  "openapi": "3.1.0", "info": {}, "paths": {} }\n',
};

const conflict = "<<<<<<< HEAD\nx: 1\n||||||| 1234\n=======\nx: 2\n>>>>>>> other\n";
const latin = (text: string) => Uint8Array.from([...Buffer.from(`${text}# Gr`), 0xf6, 0xdf, 0x65]);
/** The arguments of each command for a folder, with options that may name schemas. */
const commands: readonly (readonly [string, Pick<Command, "run">, (folder: string) => readonly string[]])[] = [
  ["generate", { run: generate }, (dir) => [dir]],
  ["generate --check", { run: generate }, (dir) => ["--check", dir]],
  ["lint", { run: lint }, (dir) => [dir]],
  ["audit --fix", { run: audit }, (dir) => ["--fix", dir]],
  ["add", { run: add }, (dir) => ["event", "issue.created", "--dir", dir]],
  ["rename", { run: rename }, (dir) => ["--force", "widget.made", "widget.sold", dir]],
];

function errorsIn(text: string): readonly string[] {
  return text.split("\n").filter((line) => / {2}error {2}/.test(line));
}

describe.each([
  ["a manifest", ".kiket/manifest.yaml", "api.yaml", 10],
  ["a module", module, "api.yaml", 3],
  ["an event schema", "own/widget.made.v1.schema.json", "api.yaml", 4],
  ["an OpenAPI document in YAML", "api.yaml", "api.yaml", 4],
  ["an OpenAPI document in JSON", "api.json", "api.json", 3],
])("%s", (_what, path, document, line) => {
  const options = ["--events", "own", "--openapi", document];
  // `add` changes the manifest before it reads the schemas.
  const reading = commands.filter(([name]) => name !== "add" || path.startsWith(".kiket/"));

  it.each(reading)("that is not UTF-8 is one error of %s", async (_name, command, args) => {
    folder = await createProject({ ...sound, [path]: latin(sound[path] ?? "") });
    const before = await readTree(folder);
    const { code, stdout, stderr } = await runCommand(command, [...args(folder), ...options]);
    const told = `${path}:${line}:5  error  KG110  the file is not UTF-8: it contains the byte F6`;
    expect([code, errorsIn(stdout + stderr)]).toEqual([1, [told]]);
    expect(await readTree(folder)).toEqual(before);
  });

  it.each(reading)("with a merge conflict is one error of %s", async (_name, command, args) => {
    folder = await createProject({ ...sound, [path]: `${sound[path]}${conflict}` });
    const before = await readTree(folder);
    const { code, stdout, stderr } = await runCommand(command, [...args(folder), ...options]);
    const told = `${path}:${line}:1  error  KG111  unresolved merge conflict: lines ${line} to ${line + 5}`;
    expect([code, errorsIn(stdout + stderr)]).toEqual([1, [told]]);
    expect(await readTree(folder)).toEqual(before);
  });
});

it("a manifest with a byte order mark of UTF-8 is read", async () => {
  folder = await createProject({
    ".kiket/manifest.yaml": `\ufeff${sound[".kiket/manifest.yaml"]?.replace("Own", "Größe")}`,
    [module]: sound[module] ?? "",
  });
  expect((await runCommand({ run: generate }, [folder])).code).toBe(0);
  const text = await readFile(join(folder, "src/generated/extension.gen.ts"), "utf8");
  expect(text).toContain("com.example.own");
});

it("a manifest in UTF-16 says how to save it", async () => {
  const text = Buffer.from(`\ufeff${sound[".kiket/manifest.yaml"]}`, "utf16le");
  folder = await createProject({ ".kiket/manifest.yaml": text });
  const { code, stderr } = await runCommand({ run: generate }, [folder]);
  expect(code).toBe(1);
  expect(stderr).toContain(".kiket/manifest.yaml:1:1  error  KG110  the file is UTF-16, not UTF-8\n");
  expect(stderr).toContain("hint: save it as UTF-8: in an editor");
});
