import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { hasInvisible } from "../../../generator/base/invisible-characters.js";
import { generate } from "../../../generator/index.js";
import { compile } from "../../support/compile.js";
import { createProject, readTree, removeProject } from "../../support/project.js";
import { runCli, runNode } from "../../support/run-node.js";

/** Directions, zero width, a soft hyphen, a variation selector, a tag, a filler, a separator, a control, an annotation, spaces. */
const trojan =
  "\u202e\u2066\u200e\u061c\u200b\u200d\u2060\ufeff\u00ad\ufe0f\u{e0041}\u3164\u115f\u180e\ufff9\u2028\u0085\u0007\u00a0\u3000";

const text = (word: string) => `${word}${trojan}`;

const manifest = {
  model_version: "1.0",
  extension: {
    id: text("com.example.x"),
    name: text("X"),
    version: text("1"),
    delivery: "http",
    callback: { url: "https://example.com" },
    permissions: [text("issues:read")],
    hooks: [
      { event: text("own.made"), description: text("Made"), template: text("greeting") },
      { event: "widget.made" },
    ],
    contributes: {
      workflow_actions: [
        {
          id: "a",
          name: text("A"),
          handler: { type: "extension_event", event: text("a.b") },
          parameters: [{ key: text("key"), type: "string", label: text("Label"), description: text("Text") }],
        },
      ],
    },
    configuration: {
      [text("KEY")]: { type: "string", default: text("value"), label: text("Label"), description: text("Text") },
      [text("SECRET")]: { type: "string", secret: true, required: true, description: text("Secret") },
      [text("MAP")]: { type: "object", default: JSON.stringify({ [text("a")]: text("b") }) },
      [text("greeting")]: {
        type: "template",
        default: text("Hi"),
        variables: [{ name: text("issue"), type: "object", properties: [{ name: text("title"), type: "string" }] }],
      },
    },
    setup: [
      {
        configure: {
          title: text("Choose"),
          fields: [{ key: "choice", type: "select", options: [{ value: text("one"), label: text("One") }] }],
        },
      },
    ],
    custom_data: { permissions: [{ module: text("com.example.leads"), operations: ["read", "write"] }] },
  },
};

const module = {
  module: text("com.example.leads"),
  version: "1.0",
  description: text("Leads"),
  tables: {
    [text("leads")]: {
      description: text("Table"),
      columns: [{ name: text("email"), type: "string", default: text("none"), description: text("Address") }],
    },
  },
};

const schema = {
  description: text("Sent when"),
  properties: {
    [text("widget")]: { $ref: `#/$defs/${encodeURIComponent(text("widget"))}` },
    kind: { enum: [text("a"), text("b")], description: text("Kind") },
    only: { const: text("c") },
    tuple: { prefixItems: [{ const: text("d"), description: text("Item") }], items: false },
  },
  required: [text("widget"), "kind"],
  $defs: {
    [text("widget")]: {
      title: text("Widget"),
      type: "object",
      description: text("A widget"),
      properties: { [text("id")]: { type: "string", default: text("e"), examples: [text("f")] } },
      required: [text("id")],
      additionalProperties: { description: text("More") },
    },
  },
};

const document = {
  openapi: "3.1.0",
  info: { title: text("T"), version: "1" },
  paths: {
    [text("/widgets")]: {
      get: {
        summary: text("List"),
        description: text("All"),
        operationId: "list",
        parameters: [
          { name: text("q"), in: "query", description: text("Q"), schema: { enum: [text("x")], default: text("x") } },
        ],
        responses: {
          "200": {
            description: text("OK"),
            content: { [text("application/json")]: { schema: { $ref: "#/components/schemas/W" } } },
          },
        },
      },
    },
  },
  components: {
    schemas: {
      W: {
        type: "object",
        title: text("W"),
        description: text("A W"),
        properties: {
          [text("k")]: { const: text("c"), format: text("uuid"), example: text("e"), description: text("D") },
        },
      },
    },
  },
};

let folder: string;
beforeEach(async () => {
  folder = await createProject({
    ".kiket/manifest.yaml": stringify(manifest),
    ".kiket/modules/leads/schema.yml": stringify(module),
    "contracts/widget.made.v1.schema.json": JSON.stringify(schema),
    "api.json": JSON.stringify(document),
  });
});
afterEach(() => removeProject(folder));

function isGenerated(path: string): boolean {
  return path.startsWith("src/") && !path.endsWith("tsconfig.json");
}

describe("a project with invisible characters in every text", () => {
  it("has none of them raw in generated files and their names, and keeps the values", async () => {
    const report = await generate({ dir: folder, events: "contracts", openapi: "api.json" });
    expect(report.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const files = Object.entries(await readTree(folder)).filter(([path]) => isGenerated(path));
    expect(files.length).toBeGreaterThan(12);
    const raw = files.flatMap(([path, content]) => {
      const lines = [path, ...content.split("\n")];
      return lines.filter((line) => hasInvisible(line)).map((line) => `${path}: ${JSON.stringify(line)}`);
    });
    expect(raw).toEqual([]);
    expect(await readFile(join(folder, "src/generated/settings.gen.ts"), "utf8")).toContain(
      '  /** Label. Text. */\n  readonly "KEY\\u202e\\u2066\\u200e',
    );

    expect(await compile(folder, "7.0", true)).toBe("");
    const settings = pathToFileURL(join(folder, "dist/generated/settings.gen.js")).href;
    const script = `import { settingDefinitions } from ${JSON.stringify(settings)}; console.log(JSON.stringify(settingDefinitions));`;
    const { stdout } = await runNode(["--input-type=module", "-e", script], folder);
    expect(JSON.parse(stdout)[text("KEY")]).toMatchObject({ default: text("value") });
  });

  it("prints none of them", async () => {
    const args = ["--events", "contracts", "--openapi", "api.json"];
    const hostile = stringify({ ...manifest, [text("unknown")]: 1 });
    await generate({ dir: folder });
    const project = await createProject({
      ".kiket/manifest.yaml": hostile.replace("- id: a\n", "- id: a\n  # \u001b[31m\u202e\n"),
    });
    try {
      const commands = [["--dry-run"], ["lint"], ["lint", "--format", "json"], ["lint", "--format", "sarif"]];
      const runs = [
        ...(await Promise.all(commands.map((command) => runCli(command, project)))),
        await runCli(["--check", ...args], folder),
        await runCli(["compare", ...args, "--format", "json"], folder),
        await runCli(["compare", ...args], folder),
      ];
      for (const { stdout, stderr } of runs) {
        expect((stdout + stderr).length).toBeGreaterThan(20);
        expect((stdout + stderr).split("\n").filter((line) => hasInvisible(line.replaceAll("\t", "")))).toEqual([]);
      }
      expect(runs[1]?.stdout).toContain("unknown\\u{202e}\\u{2066}");
      expect(runs[2]?.stdout).toContain("unknown\\\\u{202e}\\\\u{2066}");
    } finally {
      await removeProject(project);
    }
  });
});
