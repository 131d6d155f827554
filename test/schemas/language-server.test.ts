import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as add from "../../generator/commands/add.js";
import * as init from "../../generator/commands/init.js";
import { createProject, linkPackage, removeProject } from "../support/project.js";
import { runCommand } from "../support/run-command.js";
import { type Editor, type Place, startEditor } from "./language-server.js";
import { readEvents } from "./read.js";

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
  await linkPackage(folder);
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

async function labels(path: string, at: Place): Promise<string[]> {
  return (await editor.complete(path, at)).map(({ label }) => label);
}

/** What is offered at the bar in a text, with what is shown beside it. */
async function completed(path: string, marked: string): Promise<ReadonlyMap<string, string>> {
  const text = modeline + marked.replace("|", "");
  const found = await editor.complete(
    await open(path, `${text}\n`),
    behind(modeline + marked, marked.split("|")[0] ?? ""),
  );
  return new Map(found.map(({ label, documentation }) => [label, documentation]));
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
    const keys = await labels(path, { line: text.split("\n").length - 2, character: 2 });
    expect(keys).toEqual(expect.arrayContaining(["activationEvents", "configuration", "contributes", "custom_data"]));
    expect(keys).not.toContain("permissions");
    expect(keys).not.toContain("model_version");
  });

  const canonical = "extension:\n  id: com.example.desk\n  ";
  const scaffold = "extension:\n  id: com.example.desk\n";
  it.each<[place: string, text: string]>([
    ["a hook", `${canonical}hooks:\n    - event: |`],
    ["a hook in braces", `${canonical}hooks: [{ event: appr| }]`],
    ["an activating event", `${canonical}activationEvents:\n    - |`],
    ["activating events in brackets", `${canonical}activationEvents: [|]`],
    ["the other spelling", `${canonical}activation_events:\n    - |`],
    ["an event of the installation", `${canonical}lifecycleEvents:\n    - |`],
    [
      "a command",
      `${canonical}contributes:\n    commands:\n      - command: a.b\n        handler:\n          event: |`,
    ],
    [
      "an action",
      `${canonical}contributes:\n    workflow_actions:\n      - id: a\n        handler:\n          event: |`,
    ],
    ["a setup test", `${canonical}setup:\n    - test:\n        action: |`],
    ["a hook of canonical-1.1", `manifestVersion: "1.1"\n${canonical}hooks:\n    - event: |`],
    ["a name of the scaffold", `${scaffold}hooks:\n  - |`],
    ["a hook of the scaffold", `${scaffold}hooks:\n  - event: |`],
    ["a name of the quick start", `${canonical}delivery: http\nhooks:\n  - |`],
    ["an event of the marketplace", `${canonical}pricing: { model: free }\n  events:\n    - |`],
    ["a flat hook", "id: a\nsettings: []\nhooks:\n  - event: |"],
    ["a flat list", "id: a\nsettings: []\nevents:\n  - |"],
    ["a flat activating event", "id: a\ndelivery_secret: A\nactivationEvents:\n  - |"],
    ["a minimal list", "name: a\nevents: [|]"],
    ["a trigger", "manifest_version: 2\nextension: { key: a }\ntriggers:\n  - event: |"],
  ])("completes every documented event in %s", async (place, marked) => {
    const found = await completed(`.kiket/event-${place.replace(/\W/g, "-")}.yaml`, marked);
    expect(found.get("approval.decided")).toContain("an approver has granted or denied an approval");
    const names = [...readEvents().values()].filter((schema) => schema["x-kiket-generic"] !== true);
    const documented = names.flatMap((schema) => schema["x-kiket-event"] ?? []).map(String);
    expect(documented.length).toBeGreaterThan(128);
    expect(documented.filter((name) => !found.has(name))).toEqual([]);
  });

  it.each<[place: string, text: string, name: string, documentation: string | undefined]>([
    ["a list", `${canonical}permissions:\n    - |`, "boards:read", "Reads boards."],
    ["brackets", `${canonical}permissions: [|]`, "analytics:write", "Writes metrics."],
    ["the scaffold", `${scaffold}permissions:\n  - |`, "comments:write", "Writes comments on issues."],
    ["the quick start", `${canonical}delivery: http\npermissions:\n  - |`, "projects:read", "Reads projects."],
    ["a flat list", "id: a\nsettings: []\npermissions:\n  - |", "comments:read", "Reads comments of issues."],
    ["flat scopes", "id: a\nsettings: []\nscopes:\n  - |", "attachments:read", "Reads the files of issues."],
    ["scopes by verb", "name: a\nscopes:\n  read:\n    - |", "issue", undefined],
    ["scopes in brackets", "name: a\nscopes:\n  write: [|]", "comment", undefined],
  ])("completes permissions in %s", async (place, marked, name, documentation) => {
    const found = await completed(`.kiket/permission-${place.replace(/\W/g, "-")}.yaml`, marked);
    expect([...found.keys()]).toContain(name);
    if (documentation !== undefined) expect(found.get(name)).toContain(documentation);
  });

  it("allows events and permissions that nobody documented", async () => {
    const text = manifest
      .replace("[issues:read]", "[parcels:weigh]")
      .replace("event: issue.created", "event: parcel.weighed");
    expect(await problems(".kiket/own-names.yaml", text)).toEqual([]);
  });

  it("explains a key where the pointer rests", async () => {
    const path = await open(".kiket/hover.yaml", manifest);
    const shown = await editor.hover(path, behind(manifest, "  permiss"));
    expect(shown).toContain("API scopes that the extension requests.");
    expect(await editor.hover(path, behind(manifest, "- eve"))).toContain("Sent when an issue was created.");
    const own = manifest.replace("issue.created", "parcel.weighed");
    const ownPath = await open(".kiket/own-hover.yaml", own);
    expect(await editor.hover(ownPath, behind(own, "- eve"))).toContain("Event to subscribe to.");
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
    expect(await labels(path, { line: 2, character: 0 })).toEqual(expect.arrayContaining(["kind", "metadata", "spec"]));
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
    expect(await labels(path, behind(text.replace("=", "=../"), "  - "))).toContain("approval.decided");
    const keys = await open("keys/kiket-webhook.yaml", first.replace("=", "=../"));
    expect(await labels(keys, { line: 1, character: 0 })).toEqual(expect.arrayContaining(["events", "path"]));
    expect(await editor.hover(path, behind(text, "even"))).toContain("Register the same ones");
  });
});

describe("what kiket-gen writes, in the YAML language server", () => {
  it("is found right, with completion on", async () => {
    const project = join(folder, "desk");
    expect((await runCommand(init, [project])).code).toBe(0);
    await linkPackage(project);
    const words = ["table", "com.example.desk.stock", "parcels", "code:string!", "--dir", project, "--no-generate"];
    expect((await runCommand(add, words)).code).toBe(0);
    for (const path of ["desk/.kiket/manifest.yaml", "desk/.kiket/modules/stock/schema.yml"]) {
      const text = await readFile(join(folder, path), "utf8");
      expect(await problems(path, text), path).toEqual([]);
      expect(await labels(join(folder, path), { line: text.split("\n").length - 1, character: 0 })).toContain(
        path.endsWith("manifest.yaml") ? "compatibility" : "permissions",
      );
    }
  });

  it("N7: finds the secrets step of an official scaffold right, and a text for its secret wrong", async () => {
    const step = `extension: { id: com.example.desk, name: Desk }
setup:
  - secrets:
      fields:
        - key: DESK_KEY
          label: Key
          obtain: { type: api_key, secret: true, help_url: "https://desk.example/keys" }
  - secrets:
      fields:
        - { key: DESK_TOKEN, obtain: { type: api_key, secret: true } }
`;
    expect(await problems(".kiket/scaffold.yaml", modeline + step)).toEqual([]);
    const wrong = modeline + step.replace("secret: true, help_url", "secret: DESK_KEY, help_url");
    expect(await problems(".kiket/wrong-scaffold.yaml", wrong)).toEqual([
      [expect.stringMatching(/^DESK_KEY/), 'Incorrect type. Expected "boolean".'],
    ]);
  });

  it("is held against the module's schema", async () => {
    const text = `${moduleModeline}module: a.b\ntables:\n  t:\n    columns:\n      - { name: id, type: bigint, null: maybe }\n`;
    const [[at, message] = []] = await problems(".kiket/modules/x/schema.yml", text);
    expect(at).toMatch(/^maybe/);
    expect(message).toContain('Expected "boolean"');
  });
});
