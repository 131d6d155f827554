import { describe, expect, it } from "vitest";
import type { Given } from "../../../../generator/add/parse-request.js";
import { parse } from "../../../../generator/manifest/parse.js";
import { changeOf, filesOf, insertedLines, manifestPath } from "../project.js";

const manifest = `# The desk
model_version: "1.0"
extension:
  id: com.example.desk
  name: Desk # shown in lists
  delivery: http
  callback: { url: "\${EXTENSION_BASE_URL}" }

  # least privilege
  permissions: [issues:read]
  activationEvents:
    - issue.created
  hooks:
    # the first
    - event: issue.created
      template: letter
  contributes:
    commands:
      - command: desk.print
        title: Print
        handler: { type: extension_event, event: desk.print }
  configuration:
    letter:
      type: template
      default: |
        Dear {{ issue.title }}
    PIN: { type: string, secret: true }
  custom_data:
    permissions:
      - { module: com.example.desk.labels, operations: [read] }
`;

const modulePath = ".kiket/modules/labels/schema.yml";
const modules = {
  [modulePath]: `module: com.example.desk.labels
version: "1.0"
tables:
  labels: # one a parcel
    columns:
      - { name: id, type: bigint, primary_key: true, auto_increment: true }
      - { name: code, type: string, null: false }
`,
};

function inserted(words: readonly string[], given: Given = {}): string[] {
  return insertedLines(manifest, filesOf({ manifest, modules }, words, given)[manifestPath] ?? manifest);
}

describe("a canonical manifest", () => {
  it.each<[words: string[], given: Given, lines: string[]]>([
    [["event", "issue.closed"], {}, ["    - issue.closed", "    - event: issue.closed"]],
    [["event", "issue.closed"], { version: "v1" }, ["    - issue.closed", "    - event: issue.closed"]],
    [["event", "issue.created"], { version: "v2" }, ["    - event: issue.created", "      version: v2"]],
    [
      ["event", "issue.closed"],
      { version: "1.0", template: "letter" },
      ["    - issue.closed", "    - event: issue.closed", '      version: "1.0"', "      template: letter"],
    ],
    [
      ["command", "desk.sendMail"],
      { description: "By post: slowly", category: "Labels" },
      [
        "      - command: desk.sendMail",
        "        title: Send mail",
        '        description: "By post: slowly"',
        "        category: Labels",
        "        handler: { type: extension_event, event: desk.sendMail }",
      ],
    ],
    [
      ["secret", "API_KEY"],
      { description: "From the provider", required: true },
      ["    API_KEY: { type: string, secret: true, required: true, description: From the provider }"],
    ],
    [["setting", "COPIES"], { type: "integer", default: "5" }, ['    COPIES: { type: integer, default: "5" }']],
    [["setting", "COPIES"], { default: "5" }, ['    COPIES: { type: integer, default: "5" }']],
    [["setting", "LOUD"], { default: "true" }, ['    LOUD: { type: boolean, default: "true" }']],
    [["setting", "RATE"], { default: "0.5" }, ['    RATE: { type: number, default: "0.5" }']],
    [["setting", "GREETING"], { label: "Hi" }, ["    GREETING: { type: string, label: Hi }"]],
    [
      ["setting", "paper"],
      { options: "a5,a6", default: "a6" },
      [
        "    paper:",
        "      type: select",
        "      default: a6",
        "      options:",
        "        - { value: a5, label: a5 }",
        "        - { value: a6, label: a6 }",
      ],
    ],
    [
      ["setting", "letter2"],
      { type: "template", default: "a\nb" },
      ['    letter2: { type: template, default: "a\\nb" }'],
    ],
    [
      ["table", "com.example.team.capacity", "plans", "week:string!"],
      {},
      ["      - { module: com.example.team.capacity, operations: [read, write] }"],
    ],
  ])("%j with %j", (words, given, lines) => {
    expect(inserted(words, given)).toEqual(lines);
  });

  it("adds to a list in brackets", () => {
    expect(filesOf({ manifest }, ["scope", "issues:write"])[manifestPath]).toBe(
      manifest.replace("[issues:read]", "[issues:read, issues:write]"),
    );
    expect(filesOf({ manifest }, ["scope", "write:issues"])[manifestPath]).toContain("[issues:read, issues:write]");
  });

  it.each<[words: string[], given: Given]>([
    [["event", "issue.created"], {}],
    [["event", "issue.created"], { version: "1" }],
    [["command", "desk.print"], { title: "Other" }],
    [["secret", "PIN"], {}],
    [["setting", "letter"], { type: "string" }],
    [["scope", "issues:read"], {}],
    [["scope", "read:issues"], {}],
    [["scope", "issues.read"], {}],
    [["table", "com.example.desk.labels", "labels", "code:text"], {}],
  ])("has %j with %j already", (words, given) => {
    expect(changeOf({ manifest, modules }, words, given)).toEqual({ files: [] });
  });

  it.each<[words: string[], given: Given, refusal: string]>([
    [["event", "issue.closed"], { template: "other" }, 'there is no configuration key "other"'],
    [["command", "print"], {}, '"print" has no namespace'],
    [["setting", "PIN"], {}, '"PIN" is already a secret (line 27)'],
  ])("says why %j with %j cannot be", (words, given, refusal) => {
    expect(changeOf({ manifest, modules }, words, given)).toMatchObject({ refusal, hint: expect.any(String) });
  });

  it("suggests a namespace of the extension's own", () => {
    expect(changeOf({ manifest, modules }, ["command", "print"], {})).toMatchObject({
      hint: "use a name like desk.print",
    });
  });

  it.each<[words: string[], given: Given, code: string, message: string]>([
    [["setting", "N"], { type: "integer", default: "five" }, "KG206", "must be an integer, found `five`"],
    [["setting", "paper"], { options: "a5", default: "a6" }, "KG206", "must be one of its options `a5`"],
    [["setting", "N"], { type: "integre" }, "KG207", "unknown type `integre`"],
    [["table", "com.example.x", "t", "a:strin"], {}, "KG401", "unknown column type `strin`"],
    [["event", "issue-created"], {}, "KG301", "both become IssueCreatedV1"],
    [["event", "x".repeat(200)], { version: `v${"1".repeat(60)}` }, "KG303", "a name has 269 bytes"],
  ])("writes nothing that would be a mistake: %j with %j", (words, given, code, message) => {
    const changed = changeOf({ manifest, modules }, words, given);
    expect(changed).toMatchObject({ diagnostics: [{ code, message: expect.stringContaining(message) }] });
  });

  it("adds a secret to the list of secrets if there is one", () => {
    const listed = 'model_version: "1.0"\nextension:\n  id: a.b\n  secrets:\n    - key: PIN\n      label: Pin\n';
    expect(insertedLines(listed, filesOf({ manifest: listed }, ["secret", "KEY"])[manifestPath] ?? "")).toEqual([
      "    - key: KEY",
    ]);
  });

  it("adds the lists that are missing", () => {
    const bare = 'model_version: "1.0"\nextension:\n  id: a.b';
    const words = [
      ["event", "issue.closed"],
      ["scope", "issues:read"],
      ["setting", "A"],
      ["command", "a.b"],
      ["table", "a.b.c", "t"],
    ];
    const after = words.reduce((text, each) => filesOf({ manifest: text }, each)[manifestPath] ?? text, bare);
    expect(after).toBe(`${bare}
  hooks:
    - event: issue.closed
  permissions:
    - issues:read
  configuration:
    A:
      type: string
  contributes:
    commands:
      - command: a.b
        title: B
        handler:
          type: extension_event
          event: a.b
  custom_data:
    permissions:
      - module: a.b.c
        operations:
          - read
          - write`);
    expect(parse({ manifest: { path: manifestPath, text: after }, modules: [] }).diagnostics).toEqual([]);
  });
});

describe("a module's file", () => {
  const words = ["table", "com.example.desk.labels", "printers", "name:string!", "speed:integer"];

  it("gets another table, in its own style", () => {
    const files = filesOf({ manifest, modules }, words);
    expect(Object.keys(files)).toEqual([modulePath]);
    expect(insertedLines(modules[modulePath] ?? "", files[modulePath] ?? "")).toEqual([
      "  printers:",
      "    columns:",
      "      - { name: id, type: bigint, primary_key: true, auto_increment: true }",
      "      - { name: name, type: string, null: false }",
      "      - { name: speed, type: integer }",
    ]);
  });

  it("is created if it does not exist, and read back with the table", () => {
    const texts = { manifest, modules, moduleFolders: ["labels"] };
    const files = filesOf(texts, ["table", "com.example.desk.stock", "parcels", "code:string!", "at:timestamp"]);
    const path = ".kiket/modules/stock/schema.yml";
    expect(Object.keys(files)).toEqual([path, manifestPath]);
    expect(files[path]).toBe(`# yaml-language-server: $schema=../../../node_modules/kiket-gen/schemas/module.schema.json
module: com.example.desk.stock
version: "1.0"
tables:
  parcels:
    columns:
      - { name: id, type: bigint, primary_key: true, auto_increment: true }
      - { name: code, type: string, null: false }
      - { name: at, type: timestamp }
`);
    const { model } = parse({
      manifest: { path: manifestPath, text: files[manifestPath] ?? "" },
      modules: [{ path, text: files[path] ?? "" }],
    });
    const added = model?.customData.find(({ id }) => id === "com.example.desk.stock");
    expect(added?.operations).toEqual(["read", "write"]);
    expect(added?.tables[0]?.columns.map(({ name, nullable }) => [name, nullable])).toEqual([
      ["id", false],
      ["code", false],
      ["at", true],
    ]);
  });

  it("gets another folder if the first exists, and none if both exist", () => {
    const add = ["table", "com.example.other.labels", "t", "id:string!"];
    expect(Object.keys(filesOf({ manifest, modules, moduleFolders: ["labels"] }, add))).toEqual([
      ".kiket/modules/com.example.other.labels/schema.yml",
      manifestPath,
    ]);
    const taken = { manifest, modules, moduleFolders: ["labels", "com.example.other.labels"] };
    expect(changeOf(taken, add)).toMatchObject({ refusal: expect.stringContaining("does not contain the module") });
  });

  it("gets no folder with a name that Windows reserves", () => {
    expect(Object.keys(filesOf({ manifest, modules }, ["table", "acme.example.aux", "t", "id:string!"]))).toEqual([
      ".kiket/modules/acme.example.aux/schema.yml",
      manifestPath,
    ]);
    expect(changeOf({ manifest, modules }, ["table", "nul.aux", "t", "id:string!"])).toEqual({
      refusal: "the module needs the folder nul.aux, but Windows reserves the name nul",
      hint: "use another id",
    });
  });

  it.each([
    [
      "module:\n  id: com.example.desk.labels\n  tables:\n    - name: labels\n      columns: [{ name: id, type: bigint }]\n",
      4,
    ],
    [
      "module:\n  id: com.example.desk.labels\ntables:\n  - name: labels\n    columns: [{ name: id, type: bigint }]\n",
      2,
    ],
  ])("takes a table in the older form %j", (text, indent) => {
    const files = filesOf({ manifest, modules: { [modulePath]: text } }, words);
    expect(insertedLines(text, files[modulePath] ?? "")[0]).toBe(`${" ".repeat(indent)}- name: printers`);
  });
});
