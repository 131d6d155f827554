import { mkdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as add from "../../generator/commands/add.js";
import * as init from "../../generator/commands/init.js";
import { createProject, removeProject, root } from "../support/project.js";
import { runCommand } from "../support/run-command.js";
import { type Editor, type Place, startEditor } from "./language-server.js";

const modeline = "# yaml-language-server: $schema=../node_modules/kiket-gen/schemas/extension.schema.json\n";
const moduleModeline = "# yaml-language-server: $schema=../../../node_modules/kiket-gen/schemas/module.schema.json\n";

const manifest = `${modeline}model_version: "1.0"
extension:
  id: com.example.desk
  name: Desk
  delivery: http
  callback:
    url: \${EXTENSION_BASE_URL}
  permissions: [issues:read]
  hooks:
    - event: issue.created
`;

let folder: string;
let editor: Editor;
beforeAll(async () => {
  folder = await createProject({});
  await mkdir(join(folder, "node_modules"));
  await symlink(root, join(folder, "node_modules/kiket-gen"), "junction");
  editor = await startEditor(folder);
});
afterAll(async () => {
  await editor.close();
  await removeProject(folder);
});

async function open(path: string, text: string): Promise<string> {
  const file = join(folder, path);
  await editor.open(file, text);
  return file;
}

/** What is found wrong: the text it points at starts with, and the message. */
async function problems(path: string, text: string): Promise<[at: string, message: string][]> {
  const found = await editor.problems(await open(path, text));
  return found.map(({ message, range: { start } }) => [
    text.split("\n")[start.line]?.slice(start.character) ?? "",
    message,
  ]);
}

/** The place behind the first occurrence of a text. */
function behind(text: string, word: string): Place {
  const lines = text.slice(0, text.indexOf(word) + word.length).split("\n");
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

describe("a manifest whose first line names our schema, in the YAML language server", () => {
  it("is found right", async () => {
    expect(await problems(".kiket/right.yaml", manifest)).toEqual([]);
  });

  it.each<[right: string, wrong: string, at: string, message: string]>([
    ["[issues:read]", "12", "12", 'Incorrect type. Expected "array".'],
    ["- event: issue.created", "- event: [a]", "[a]", 'Incorrect type. Expected "string".'],
    ["delivery: http", "delivery: post", "post", 'Value is not accepted. Valid values: "http", "internal".'],
  ])("is found wrong with %j as %j", async (right, wrong, at, message) => {
    const path = `.kiket/wrong-${at.replace(/\W/g, "")}.yaml`;
    expect(await problems(path, manifest.replace(right, wrong))).toEqual([[at, message]]);
  });

  it("completes the keys of the extension, and leaves out those that are there", async () => {
    const text = `${manifest}  \n`;
    const path = await open(".kiket/keys.yaml", text);
    const labels = await editor.complete(path, { line: text.split("\n").length - 2, character: 2 });
    expect(labels).toEqual(expect.arrayContaining(["activationEvents", "configuration", "contributes", "custom_data"]));
    expect(labels).not.toContain("permissions");
    expect(labels).not.toContain("model_version");
  });

  it("completes names of events and permissions", async () => {
    const text = manifest.replace("[issues:read]", "\n    - ").replace("event: issue.created", "event: ");
    const path = await open(".kiket/names.yaml", text);
    expect(await editor.complete(path, behind(text, "event: "))).toContain("workflow.before_transition");
    expect(await editor.complete(path, behind(text, "    - "))).toContain("issues:write");
  });

  it("explains a key where the pointer rests", async () => {
    const path = await open(".kiket/hover.yaml", manifest);
    const shown = await editor.hover(path, behind(manifest, "  permiss"));
    expect(shown).toContain("API scopes that the extension requests.");
    expect(await editor.hover(path, behind(manifest, "- eve"))).toContain("event");
  });
});

describe("the manifest of an adapter, in the YAML language server", () => {
  const head = "# yaml-language-server: $schema=node_modules/kiket-gen/schemas/extension.schema.json\n";
  const adapter = `${head}apiVersion: kiket.dev/v1
kind: Extension
metadata:
  key: gate
  name: Gate
  version: 1.0.0
spec:
  sourceSystem: gate
  ingestionScopes: [evidence:write]
  sourceEventTypes: [opened]
  retentionHints:
    rawDays: 30
`;

  it("is found right", async () => {
    expect(await problems("right.yaml", adapter)).toEqual([]);
    expect(await problems("emoji.yaml", adapter.replace("Gate", "\u{1f512}".repeat(127)))).toEqual([]);
  });

  const wrongs: readonly (readonly [right: string, wrong: string, at: string])[] = [
    ["key: gate", "key: Gate", "Gate"],
    ["version: 1.0.0", "version: 1.0", "1.0"],
    ["name: Gate", `name: ${"a".repeat(256)}`, "aaaa"],
    ["name: Gate", `name: ${"\u{1f512}".repeat(128)}`, "\u{1f512}"],
    ["[evidence:write]", "[]", "[]"],
    ["[opened]", '[""]', '""'],
    ["rawDays: 30", "rawDays: 0", "0"],
    ["rawDays: 30", 'rawDays: "30"', '"30"'],
    ["kind: Extension\n", "", "apiVersion: kiket.dev/v1"],
    ["apiVersion: kiket.dev/v1\n", "", "kind: Extension"],
  ];
  it.each([...wrongs.entries()])("is found wrong, case %i: %j", async (index, [right, wrong, at]) => {
    const found = await problems(`wrong-${index}.yaml`, adapter.replace(right, wrong));
    expect(found.map(([place]) => place.startsWith(at))).toEqual([true]);
  });

  it("completes and explains its keys as soon as the first line says what it is", async () => {
    const text = `${head}apiVersion: kiket.dev/v1\n\n`;
    const path = await open("start.yaml", text);
    expect(await editor.complete(path, { line: 2, character: 0 })).toEqual(
      expect.arrayContaining(["kind", "metadata", "spec"]),
    );
    expect(await editor.hover(await open("hover.yaml", adapter), behind(adapter, "    rawDa"))).toContain(
      "Number of days for raw events, at least 1.",
    );
  });
});

describe("the file of a receiver of webhooks, in the YAML language server", () => {
  const first = "# yaml-language-server: $schema=node_modules/kiket-gen/schemas/webhook.schema.json\n";

  it("is found right or wrong as kiket-gen finds it", async () => {
    expect(await problems("kiket-webhook.yaml", `${first}events:\n  - case.created\n  - acme.own\n`)).toEqual([]);
    expect(
      await problems("wrong/kiket-webhook.yaml", `${first.replace("=", "=../")}path: /health\nevnets: []\n`),
    ).toEqual([
      ["path: /health", 'Missing property "events".'],
      ["/health", expect.stringContaining("String does not match the pattern")],
      ["evnets: []", "Property evnets is not allowed."],
    ]);
  });

  it("completes its keys and the names of events, with what they mean", async () => {
    const text = `${first}events:\n  - \n`;
    const path = await open("names/kiket-webhook.yaml", text.replace("=", "=../"));
    expect(await editor.complete(path, behind(text.replace("=", "=../"), "  - "))).toContain("approval.decided");
    const keys = await open("keys/kiket-webhook.yaml", first.replace("=", "=../"));
    expect(await editor.complete(keys, { line: 1, character: 0 })).toEqual(expect.arrayContaining(["events", "path"]));
    expect(await editor.hover(path, behind(text, "even"))).toContain("Register the same ones");
  });
});

describe("what kiket-gen writes, in the YAML language server", () => {
  it("is found right, with completion on", async () => {
    const project = join(folder, "desk");
    expect((await runCommand(init, [project])).code).toBe(0);
    await mkdir(join(project, "node_modules"));
    await symlink(root, join(project, "node_modules/kiket-gen"), "junction");
    const words = ["table", "com.example.desk.stock", "parcels", "code:string!", "--dir", project, "--no-generate"];
    expect((await runCommand(add, words)).code).toBe(0);
    for (const path of ["desk/.kiket/manifest.yaml", "desk/.kiket/modules/stock/schema.yml"]) {
      const text = await readFile(join(folder, path), "utf8");
      expect(await problems(path, text), path).toEqual([]);
      expect(await editor.complete(join(folder, path), { line: text.split("\n").length - 1, character: 0 })).toContain(
        path.endsWith("manifest.yaml") ? "compatibility" : "permissions",
      );
    }
  });

  it("is held against the module's schema", async () => {
    const text = `${moduleModeline}module: a.b\ntables:\n  t:\n    columns:\n      - { name: id, type: bigint, null: maybe }\n`;
    const [[at, message] = []] = await problems(".kiket/modules/x/schema.yml", text);
    expect(at).toMatch(/^maybe/);
    expect(message).toContain('Expected "boolean"');
  });
});
