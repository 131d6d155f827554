import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { afterEach, describe, expect, it } from "vitest";
import { writeCached } from "../../../../generator/project/cache.js";
import { createHost } from "../../../../generator/project/host.js";
import {
  type CompilerVersion,
  compile,
  compilers,
  createProject,
  readTree,
  removeProject,
  runCli,
} from "../../../support/project.js";
import { createOwnProject, manifestOf, moneySchema, toldIn, widgetSchema } from "./own.js";

let folder: string;
afterEach(() => removeProject(folder));

const run = (...more: readonly string[]) => runCli(["--events", "contracts", ...more], folder);
const generated = (event: string) => readFile(join(folder, `src/generated/events/${event}.gen.ts`), "utf8");

describe("--events", () => {
  it("adds an event with the shapes that it refers to", async () => {
    folder = await createOwnProject({
      "widget.made.v1.schema.json": widgetSchema,
      "common/money.json": moneySchema,
    });
    const { code, stderr } = await run();
    expect([code, stderr]).toEqual([0, ""]);
    expect(await generated("widget.made.v1")).toContain(`/** A widget. */
export interface Widget {
  id: number;
  colour?: "red" | "blue";
  parts?: Widget[];
}

/** A transition between two workflow states. Confirmed by a fixture and by shipped code. */
export interface Transition {
  /** Key of the workflow state before the transition. */
  from: string;
  /** Key of the workflow state after the transition. */
  to: string;
  /** E-mail address of the user who made the transition. Only replay fixtures have it. */
  performed_by?: string;
}

export interface Money {
  amount: number;
  currency: string;
}

/**
 * Sent when a widget has been made.
 * Declared in the manifest as a hook.
 */
export interface WidgetMadeV1Payload extends Omit<Envelope, "api"> {
  widget: Widget;
  maker?: Transition;
  price?: Money;
  /** Not the envelope's. */
  api?: string;
}
`);
  });

  it("replaces the shipped schema of the same event version and no other", async () => {
    const manifest = manifestOf(["issue.created", "issue.updated"]);
    folder = await createProject({ "extension.yaml": manifest });
    await runCli([], folder);
    const [created, updated] = await Promise.all([generated("issue.created.v1"), generated("issue.updated.v1")]);
    expect(created).toContain("extends Envelope {\n  issue: Issue;");
    const issue = { title: "Issue", type: "object", properties: { colour: { type: "string" } } };
    const schema = { type: "object", properties: { issue: { $ref: "#/$defs/i" } }, $defs: { i: issue } };
    await mkdir(join(folder, "contracts"));
    await writeFile(join(folder, "contracts/issue.created.1.schema.json"), JSON.stringify(schema));
    expect((await run()).code).toBe(0);
    expect(await generated("issue.created.v1")).toContain(
      "export interface Issue {\n  colour?: string;\n}\n\n/** Declared in the manifest as a hook. */\nexport interface IssueCreatedV1Payload extends Envelope {\n  issue?: Issue;\n}\n",
    );
    expect(await generated("issue.updated.v1")).toBe(updated);
    expect((await runCli(["--check", "--no-events"], folder)).code).toBe(1);
    expect((await run("--check")).code).toBe(0);
  });

  it("gives a command without a schema the shape of a generic one of the user's own", async () => {
    const contributes =
      "  contributes:\n    commands:\n      - { command: own.go, title: Go, handler: { type: extension_event, event: own.go } }\n";
    const manifest = `${manifestOf(["issue.created"])}${contributes}`;
    const schema = { properties: { place: { type: "string" } }, required: ["place"] };
    folder = await createOwnProject({ "command.v1.schema.json": schema }, { "extension.yaml": manifest });
    expect((await run()).stderr).toBe("");
    expect(await generated("own.go.v1")).toContain("Payload extends Envelope {\n  place: string;\n}");
  });

  it("does not mix its shapes with the types of declared parameters", async () => {
    const handler = "handler: { type: extension_event, event: own.go }";
    const parameters = "parameters: [{ key: to, type: project }, { key: more, type: object }]";
    const contributes = `  contributes:\n    commands:\n      - { command: own.go, ${handler}, ${parameters} }\n`;
    const shape = (title: string) => ({ title, type: "object", properties: { a: { type: "string" } } });
    const schema = { properties: { id: shape("Id"), record: { $ref: "#/$defs/record" }, own: { $ref: "#/$defs/id" } } };
    const definitions = { $defs: { record: shape("Record"), id: shape("Id") } };
    folder = await createOwnProject(
      { "own.go.v1.schema.json": { ...schema, ...definitions } },
      { "extension.yaml": `${manifestOf(["issue.created"])}${contributes}` },
    );
    expect((await run()).stderr).toBe("");
    const text = await generated("own.go.v1");
    expect(text).toContain("export interface Record2 {\n  a?: string;\n}");
    expect(text).toContain("  to?: Id;\n  more?: Readonly<Record<string, unknown>>;\n");
    expect(await compile(folder)).toBe("");
  });

  it("reads draft 7 and 2020-12", async () => {
    const draft7 = {
      $schema: "http://json-schema.org/draft-07/schema#",
      definitions: { name: { type: "string" } },
      properties: {
        pair: { type: "array", items: [{ type: "string" }, { type: "number" }], additionalItems: false, minItems: 2 },
        name: { $ref: "#/definitions/name", type: "number" },
        kind: { const: "big" },
      },
    };
    const newest = {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      oneOf: [
        { properties: { left: { type: "boolean" } }, required: ["left"] },
        { properties: { right: { type: ["string", "null"] } }, required: ["right"] },
      ],
      properties: {
        pair: { type: "array", prefixItems: [{ type: "string" }, { type: "number" }], items: false, minItems: 2 },
        counts: { type: "object", patternProperties: { "^.*/": { type: "integer" } } },
        never: false,
        anything: true,
      },
    };
    folder = await createOwnProject(
      { "draft.seven.v1.schema.json": draft7, "draft.newest.v1.schema.json": newest },
      { "extension.yaml": manifestOf(["draft.seven", "draft.newest"]) },
    );
    expect((await run()).stderr).toBe("");
    expect(await generated("draft.seven.v1")).toContain(
      'extends Envelope {\n  /** @minItems 2 */\n  pair?: [string, number];\n  name?: Name;\n  kind?: "big";\n}',
    );
    expect(await generated("draft.newest.v1")).toContain(
      "extends Envelope {\n  /** @minItems 2 */\n  pair?: [string, number];\n  counts?: {\n    [k: string]: number;\n  };\n  never?: never;\n  anything?: unknown;\n  left?: boolean;\n  right?: string | null;\n}",
    );
    expect(await compile(folder)).toBe("");
  });

  it("does not write very long tuples", async () => {
    const many = Array.from({ length: 1000 }, () => ({ type: "string" }));
    const schema = {
      properties: {
        least: { type: "array", items: { type: "string" }, minItems: 1_000_000_000 },
        tuple: { type: "array", prefixItems: [{ type: "string" }], minItems: 999_999_999, maxItems: 1_000_000_000 },
        long: { type: "array", prefixItems: many, items: false },
      },
    };
    folder = await createOwnProject({ "widget.made.v1.schema.json": schema });
    expect((await run()).stderr).toBe("");
    expect(await generated("widget.made.v1")).toContain(
      "{\n  least?: string[];\n  tuple?: [] | [string, ...unknown[]];\n  long?: string[];\n}",
    );
  });

  it("saves the types of the same schemas in node_modules, and only there", async () => {
    folder = await createOwnProject({
      "widget.made.v1.schema.json": widgetSchema,
      "common/money.json": moneySchema,
    });
    await run();
    expect(Object.keys(await readTree(folder)).filter((path) => path.startsWith("node_modules"))).toEqual([]);
    await mkdir(join(folder, "node_modules"));
    await run();
    const cache = join(folder, "node_modules/.cache/kiket-gen-events.json");
    const remembered = await readFile(cache, "utf8");
    expect(JSON.parse(remembered).value.events["widget.made@v1"].keys).toEqual(["api", "maker", "price", "widget"]);
    // The saved types are used only while the schemas are unchanged.
    const { key, value } = JSON.parse(remembered.replaceAll("Not the envelope's.", "KEPT"));
    await writeCached(createHost(folder), "kiket-gen-events", key, value);
    await run("--out", "src/again");
    const again = () => readFile(join(folder, "src/again/events/widget.made.v1.gen.ts"), "utf8");
    expect(await again()).toContain("/** KEPT */");
    const money = { ...moneySchema, properties: { amount: { type: "string" } }, required: [] };
    await writeFile(join(folder, "contracts/common/money.json"), JSON.stringify(money));
    expect((await run("--out", "src/again")).stdout).not.toContain("nothing to do");
    expect(await again()).toContain("export interface Money {\n  amount?: string;\n}");
    expect(await again()).not.toContain("KEPT");
  });
});

describe("mistakes in a user's schemas", () => {
  const envelope = { $ref: "envelope.v1.schema.json" };
  it.each([
    [
      "invalid JSON",
      { "widget.made.v1.schema.json": '{\n  "type": "object",\n}\n' },
      "contracts/widget.made.v1.schema.json:3:1  error  KG701  invalid JSON: expected a key in double quotes\n",
    ],
    [
      "a comment",
      { "widget.made.v1.schema.json": '{ "a": 1 // one\n}' },
      "contracts/widget.made.v1.schema.json:1:10  error  KG701  invalid JSON: expected `,` or `}`\n",
    ],
    [
      "text after the end",
      { "widget.made.v1.schema.json": "{}\n{}" },
      "contracts/widget.made.v1.schema.json:2:1  error  KG701  invalid JSON: expected the end of the file\n",
    ],
    [
      "a name without a version",
      { "widget.schema.json": {} },
      "contracts/widget.schema.json:1:1  error  KG702  the file name widget.schema.json does not contain a valid event and version\n    hint: name it <event>.<version>.schema.json, or <name>.json if it contains only shared definitions\n",
    ],
    [
      "a name that is not an event",
      { "widget made.v1.schema.json": {} },
      "contracts/widget made.v1.schema.json:1:1  error  KG702  the file name widget made.v1.schema.json does not contain a valid event and version\n    hint: name it <event>.<version>.schema.json, or <name>.json if it contains only shared definitions\n",
    ],
    [
      "an unknown type",
      { "widget.made.v1.schema.json": '{\n  "properties": {\n    "a": { "type": "text" }\n  }\n}' },
      "contracts/widget.made.v1.schema.json:3:20  error  KG703  `properties.a.type` must be one of string, number, integer, boolean, object, array, null\n",
    ],
    [
      "keywords of the wrong kind",
      { "widget.made.v1.schema.json": '{ "properties": [],\n"required": true }' },
      "contracts/widget.made.v1.schema.json:1:17  error  KG703  `properties` must be an object of schemas\ncontracts/widget.made.v1.schema.json:2:13  error  KG703  `required` must be a list of member names\n",
    ],
    [
      "counts that contradict each other",
      { "widget.made.v1.schema.json": '{ "properties": { "a": { "type": "array", "minItems": 3,\n"maxItems": 2 } } }' },
      "contracts/widget.made.v1.schema.json:2:13  error  KG703  `properties.a.maxItems` must be 3 or more\n",
    ],
    [
      "a payload that is not an object",
      { "widget.made.v1.schema.json": { type: "string" } },
      "contracts/widget.made.v1.schema.json:1:1  error  KG703  a payload must be described as an object\n    hint: use `type: object`\n",
    ],
    [
      "a reference to nothing",
      {
        "widget.made.v1.schema.json":
          '{ "properties": {\n"a": { "$ref": "#/$defs/none" },\n"b": { "$ref": "none.json" } } }',
      },
      'contracts/widget.made.v1.schema.json:2:16  error  KG704  the reference "#/$defs/none" points to nothing in widget.made.v1.schema.json\ncontracts/widget.made.v1.schema.json:3:16  error  KG704  the reference "none.json" points to a file that does not exist in the folder\n',
    ],
    [
      "references that point outside the folder",
      {
        "widget.made.v1.schema.json":
          '{ "properties": {\n"a": { "$ref": "../extension.yaml" },\n"b": { "$ref": "https://evil.example/s.json" },\n"c": { "$ref": "/etc/passwd" },\n"d": { "$ref": "..%2fextension.yaml" } } }',
      },
      ["../extension.yaml", "https://evil.example/s.json", "/etc/passwd", "..%2fextension.yaml"]
        .map(
          (reference, index) =>
            `contracts/widget.made.v1.schema.json:${index + 2}:16  error  KG705  the reference "${reference}" points outside the folder of schemas\n    hint: copy the schema into the folder and refer to it by its file name\n`,
        )
        .join(""),
    ],
    [
      "a schema that refers only to itself",
      {
        "widget.made.v1.schema.json":
          '{ "properties": { "a": { "$ref": "#/$defs/loop" } },\n"$defs": { "loop": { "anyOf": [{ "$ref": "#/$defs/loop" }, { "type": "string" }] } } }',
      },
      "contracts/widget.made.v1.schema.json:2:20  error  KG706  the schema of Loop refers only to itself\n    hint: put the reference under `properties` or `items`\n",
    ],
    [
      "one event version twice",
      { "widget.made.1.schema.json": envelope, "widget.made.v1.schema.json": envelope },
      "contracts/widget.made.v1.schema.json:1:1  error  KG707  widget.made.v1.schema.json describes the same event version as widget.made.1.schema.json\n    hint: delete one of them\n",
    ],
    [
      "a folder without schemas",
      { "readme.txt": "nothing here" },
      "contracts:1:1  error  KG708  the folder contracts contains no *.schema.json file\n    hint: the path is relative to the project's folder\n",
    ],
  ])("tells %s and writes nothing", async (_what, schemas, expected) => {
    folder = await createOwnProject(schemas);
    const before = await readTree(folder);
    const { code, stdout, stderr } = await run();
    expect(toldIn(stderr)).toBe(expected);
    expect([code, stdout]).toEqual([1, ""]);
    expect(await readTree(folder)).toEqual(before);
  });

  it.each(["nope", "extension.yaml"])("says that there is no folder %s", async (events) => {
    folder = await createOwnProject({});
    const { code, stderr } = await runCli(["--events", events], folder);
    expect(code).toBe(1);
    expect(toldIn(stderr)).toBe(
      `${events}:1:1  error  KG708  the folder ${events} does not exist\n    hint: the path is relative to the project's folder\n`,
    );
  });

  it("rejects very deep nesting", async () => {
    const deep = `${'{"items":'.repeat(5000)}{}${"}".repeat(5000)}`;
    folder = await createOwnProject({ "widget.made.v1.schema.json": deep });
    expect((await run()).stderr).toContain(":1:910  error  KG107  the file is nested more than 100 levels deep");
  });
});

/** Everything that the schema compiler, or a later step, might use as a name, as the end of a comment or as code. */
const evil = "*/ globalThis.pwned = 1; /* \" ' ` $\u007bglobalThis.pwned = 1}\n}; globalThis.pwned = 1; //\u2028*/";
const hostile = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: `https://evil.example/${evil}`,
  title: evil,
  description: evil,
  tsType: "{}; globalThis.pwned = 1; type X = {}",
  extends: { $ref: "#/$defs/base", title: "globalThis.pwned" },
  properties: {
    [evil]: { type: "string", title: evil, description: evil, default: evil, examples: [evil] },
    constructor: { type: "string" },
    "[k: string]": { type: "number" },
    code: { tsType: "string; }; globalThis.pwned = 1; interface Y { a" },
    choice: { type: "string", enum: ["a", evil], tsEnumNames: ["A", "B = (globalThis.pwned = 1)"] },
    fixed: { const: { [evil]: [evil] } },
    map: { type: "object", patternProperties: { [evil]: { type: "string" } }, additionalProperties: false },
    list: {
      type: "array",
      items: { description: evil, type: "string" },
      minItems: 1,
      description: `@deprecated ${evil}`,
    },
    shape: { $ref: "#/$defs/base" },
    other: { $ref: "#/$defs/Envelope" },
    payload: { $ref: "#/$defs/WidgetMadeV1Payload" },
    marker: { $ref: "#/$defs/PayloadOfTheEvent" },
  },
  required: [evil],
  $defs: {
    base: { title: evil, description: `export interface Stolen {}\n${evil}`, type: "object", properties: { a: {} } },
    Envelope: { type: "object", properties: { b: { type: "string" } } },
    WidgetMadeV1Payload: { type: "object", properties: { c: { type: "string" } } },
    PayloadOfTheEvent: { type: "object", properties: { d: { type: "string" } } },
  },
};

/** Statements by kind, and every call, of a source file. */
function anatomy(text: string): { statements: string[]; calls: string[] } {
  const file = ts.createSourceFile("x.ts", text, ts.ScriptTarget.Latest, true);
  const calls: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) calls.push(node.expression.getText());
    if (ts.isBinaryExpression(node)) calls.push(node.getText());
    node.forEachChild(visit);
  };
  visit(file);
  return { statements: [...new Set(file.statements.map(({ kind }) => ts.SyntaxKind[kind]))].sort(), calls };
}

describe("a hostile schema", () => {
  // JSON.parse makes it an own member; an object literal would set the prototype.
  const text = JSON.stringify(hostile).replace('"constructor":', '"__proto__":{"type":"string"},"constructor":');

  it.each(Object.keys(compilers) as CompilerVersion[])(
    "adds no statement, and compiles with TypeScript %s",
    async (version) => {
      folder = await createOwnProject({ "widget.made.v1.schema.json": text });
      const { code, stderr } = await run();
      expect([code, stderr]).toEqual([0, ""]);
      const source = await generated("widget.made.v1");
      expect(anatomy(source)).toEqual({
        statements: ["ExportDeclaration", "FirstStatement", "ImportDeclaration", "InterfaceDeclaration"],
        calls: ["bindHandler"],
      });
      expect(source).toContain("  __proto__?: string;\n  constructor?: string;\n");
      expect(source).toContain('  "[k: string]"?: number;\n');
      expect(await compile(folder, version)).toBe("");
    },
  );
});
