import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { afterEach, describe, expect, it, test } from "vitest";
import { readSchemaFolder } from "../../../../generator/contracts/schemas/read-folder.js";
import { compile } from "../../../support/compile.js";
import { removeProject } from "../../../support/project.js";
import { runCli, runNode } from "../../../support/run-node.js";
import { createOwnProject, manifestOf, moneySchema, widgetSchema } from "./own.js";

function exampleOf(schema: object, others: Readonly<Record<string, object>> = {}): unknown {
  const sources = Object.entries({ "a.made.v1.schema.json": schema, ...others }).map(([path, value]) => ({
    path,
    text: JSON.stringify(value),
  }));
  return readSchemaFolder("", sources, []).events[0]?.example;
}

const object = (properties: object, required: readonly string[] = Object.keys(properties)) => ({
  type: "object",
  properties,
  required,
});

describe("the example of an event's schema", () => {
  it("is the first example in the schema, without the members that Kiket sets", () => {
    const given = { event: "a.made", event_version: "v1", authentication: {}, secrets: {}, api: {}, colour: "blue" };
    const schema = { ...object({ colour: { type: "string" } }), examples: [given, { colour: "red" }] };
    expect(exampleOf(schema)).toEqual({ colour: "blue" });
  });

  it("has only the required members, by type", () => {
    const schema = object(
      {
        text: { type: "string" },
        whole: { type: "integer" },
        number: { type: ["null", "number"] },
        yes: { type: "boolean" },
        nothing: { type: "null" },
        list: { type: "array", items: { type: "string" } },
        inner: object({ id: { type: "integer" }, note: { type: "string" } }, ["id"]),
        anything: {},
        left: { type: "string" },
      },
      ["text", "whole", "number", "yes", "nothing", "list", "inner", "anything", "undescribed"],
    );
    expect(exampleOf(schema)).toEqual({
      text: "sample text",
      whole: 1,
      number: 1,
      yes: true,
      nothing: null,
      list: [],
      inner: { id: 1 },
      anything: "sample anything",
    });
  });

  it("uses a value that a member's schema gives", () => {
    const schema = object({
      fixed: { const: null },
      first: { examples: ["one", "two"], default: "three" },
      usual: { type: "integer", default: 0 },
      one: { enum: ["red", "blue"] },
    });
    expect(exampleOf(schema)).toEqual({ fixed: null, first: "one", usual: 0, one: "red" });
  });

  it("has the members that any part requires, whichever part describes them", () => {
    const schema = {
      allOf: [{ $ref: "#/$defs/base" }, { required: ["colour"] }],
      oneOf: [object({ kind: { const: "a" } }), object({ kind: { const: "b" } })],
      properties: { id: { type: "integer" }, money: { properties: { tax: { type: "number" } }, required: ["tax"] } },
      $defs: {
        base: {
          properties: { colour: { type: "string" }, money: { $ref: "money.json" } },
          required: ["id", "money"],
        },
      },
    };
    expect(exampleOf(schema, { "money.json": moneySchema })).toEqual({
      id: 1,
      colour: "sample colour",
      money: { amount: 1, currency: "sample currency", tax: 1 },
      kind: "a",
    });
  });

  it("is finite if a schema requires itself, once or several times", () => {
    const node = object({ left: { $ref: "#/$defs/node" }, right: { $ref: "#/$defs/node" } });
    expect(
      JSON.stringify(exampleOf({ ...object({ node: { $ref: "#/$defs/node" } }), $defs: { node } })).length,
    ).toBeLessThan(1_000_000);
    const itself = { allOf: [{ $ref: "#" }, { $ref: "#" }], anyOf: [{ $ref: "#" }] };
    expect(exampleOf(itself)).toEqual({});
  });

  it("can have a key __proto__", () => {
    const schema = JSON.parse(
      '{"type":"object","properties":{"__proto__":{"type":"object","properties":{"x":{"type":"integer"}},"required":["x"]}},"required":["__proto__"]}',
    );
    const example = exampleOf(schema);
    expect(JSON.stringify(example)).toBe('{"__proto__":{"x":1}}');
    expect(Object.getPrototypeOf(example)).toBe(Object.prototype);
  });

  test.each([
    { type: "integer", minimum: 10 },
    { type: "integer", exclusiveMinimum: 1 },
    { type: "integer", maximum: -5 },
    { type: "number", minimum: 0.5, exclusiveMaximum: 1 },
    { type: "number", minimum: 1.5, maximum: 1.7 },
    { type: "integer", minimum: 8, multipleOf: 5 },
    { type: "string", minLength: 40 },
    { type: "string", maxLength: 3 },
    { type: "string", format: "date-time" },
    { type: "string", format: "date" },
    { type: "string", format: "time" },
    { type: "string", format: "duration" },
    { type: "string", format: "email" },
    { type: "string", format: "hostname" },
    { type: "string", format: "ipv4" },
    { type: "string", format: "ipv6" },
    { type: "string", format: "uri" },
    { type: "string", format: "uri-reference" },
    { type: "string", format: "uuid" },
    { type: "array", items: { type: "integer" }, minItems: 2 },
    { type: "array", prefixItems: [{ type: "string" }, { type: "boolean" }], minItems: 2 },
    { anyOf: [{ type: "string", format: "uuid" }, { type: "integer" }] },
  ])("is valid for %j", (member) => {
    const schema = object({ member });
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    const validate = ajv.compile(schema);
    const example = exampleOf(schema);
    expect(validate(example), JSON.stringify([example, validate.errors])).toBe(true);
  });
});

let folder: string | undefined;
afterEach(async () => {
  if (folder !== undefined) await removeProject(folder);
  folder = undefined;
});

test("a project's tests start from the example of its own schema, by version", async () => {
  const second = {
    ...object({ widget: object({ serial: { type: "string" } }) }),
    examples: [{ widget: { serial: "s-7" } }],
  };
  folder = await createOwnProject(
    {
      "widget.made.v1.schema.json": widgetSchema,
      "widget.made.v2.schema.json": second,
      "common/money.json": moneySchema,
    },
    { "extension.yaml": `${manifestOf(["widget.made"])}    - { event: widget.made, version: v2 }\n` },
  );
  expect(await runCli(["--events", "contracts"], folder)).toMatchObject({ code: 0, stderr: "" });
  await writeFile(
    join(folder, "src/run.ts"),
    `import { createTestExtension, payloadOf } from "./generated/testing.gen.js";

const first = payloadOf("widget.made", "v1", { widget: { colour: "red" } });
const second = payloadOf("widget.made", "v2");
const kiket = await createTestExtension();
const { status, sent } = await kiket.deliver("widget.made", "v2");
console.log(JSON.stringify([first.widget.id, first, second.widget.serial, status, JSON.parse(sent.body).widget]));
await kiket.close();
`,
  );
  expect(await compile(folder, "7.0", true)).toBe("");
  const { stdout, stderr } = await runNode([join(folder, "dist/run.js")], folder);
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual([1, { widget: { id: 1, colour: "red" } }, "s-7", 501, { serial: "s-7" }]);
});
