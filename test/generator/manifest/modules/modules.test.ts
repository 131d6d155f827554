import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../../../generator/diagnostics/diagnostic.js";
import { type ModuleFile, parseModules, readModules } from "../../../../generator/manifest/modules/parse.js";
import type { ColumnModel } from "../../../../generator/model/model.js";
import type { Reporter } from "../../../../generator/yaml/node.js";
import { cleanModel, extension, parseText, told, withoutPlaces } from "../support.js";

function parse(...texts: readonly string[]): { files: ModuleFile[]; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const sources = texts.map((text, index) => ({ path: `.kiket/modules/m${index}/schema.yml`, text }));
  const report: Reporter = (diagnostic) => diagnostics.push(diagnostic);
  return { files: parseModules(readModules(sources, report), report), diagnostics };
}

function column(fields: string): { column: ColumnModel | undefined; lines: string[] } {
  const { files, diagnostics } = parse(`module: a.b\ntables:\n  t:\n    columns:\n      - {name: c, ${fields}}\n`);
  return { column: files[0]?.tables[0]?.columns[0], lines: told(diagnostics) };
}

const table = "tables: {t: {columns: [{name: c, type: string}]}}";

describe("module files", () => {
  it("have their id as text (form 1)", () => {
    const { files, diagnostics } = parse(`description: D\nmodule: orchard_log\nversion: "1.0"\n${table}\n`);
    expect(diagnostics).toEqual([]);
    expect(files[0]).toMatchObject({ id: "orchard_log", folder: "m0", description: "D" });
    expect(files[0]?.at).toEqual({ file: ".kiket/modules/m0/schema.yml", line: 2, column: 9 });
  });

  it("have a map with a list of tables (form 2)", () => {
    const { files, diagnostics } = parse(`module:
  id: dev.orchard.log
  name: Log
  version: "1.0"
  scope: project
  description: D
  tables:
    - name: crates
      soft_delete: true
      columns:
        - {name: id, type: string, primary_key: true}
        - {name: label, type: jsonb, null: false}
      indexes: [{columns: [label, project_id], unique: true}]
    - name: yards
      columns: [{name: at, type: datetime}]
`);
    expect(diagnostics).toEqual([]);
    expect(files[0]).toMatchObject({ id: "dev.orchard.log", description: "D" });
    expect(
      files[0]?.tables.map(({ name, columns }) => [
        name,
        columns.map((c) => [c.name, c.type, c.nullable, c.generated]),
      ]),
    ).toEqual([
      [
        "crates",
        [
          ["id", "string", false, false],
          ["label", "json", false, false],
        ],
      ],
      ["yards", [["at", "timestamp", true, false]]],
    ]);
  });

  it("have rules for roles as a map or as a list", () => {
    const { diagnostics } = parse(
      `module: a
tables: {t: {columns: [{name: c, type: string}]}, u: {columns: [{name: c, type: string}]}}
permissions:
  - role: user
    tables: {t: [read], u: [read, write]}
    conditions: ["project_id IN (user.accessible_projects)"]
  - role: admin
    tables: [t, u]
    operations: [read, delete]
    conditions: [{column: user_id, equals: current_user_id}]
  - role: manager
    tables: [t]
    operations: [read]
    conditions: []
`,
    );
    expect(diagnostics).toEqual([]);
  });
});

describe("columns", () => {
  it.each([
    ["null: false", false],
    ["null: true", true],
    ["unique: true", true],
    ["primary_key: true", false],
    ["primary_key: true, null: true", false],
  ])("type: string, %s: nullable is %s", (fields, nullable) => {
    const { column: read, lines } = column(`type: string, ${fields}`);
    expect(lines).toEqual([]);
    expect(read?.nullable).toBe(nullable);
  });

  it("are filled by the server only with both primary_key and auto_increment", () => {
    expect(column("type: bigint, primary_key: true, auto_increment: true").column?.generated).toBe(true);
    expect(column("type: string, primary_key: true").column?.generated).toBe(false);
    expect(column("type: bigint, auto_increment: true").column?.generated).toBe(false);
  });

  it("keep sizes", () => {
    expect(column('type: decimal, precision: 10, scale: "2"').column).toMatchObject({ precision: 10, scale: 2 });
    expect(column("type: string, length: 255").column).toMatchObject({ length: 255 });
  });

  it.each([
    ["boolean", "true", true],
    ["boolean", '"false"', false],
    ["integer", "0", 0],
    ["bigint", '"7"', 7],
    ["decimal", "0.5", 0.5],
    ["string", "main", "main"],
    ["string", "1.0", "1.0"],
    ["string", "now()", "now()"],
    ["timestamp", "now()", "now()"],
    ["timestamp", '"2026-01-01T00:00:00Z"', "2026-01-01T00:00:00Z"],
    ["json", "{b: 1, a: []}", { a: [], b: 1 }],
    ["integer", "", undefined],
  ])("type %s with default %s", (type, text, value) => {
    const { column: read, lines } = column(`type: ${type}, default: ${text}`);
    expect(lines).toEqual([]);
    expect(read?.default).toEqual(value);
  });

  it.each([
    ["integer", "main", "`main`"],
    ["integer", "now()", "`now()`"],
    ["boolean", "yes", "`yes`"],
    ["decimal", "many", "`many`"],
    ["string", "[a]", "a list"],
    ["string", "true", "`true`"],
  ])("type %s refuses the default %s", (type, text, shown) => {
    const place = `.kiket/modules/m0/schema.yml:5:${36 + type.length}`;
    expect(column(`type: ${type}, default: ${text}`).lines).toEqual([
      `${place} KG405 the default of \`c\` must be of type ${type}, found ${shown}`,
    ]);
  });

  it.each(["date", "time", "float", "uuid"])("accept %s with a warning", (type) => {
    const { column: read, lines } = column(`type: ${type}`);
    expect(read?.type).toBe(type);
    expect(lines).toEqual([
      `.kiket/modules/m0/schema.yml:5:25 KG402 no known module uses the column type \`${type}\`; the generated type of its values is a guess`,
    ]);
  });
});

describe("mistakes in module files", () => {
  it.each([
    ["tables: {}\n", "1:1 M1 the module has no id"],
    ["module:\ntables: {}\n", "1:1 M1 the module has no id"],
    ["module: {name: x}\n", "1:9 M1 the module has no id"],
    ["module: [a]\n", "1:9 M1 the module has no id"],
    ["module: a\n", "1:1 M4 the module `a` has no tables"],
    ["module: a\ntables: {}\n", "2:9 M4 the module `a` has no tables"],
    ["module: a\ntables: []\n", "2:9 M4 the module `a` has no tables"],
    ["module: a\ntables: text\n", "2:9 KG204 `tables` must be a list, found `text`"],
    ["module: a\ntables: {t: 1}\n", "2:13 KG204 `tables.t` must be a map, found `1`"],
    ["module: a\ntables: {t: {}}\n", "2:10 KG403 the table `t` has no columns"],
    ["module: a\ntables: {t: {columns: []}}\n", "2:10 KG403 the table `t` has no columns"],
    ["module: a\ntables: {t: {columns: {c: 1}}}\n", "2:23 KG204 `tables.t.columns` must be a list, found a map"],
    ["module: a\ntables: [{columns: []}]\n", "2:10 KG205 `tables[0]` has no `name`"],
    ["- module\n", "1:1 KG201 the module file is not a map"],
    ["module: [\n", "1:9 KG104 invalid YAML: the bracket `[` that opens here is not closed"],
  ])("%j", (text, line) => {
    const { diagnostics } = parse(text);
    expect(told(diagnostics)).toEqual([`.kiket/modules/m0/schema.yml:${line}`]);
    expect(diagnostics[0]?.severity).toBe("error");
  });

  it("are all reported in one run", () => {
    const { diagnostics } = parse(`module: a
tables:
  t:
    columns:
      - {type: string}
      - {name: b}
      - {name: c, type: colour}
      - {name: d, type: string, null: no}
      - {name: d, type: string}
      - text
permissions:
  - {tables: [t]}
  - {role: user, tables: [gone], operations: [read]}
`);
    expect(told(diagnostics).map((line) => line.replace(".kiket/modules/m0/schema.yml:", ""))).toEqual([
      "5:9 KG205 `tables.t.columns[0]` has no `name`",
      "6:9 KG205 `tables.t.columns[1]` has no `type`",
      "7:25 KG401 unknown column type `colour`",
      "8:39 KG204 `tables.t.columns[3].null` must be true or false, found `no`",
      "9:16 KG404 the column `d` is declared twice in `t`",
      "10:9 KG204 `tables.t.columns[5]` must be a map, found `text`",
      "12:5 KG205 `permissions[0]` has no `role`",
      "13:27 KG406 the rule for `user` names the table `gone`, which does not exist",
    ]);
  });

  it("name duplicate tables and modules", () => {
    const twice = "tables: [{name: t, columns: [{name: c, type: text}]}, {name: t, columns: [{name: c, type: text}]}]";
    const { files, diagnostics } = parse(`module: a\n${table}\n`, `module: a\n${twice}\n`);
    expect(files.map(({ path }) => path)).toEqual([".kiket/modules/m0/schema.yml"]);
    expect(told(diagnostics)).toEqual([
      ".kiket/modules/m1/schema.yml:2:62 KG404 the table `t` is declared twice in `a`",
      ".kiket/modules/m1/schema.yml:1:9 KG404 the module `a` is already declared in .kiket/modules/m0/schema.yml",
    ]);
  });
});

describe("custom_data", () => {
  const log = `module: dev.orchard.log\n${table}\n`;

  it("joins permissions and shipped modules in order of id", () => {
    const model = cleanModel(
      extension(
        "custom_data:",
        "  permissions:",
        "    - {module: kiket.team.capacity, operations: [read]}",
        "    - {module: dev.orchard.log, operations: [write]}",
        "    - {module: dev.orchard.log, operations: [admin, write]}",
      ),
      { log, other: `module: dev.orchard.other\n${table}\n` },
    );
    expect(
      model.customData.map(({ id, operations, schema, tables }) => [id, operations, schema, tables.length]),
    ).toEqual([
      ["dev.orchard.log", ["admin", "write"], ".kiket/modules/log/schema.yml", 1],
      ["dev.orchard.other", [], ".kiket/modules/other/schema.yml", 1],
      ["kiket.team.capacity", ["read"], undefined, 0],
    ]);
    expect(model.customData.map(({ at }) => `${at.file}:${at.line}`)).toEqual([
      "m.yaml:5",
      ".kiket/modules/other/schema.yml:1",
      "m.yaml:4",
    ]);
  });

  it("does not accept a folder's name as an id in the newer form", () => {
    const model = cleanModel(extension("custom_data: {permissions: [{module: log, operations: [read]}]}"), { log });
    expect(model.customData.map(({ id, operations }) => [id, operations])).toEqual([
      ["dev.orchard.log", []],
      ["log", ["read"]],
    ]);
  });

  it("finds modules by folder in the older form, which grants read and write", () => {
    const model = cleanModel(extension("custom_data: {modules: [log, elsewhere]}"), { log });
    expect(model.customData.map(({ id, operations }) => [id, operations])).toEqual([
      ["dev.orchard.log", ["read", "write"]],
      ["elsewhere", ["read", "write"]],
    ]);
  });

  it("uses permissions if both forms name a module", () => {
    const model = cleanModel(
      extension("custom_data: {modules: [log], permissions: [{module: dev.orchard.log, operations: [read]}]}"),
      { log },
    );
    expect(model.customData.map(({ id, operations }) => [id, operations])).toEqual([["dev.orchard.log", ["read"]]]);
  });

  it("uses the last of two, with a warning at both", () => {
    const { model, diagnostics } = parseText(
      extension(
        "custom_data: {modules: [log]}",
        "custom_data: {permissions: [{module: dev.orchard.log, operations: [read]}]}",
      ),
      { log },
    );
    expect(told(diagnostics)).toEqual([
      "m.yaml:2:3 KG105 duplicate key `extension.custom_data`; line 3 is used",
      "m.yaml:3:3 KG105 duplicate key `extension.custom_data`, also on line 2; this line is used",
    ]);
    expect(model?.customData.map(({ id, operations }) => [id, operations])).toEqual([["dev.orchard.log", ["read"]]]);
  });

  it("reports bad entries at their positions", () => {
    const { diagnostics } = parseText(
      extension(
        "custom_data:",
        "  permissions:",
        "    - {module: a, operations: [read, list]}",
        "    - {operations: [read]}",
        "    - {module: b, operations: read}",
      ),
    );
    expect(told(diagnostics)).toEqual([
      "m.yaml:4:40 M6 unknown custom-data operation `list`",
      "m.yaml:5:9 KG205 `extension.custom_data.permissions[1]` has no `module`",
      "m.yaml:6:33 KG204 `extension.custom_data.permissions[2].operations` must be a list, found `read`",
    ]);
  });

  it("reads modules even if the format of the manifest is unknown", () => {
    const { model, diagnostics } = parseText("a: 1\n", { log: "module: x\n" });
    expect(model).toBeUndefined();
    expect(told(diagnostics)).toEqual([
      ".kiket/modules/log/schema.yml:1:1 M4 the module `x` has no tables",
      "m.yaml:1:1 KG202 unknown manifest format: found `a`",
    ]);
  });

  it("keeps the manifest order of tables and columns", () => {
    const { files } = parse(
      "module: a\ntables:\n  z: {columns: [{name: y, type: text}, {name: b, type: text}]}\n  c: {columns: [{name: x, type: text}]}\n",
    );
    const tables = withoutPlaces(files[0]?.tables.map(({ name, columns }) => [name, columns.map((c) => c.name)]));
    expect(tables).toEqual([
      ["z", ["y", "b"]],
      ["c", ["x"]],
    ]);
  });
});
