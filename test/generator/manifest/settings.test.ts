import { describe, expect, it } from "vitest";
import { parseReference, referencesIn } from "../../../generator/manifest/value-references.js";
import type { SettingModel } from "../../../generator/model/model.js";
import type { MapNode } from "../../../generator/yaml/node.js";
import { cleanModel, extension, parseText, told } from "./support.js";

function one(field: string): SettingModel | undefined {
  return cleanModel(extension("configuration:", `  KEY: ${field}`)).settings[0];
}

function mistakes(...fields: readonly string[]): string[] {
  return told(parseText(extension("configuration:", ...fields.map((field) => `  ${field}`))).diagnostics);
}

describe("default values", () => {
  it.each([
    ['{type: string, default: "a"}', "string", "a"],
    ["{type: string, default: 1.0}", "string", "1.0"],
    ["{type: string, default: true}", "string", "true"],
    ['{type: string, default: ""}', "string", ""],
    ["{type: string, default: }", "string", undefined],
    ["{type: string}", "string", undefined],
    ['{type: text, default: "a"}', "string", "a"],
    ['{type: html, default: "<b>a</b>"}', "string", "<b>a</b>"],
    [`{type: template, default: "\${NAME} {{ x }}"}`, "string", `\${NAME} {{ x }}`],
    ['{type: integer, default: "30"}', "integer", 30],
    ['{type: integer, default: "-1"}', "integer", -1],
    ["{type: integer, default: 30}", "integer", 30],
    ['{type: number, default: "1.5"}', "number", 1.5],
    ["{type: number, default: 2}", "number", 2],
    ['{type: boolean, default: "true"}', "boolean", true],
    ['{type: boolean, default: "false"}', "boolean", false],
    ["{type: boolean, default: false}", "boolean", false],
    ["{type: checkbox, default: true}", "boolean", true],
    ['{type: object, default: \'{"b": ["x"], "a": {"d": 1, "c": 2}}\'}', "object", { a: { c: 2, d: 1 }, b: ["x"] }],
    ["{type: object, default: {b: 1, a: 2}}", "object", { a: 2, b: 1 }],
    ['{type: project, default: "61"}', "id", "61"],
    ["{type: project, default: 61}", "id", 61],
    ['{type: issue_type, default: "Task"}', "string", "Task"],
    ["{type: workflow_status}", "string", undefined],
    ["{type: board}", "string", undefined],
    ["{type: priority}", "string", undefined],
  ])("%s", (field, type, value) => {
    expect(one(field)).toMatchObject({ type, default: value });
  });

  it.each([
    ['{type: integer, default: "3.5"}', "must be an integer, found `3.5`"],
    ["{type: integer, default: 1e3}", "must be an integer, found `1e3`"],
    ['{type: integer, default: ""}', "must be an integer, found empty text"],
    [
      "{type: integer, default: 99999999999999999999}",
      "is outside the range of safe integers, found `99999999999999999999`",
    ],
    ["{type: integer, default: [1]}", "must be an integer, found a list"],
    ['{type: integer, default: "5", min: 10}', "must be at least 10, found `5`"],
    ['{type: integer, default: "50", max: "40"}', "must be at most 40, found `50`"],
    ["{type: number, default: .inf}", "must be a number, found `.inf`"],
    ['{type: boolean, default: "yes"}', "must be true or false, found `yes`"],
    ["{type: boolean, default: 1}", "must be true or false, found `1`"],
    ["{type: boolean, default: no}", "must be true or false, found `no`"],
    ['{type: object, default: "{"}', "must be a JSON object, found `{`"],
    ['{type: object, default: "[1]"}', "must be a JSON object, found `[1]`"],
    ["{type: object, default: [1]}", "must be a JSON object, found a list"],
    ["{type: string, default: {a: 1}}", "must be text, found a map"],
    [
      "{type: string, default: abcd, validation: {max_length: 3}}",
      "has 4 characters, more than the 3 that `max_length` allows",
    ],
    ["{type: select, default: c, options: [{value: a}, {value: b}]}", "must be one of its options `a`, `b`, found `c`"],
    ["{type: project, default: true}", "must be an id, found `true`"],
  ])("%s is reported at the default", (field, problem) => {
    const { model, diagnostics } = parseText(extension("configuration:", `  KEY: ${field}`));
    const column = 10 + field.indexOf("default: ") + "default: ".length;
    expect(told(diagnostics)).toEqual([`m.yaml:3:${column} KG206 the default of \`KEY\` ${problem}`]);
    expect(diagnostics[0]?.severity).toBe("error");
    expect(model?.settings[0]?.default).toBeUndefined();
  });

  it("keep __proto__ inside an object as plain data", () => {
    const setting = one('{type: object, default: \'{"__proto__": {"polluted": 1}}\'}');
    expect(Object.keys(setting?.default as object)).toEqual(["__proto__"]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it("reject JSON that is nested too deep", () => {
    const deep = `{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
    expect(mistakes(`KEY: {type: object, default: '${deep}'}`)).toEqual([
      "m.yaml:3:34 KG206 the default of `KEY` is nested more than 100 levels deep",
    ]);
  });
});

describe("references", () => {
  it.each([
    ["env:NAME", { from: "env", name: "NAME" }],
    ["ENV: name_2", { from: "env", name: "name_2" }],
    ["env.NAME", { from: "env", name: "NAME" }],
    [`\${NAME}`, { from: "env", name: "NAME" }],
    [`\${NAME:-}`, { from: "env", name: "NAME", fallback: "" }],
    [`\${NAME:-a b:c}`, { from: "env", name: "NAME", fallback: "a b:c" }],
    ["ext.CLIENT_ID", { from: "ext", name: "CLIENT_ID" }],
    ["env.production", undefined],
    ["ext.txt", undefined],
    [`https://\${HOST}/x`, undefined],
    ["env:", undefined],
    [`\${}`, undefined],
    ["plain", undefined],
  ])("%j", (text, reference) => {
    expect(parseReference(text)).toEqual(reference);
  });

  it("are found in every text of a manifest, also with text around them", () => {
    const { root } = parseText(
      extension(
        `a: ["env: A1", {b: "https://\${A2:-env.A3}/ext.A4"}] # env.NONE`,
        "env.B1: process.env.A5, Env:A6!",
        "c: [env.production, ext.txt, xenv.B2, env.A7_lower, text.B3, $A8]",
      ),
    );
    expect([...referencesIn(root as MapNode)]).toEqual(["A1", "A3", "A2", "A4", "A6", "A5"]);
  });

  it("are not literal defaults, but a fallback is one", () => {
    expect(one('{type: integer, default: "env:LIMIT"}')).toMatchObject({
      default: undefined,
      defaultFrom: { from: "env", name: "LIMIT" },
    });
    expect(one(`{type: integer, default: "\${LIMIT:-10}"}`)).toMatchObject({
      default: 10,
      defaultFrom: { from: "env", name: "LIMIT", fallback: "10" },
    });
    expect(one("{type: string, default: plain}")).not.toHaveProperty("defaultFrom");
  });

  it("have fallbacks of the declared type", () => {
    expect(mistakes(`KEY: {type: integer, default: "\${LIMIT:-ten}"}`)).toEqual([
      "m.yaml:3:35 KG206 the default of `KEY` must be an integer, found `ten`",
    ]);
  });
});

describe("types", () => {
  it("warns of an unknown type and keeps the value as it is", () => {
    const { model, diagnostics } = parseText(
      extension("configuration:", "  KEY: {type: colour, default: {b: 1, a: red}}"),
    );
    expect(told(diagnostics)).toEqual([
      "m.yaml:3:17 KG207 unknown type `colour`; the generated type of `KEY` is unknown",
    ]);
    expect(diagnostics[0]).toMatchObject({
      severity: "warning",
      hint: expect.stringMatching(/^known types: string, text, /),
    });
    expect(model?.settings[0]).toMatchObject({ type: "unknown", declaredType: "colour", default: { a: "red", b: 1 } });
  });

  it.each([
    ["strng", "string"],
    ["Integer", "integer"],
    ["secrt", "secret"],
  ])("names the type that %s may mean", (type, meant) => {
    const { diagnostics } = parseText(extension("configuration:", `  KEY: {type: ${type}}`));
    expect(diagnostics).toMatchObject([{ code: "KG207", hint: `did you mean \`${meant}\`?` }]);
  });

  it("reads options as maps or as plain values, and only for types that have them", () => {
    expect(one("{type: string, options: [{value: a, label: A}, {value: 1}, {value: a}]}")?.options).toEqual(["a", "1"]);
    expect(one("{type: select, options: [x, 2]}")?.options).toEqual(["x", "2"]);
    expect(one("{type: priority, options: [{value: high}]}")?.options).toEqual([]);
  });

  it("reads labels, required and variables", () => {
    expect(one("{type: text, label: L, description: D, required: true, variables: [{name: v, type: object}]}")).toEqual(
      {
        key: "KEY",
        type: "string",
        declaredType: "text",
        default: undefined,
        required: true,
        options: [],
        label: "L",
        description: "D",
        variables: [{ name: "v", type: "object", properties: [] }],
        at: { file: "m.yaml", line: 3, column: 5 },
      },
    );
  });

  it("gives variables the same types as settings", () => {
    const types = ["integer", "select", "project", "constructor", "__proto__"];
    const variables = types.map((type) => `{name: v, type: ${type}, properties: [{name: p, type: ${type}}]}`);
    const read = one(`{type: template, variables: [${variables.join(", ")}]}`)?.variables;
    const wanted = ["integer", "string", "id", "unknown", "unknown"];
    expect(read?.map(({ type }) => type)).toEqual(wanted);
    expect(read?.map(({ properties }) => properties[0]?.type)).toEqual(wanted);
  });

  it("reports every mistake of a field at its position", () => {
    expect(
      mistakes(
        "A: text",
        "B: {type: [string], required: yes, label: {a: 1}}",
        "C: {type: select, options: [{label: X}, [y]]}",
        "D: {type: template, variables: [{type: object}, v]}",
        "E: {type: integer, min: low}",
        "F:",
      ),
    ).toEqual([
      "m.yaml:3:8 KG204 `extension.configuration.A` must be a map, found `text`",
      "m.yaml:4:15 KG204 `extension.configuration.B.type` must be text, found a list",
      "m.yaml:4:35 KG204 `extension.configuration.B.required` must be true or false, found `yes`",
      "m.yaml:4:47 KG204 `extension.configuration.B.label` must be text, found a map",
      "m.yaml:5:33 KG205 `extension.configuration.C.options[0]` has no `value`",
      "m.yaml:5:45 KG204 `extension.configuration.C.options[1]` must be text, found a list",
      "m.yaml:6:37 KG205 `extension.configuration.D.variables[0]` has no `name`",
      "m.yaml:6:53 KG204 `extension.configuration.D.variables[1]` must be a map, found `v`",
      "m.yaml:7:29 KG204 `extension.configuration.E.min` must be a number, found `low`",
      "m.yaml:8:7 KG204 `extension.configuration.F` must be a map, found nothing",
    ]);
  });
});

describe("secrets", () => {
  it("come from secret: true, secret types, lists and secrets steps, never into settings", () => {
    const model = cleanModel(
      extension(
        "configuration:",
        "  D: {type: string, secret: true, required: true, label: Own}",
        "  C: {type: oauth_token}",
        "  P: {type: integer, default: '25'}",
        "secrets:",
        "  - {key: B, label: Listed, required: true}",
        "  - {key: D, label: Again, description: Filled}",
        "setup:",
        "  - secrets:",
        "      collect: [D]",
        "      fields:",
        "        - {key: A, label: Asked, required: true}",
        "        - {key: B, label: Other, description: Added, required: false}",
        "        - {key: P, label: Port}",
        "  - configure: {fields: [{key: W, secret: true}]}",
      ),
    );
    expect(model.secrets.map(({ at: _at, ...secret }) => secret)).toEqual([
      { key: "A", required: true, label: "Asked", description: undefined },
      { key: "B", required: true, label: "Listed", description: "Added" },
      { key: "C", required: false, label: undefined, description: undefined },
      { key: "D", required: true, label: "Own", description: "Filled" },
      { key: "W", required: false, label: undefined, description: undefined },
    ]);
    expect(model.settings.map(({ key }) => key)).toEqual(["P"]);
  });

  it("replace a setting of the same key", () => {
    const { model, diagnostics } = parseText(
      extension("configuration:", "  K: {type: string, default: a}", "secrets: [{key: K}]"),
    );
    expect(model?.settings).toEqual([]);
    expect(model?.secrets.map(({ key }) => key)).toEqual(["K"]);
    expect(told(diagnostics)).toEqual([
      "m.yaml:4:19 KG208 `K` is a setting on line 3 and a secret here; it is treated as a secret",
    ]);
  });

  it("warn of duplicate keys in a list, and the last is used", () => {
    const { model, diagnostics } = parseText(
      "id: x\nsettings:\n  - {key: a, default: 1}\n  - {key: a, default: 2}\nsecrets: [{key: S}, {key: S, required: true}]\n",
    );
    expect(told(diagnostics)).toEqual([
      "m.yaml:4:11 KG209 `a` is already declared on line 3; this declaration is used",
      "m.yaml:5:27 KG209 `S` is already declared on line 5; this declaration is used",
    ]);
    expect(model?.settings[0]?.default).toBe(2);
    expect(model?.secrets[0]?.required).toBe(true);
  });
});

describe("the setup wizard", () => {
  it("adds keys that are missing in the configuration, with the types of the wizard", () => {
    const { settings } = cleanModel(
      extension(
        "setup:",
        "  - configure:",
        "      fields:",
        "        - {key: channel, type: text, label: Channel, required: true}",
        "        - {key: loud, type: checkbox, default: true}",
        "        - {key: size, type: number, default: 2}",
        "        - {key: mode, type: select, default: a, options: [{value: a}, {value: b}]}",
        "  - configure: {fields: [{key: loud, type: text, default: later}]}",
      ),
    );
    expect(
      settings.map(({ key, type, default: value, required, options }) => ({ key, type, value, required, options })),
    ).toEqual([
      { key: "channel", type: "string", value: undefined, required: true, options: [] },
      { key: "loud", type: "boolean", value: true, required: false, options: [] },
      { key: "mode", type: "string", value: "a", required: false, options: ["a", "b"] },
      { key: "size", type: "number", value: 2, required: false, options: [] },
    ]);
  });

  it("keeps type, default and required of the configuration, and adds options and labels", () => {
    const { settings } = cleanModel(
      extension(
        "configuration:",
        "  format: {type: string, default: plain}",
        "  kind: {type: issue_type, default: Task}",
        "  port: {type: integer, default: '587'}",
        "setup:",
        "  - configure:",
        "      fields:",
        "        - {key: format, type: select, label: Format, required: true, default: rich, options: [{value: plain}, {value: rich}]}",
        "        - {key: kind, type: select, options: [{value: Bug}]}",
        "        - {key: port, type: text, description: Number, default: many}",
      ),
    );
    expect(settings).toMatchObject([
      {
        key: "format",
        declaredType: "string",
        default: "plain",
        required: false,
        options: ["plain", "rich"],
        label: "Format",
      },
      { key: "kind", default: "Task", options: [] },
      { key: "port", type: "integer", default: 587, options: [], description: "Number" },
    ]);
  });

  it("warns if it does not offer the default, and the type includes both", () => {
    const { model, diagnostics } = parseText(
      extension(
        "configuration: {format: {type: string, default: html}}",
        "setup: [{configure: {fields: [{key: format, type: select, options: [a, b]}]}}]",
      ),
    );
    expect(told(diagnostics)).toEqual(["m.yaml:3:70 KG212 the wizard does not offer `html`, the default of `format`"]);
    expect(model?.settings[0]?.options).toEqual(["a", "b", "html"]);
  });

  it("is read at the top level if it is not under `extension`", () => {
    expect(
      cleanModel("extension: {id: x}\nsetup: [{test: {action: x.probe}}]\n").events.map(({ name }) => name),
    ).toEqual(["x.probe"]);
  });

  it("reports fields without a key", () => {
    const text = extension("setup: [{secrets: {fields: [{label: A}]}}, {configure: {fields: [{label: B}]}}]");
    expect(told(parseText(text).diagnostics)).toEqual([
      "m.yaml:2:31 KG205 `extension.setup[0].secrets.fields[0]` has no `key`",
      "m.yaml:2:68 KG205 `extension.setup[1].configure.fields[0]` has no `key`",
    ]);
  });
});

describe("output fields", () => {
  it("follow the platform linter's rules O1, O3 and O5", () => {
    expect(told(parseText(extension("output_fields: [a]")).diagnostics)).toEqual([
      "m.yaml:2:18 O1 `extension.output_fields` must be a map",
    ]);
    const { diagnostics } = parseText(extension("output_fields:", "  a: text", "  b: {type: link}", "  c: {label: C}"));
    expect(told(diagnostics)).toEqual([
      "m.yaml:3:8 O3 the output field `a` must be a map",
      "m.yaml:4:15 O5 unknown output field type `link`",
    ]);
  });
});
