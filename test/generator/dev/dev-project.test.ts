import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { catalog } from "../../../generator/contracts/catalog.gen.js";
import { createProjectReader } from "../../../generator/dev/dev-project.js";
import type { Diagnostic } from "../../../generator/diagnostics/diagnostic.js";
import { parse } from "../../../generator/manifest/parse.js";
import { createHost } from "../../../generator/project/host.js";
import { readProject } from "../../../generator/project/read-project.js";
import { createPlatform } from "../../../runtime/testing.js";
import { createProject, removeProject } from "../../support/project.js";

const now = () => Date.parse("2026-03-02T08:25:04Z");

/** Reads a project as `dev` does. */
async function read(files: Readonly<Record<string, string>>, links: Readonly<Record<string, string>> = {}) {
  const folder = await createProject(files);
  for (const [path, target] of Object.entries(links)) await symlink(target, join(folder, path));
  onTestFinished(() => removeProject(folder));
  const host = createHost(folder);
  const project = await readProject(host, { dir: folder });
  const { model, diagnostics } = parse(project.sources);
  if (model === undefined) throw new Error(JSON.stringify(diagnostics));
  const told: Diagnostic[] = [];
  const reader = createProjectReader(host, {
    report: (diagnostic) => told.push(diagnostic),
    now,
    loadKit: () => import("../../../runtime/dev.js"),
  });
  const devProject = await reader.projectOf({ project, report: { model } });
  const lines = told.map(({ at, severity, code, message, hint }) =>
    [`${at.file}:${at.line}:${at.column} ${severity} ${code} ${message}`, ...(hint === undefined ? [] : [hint])].join(
      " | ",
    ),
  );
  return { devProject, lines, check: reader.check };
}

const manifest = (...lines: readonly string[]) => ({
  ".kiket/manifest.yaml": [
    'model_version: "1.0"',
    "extension:",
    "  id: com.example.crm",
    "  name: CRM",
    "  version: 0.1.0",
    ...lines.map((line) => `  ${line}`),
    "",
  ].join("\n"),
});

const contacts = `module: com.example.crm.contacts
version: "1.0"
tables:
  contacts:
    columns:
      - { name: id, type: bigint, primary_key: true, auto_increment: true }
      - { name: email, type: string, null: false, unique: true }
      - { name: score, type: integer, null: false, default: 5 }
      - { name: seen_at, type: timestamp, default: now() }
      - { name: tags, type: json }
  notes:
    columns:
      - { name: project_id, type: string }
      - { name: text, type: text }
`;
const custom = "custom_data: { permissions: [{ module: com.example.crm.contacts, operations: [read, write] }] }";
const module = "com.example.crm.contacts";
const schema = ".kiket/modules/crm/schema.yml";
const seeds = ".kiket/modules/crm/seeds";

describe("the project of dev", () => {
  it("has the kind, name, scopes and secrets of an extension", async () => {
    const { devProject } = await read({
      ...manifest(
        "permissions: [issues:read]",
        "hooks: [{ event: issue.created }]",
        custom,
        "configuration:",
        "  API_KEY: { type: secret }",
        "  GREETING: { type: string }",
      ),
      [schema]: contacts,
    });
    expect(devProject).toMatchObject({
      kind: "extension",
      name: "CRM",
      scopes: ["issues:read", "custom_data:read", "custom_data:write"],
      secrets: ["API_KEY"],
      seed: { extension: { name: "CRM", version: "0.1.0" } },
    });
    expect(Object.keys(devProject)).toEqual(["kind", "name", "events", "scopes", "secrets", "settings", "seed"]);
    expect(JSON.parse(JSON.stringify(devProject))).toEqual(devProject);
  });

  it("has a sample and a schema of each event, as one document", async () => {
    const { devProject, check } = await read(manifest("hooks: [{ event: issue.created }]"));
    const [event] = devProject.events;
    expect(event).toMatchObject({
      name: "issue.created",
      version: "v1",
      confidence: "fixture",
      sample: { issue: { id: 6001, key: "DCK-32" } },
      schema: { required: ["issue"] },
    });
    expect(event?.sample).not.toHaveProperty("authentication");
    const references = [...JSON.stringify(event?.schema).matchAll(/"\$ref":"([^"]*)"/g)].map(([, name]) => name);
    expect(references.length).toBeGreaterThan(3);
    const definitions = event?.schema?.$defs as object;
    expect(references.filter((name) => !Object.hasOwn(definitions, String(name).replace("#/$defs/", "")))).toEqual([]);
    expect(check("issue.created", "v1", event?.sample)).toEqual([]);
  });

  it("has a sample of every documented event that its schema allows", async () => {
    const names = Object.values(catalog.events).map(({ name }) => name);
    const { devProject, check } = await read(
      manifest("hooks:", ...[...new Set(names)].map((name) => `  - { event: ${name} }`)),
    );
    expect(devProject.events.length).toBeGreaterThan(100);
    const unlike = devProject.events.flatMap(({ name, version, sample }) =>
      check(name, version, sample).map(({ path, message }) => `${name} ${version} ${path} ${message}`),
    );
    expect(unlike).toEqual([]);
    const wrong = devProject.events.filter(({ name, version }) => check(name, version, []).length === 0);
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it("has the declared parameters of commands in the sample", async () => {
    const { devProject } = await read(
      manifest(
        "contributes:",
        "  commands:",
        "    - command: com.example.crm.sync",
        "      title: Sync",
        "      handler: { type: extension_event, event: com.example.crm.sync }",
        "      parameters:",
        "        - { key: depth, type: integer, default: 3 }",
        "        - { key: mode, type: select, options: [{ value: full, label: Full }, { value: part, label: Part }] }",
      ),
    );
    expect(devProject.events).toMatchObject([
      { name: "com.example.crm.sync", sample: { depth: 3, mode: "full" }, confidence: expect.any(String) },
    ]);
  });

  it("takes the project's own schemas, with what they refer to", async () => {
    const { devProject, check } = await read({
      ...manifest("hooks: [{ event: thing.made }]"),
      "package.json": JSON.stringify({ name: "crm", type: "module", "kiket-gen": { events: "contracts" } }),
      "contracts/thing.made.v1.schema.json": JSON.stringify({
        "x-kiket-confidence": "read",
        type: "object",
        properties: { thing: { $ref: "parts.json#/$defs/thing" } },
        required: ["thing"],
        additionalProperties: false,
      }),
      "contracts/parts.json": JSON.stringify({
        $defs: {
          thing: { type: "object", properties: { size: { type: "integer", examples: [7] } }, required: ["size"] },
        },
      }),
    });
    expect(devProject.events).toEqual([
      {
        name: "thing.made",
        version: "v1",
        sample: { thing: { size: 7 } },
        schema: {
          "x-kiket-confidence": "read",
          type: "object",
          properties: { thing: { $ref: "#/$defs/Thing" } },
          required: ["thing"],
          additionalProperties: false,
          $defs: {
            Thing: { type: "object", properties: { size: { type: "integer", examples: [7] } }, required: ["size"] },
          },
        },
        confidence: "read",
      },
    ]);
    expect(check("thing.made", "v1", { thing: { size: "7" }, other: 1 })).toEqual([
      { kind: "unknown", path: "other", message: "is a member that the schema does not know" },
      { kind: "wrong", path: "thing.size", message: "must be an integer" },
    ]);
  });

  it("has tables with their rules, and the records of seed files", async () => {
    const { devProject, lines } = await read({
      ...manifest(custom),
      [schema]: contacts,
      [`${seeds}/contacts.yml`]:
        "table: contacts\nrecords:\n  - email: ada@example.com\n    tags: [a]\n  - { id: 1, email: bob@example.com, score: 7 }\n",
      [`${seeds}/more.yaml`]: "table: contacts\nrecords: [{ email: eve@example.com, project_id: 27 }]\n",
      [`${seeds}/notes.yml`]: "table: notes\nrecords: [{ project_id: 28, text: Hi }]\n",
      [`${seeds}/readme.txt`]: "not a seed",
    });
    expect(lines).toEqual([]);
    const seen_at = "2026-03-02T08:25:04Z";
    expect(devProject.seed.records).toEqual([
      {
        ...{ module, table: "contacts", projectId: "1" },
        rows: [
          { id: 2, email: "ada@example.com", tags: ["a"], score: 5, seen_at },
          { id: 1, email: "bob@example.com", score: 7, seen_at },
        ],
      },
      { module, table: "contacts", projectId: "27", rows: [{ id: 1, email: "eve@example.com", score: 5, seen_at }] },
      { module, table: "notes", projectId: "28", rows: [{ id: 1, project_id: 28, text: "Hi" }] },
    ]);
    expect(devProject.seed.tables?.[0]).toEqual({
      module,
      table: "contacts",
      columns: [
        { name: "id", type: "bigint", nullable: false, unique: false, generated: true },
        { name: "email", type: "string", nullable: false, unique: true, generated: false },
        { name: "score", type: "integer", nullable: false, unique: false, generated: false, default: 5 },
        { name: "seen_at", type: "timestamp", nullable: true, unique: false, generated: false, default: "now()" },
        { name: "tags", type: "json", nullable: true, unique: false, generated: false },
      ],
    });
    const platform = await createPlatform({ seed: devProject.seed });
    onTestFinished(() => platform.close());
    expect(platform.snapshot().records?.map(({ rows }) => rows.length)).toEqual([2, 1, 1]);
  });

  it("has the same records in each reading of the same seeds: else `dev` would take them for new ones", async () => {
    const folder = await createProject({
      ...manifest(custom),
      [schema]: contacts,
      [`${seeds}/contacts.yml`]: "table: contacts\nrecords: [{ email: ada@example.com }]\n",
    });
    onTestFinished(() => removeProject(folder));
    const host = createHost(folder);
    const project = await readProject(host, { dir: folder });
    const { model } = parse(project.sources);
    if (model === undefined) throw new Error("the manifest has errors");
    let time = now();
    const reader = createProjectReader(host, {
      now: () => time,
      loadKit: () => import("../../../runtime/dev.js"),
    });
    const records = async () => (await reader.projectOf({ project, report: { model } })).seed.records;
    const first = await records();
    time += 60_000;
    expect(await records()).toEqual(first);
  });

  it("tells where a seed does not fit, and leaves out only that record", async () => {
    const { devProject, lines } = await read({
      ...manifest(custom),
      [schema]: contacts,
      [`${seeds}/a.yml`]: [
        "table: contacts",
        "records:",
        "  - emial: ada@example.com",
        "  - { email: bob@example.com, score: many }",
        "  - { email: eve@example.com }",
        "  - { email: eve@example.com }",
        "  - just text",
        "",
      ].join("\n"),
      [`${seeds}/b.yml`]: "table: contact\nrecords: []\n",
      [`${seeds}/c.yml`]: "- { email: a }\n",
      [`${seeds}/d.yml`]: "table: contacts\nrecords: [\n",
      [`${seeds}/e.yml`]: "records: []\n",
      [`${seeds}/f.yml`]: "table: contacts\nrecords: [{ email: last@example.com }]\n",
    });
    expect(lines).toEqual([
      `${seeds}/a.yml:3:5 warning KG407 \`email\` is required, so the record is left out`,
      expect.stringContaining(
        `${seeds}/a.yml:3:5 warning KG407 \`emial\` is no column of the table, which has: id, email,`,
      ),
      `${seeds}/a.yml:4:31 warning KG407 \`score\` must be an integer, so the record is left out`,
      `${seeds}/a.yml:6:7 warning KG407 \`email\` must be unique, and another record has this value, so the record is left out`,
      expect.stringContaining(`${seeds}/a.yml:7:5 warning KG204`),
      `${seeds}/b.yml:1:8 warning KG407 the module has no table \`contact\` | its tables: contacts or notes`,
      `${seeds}/c.yml:1:1 warning KG407 a seed file has a \`table\` and its \`records\``,
      expect.stringContaining(`${seeds}/d.yml:`),
      `${seeds}/e.yml:1:1 warning KG407 a seed file has a \`table\` and its \`records\``,
    ]);
    expect(devProject.seed.records).toMatchObject([
      { rows: [{ email: "eve@example.com" }, { email: "last@example.com" }] },
    ]);
  });

  it("reads no seed through a link that leads out of the project", async () => {
    const elsewhere = await createProject({ "notes.yml": "table: notes\nrecords: [{ text: Secret }]\n" });
    onTestFinished(() => removeProject(elsewhere));
    const { lines, devProject } = await read(
      { ...manifest(custom), [schema]: contacts, [`${seeds}/a.yml`]: "table: notes\nrecords: [{ text: Hi }]\n" },
      { [`${seeds}/b.yml`]: join(elsewhere, "notes.yml") },
    );
    expect(lines).toEqual([
      `${seeds}/b.yml:1:1 warning KG407 the file leads out of the project through a link, so it is not read`,
    ]);
    expect(devProject.seed.records).toMatchObject([{ rows: [{ text: "Hi" }] }]);
  });

  it("knows a receiver of webhooks and its path", async () => {
    const { devProject } = await read({
      "kiket-webhook.yaml": "name: desk\npath: /hooks/kiket\nevents: [issue.created]\n",
    });
    expect(devProject).toMatchObject({ kind: "receiver", path: "/hooks/kiket", events: [{ name: "issue.created" }] });
  });
});
