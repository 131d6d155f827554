import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readEventSchemas } from "../../../../generator/contracts/event-schemas.js";
import { unknownMembers } from "../../../../generator/dev/payload/unknown-members.js";
import { root } from "../../../support/project.js";

const found = (schema: object, value: unknown) =>
  unknownMembers(schema as never, value, 100).map((path) => path.join("/"));

const issue = {
  properties: {
    title: { type: "string" },
    labels: { items: { properties: { name: {} } } },
    fields: { type: "object" },
  },
  additionalProperties: true,
};

describe("members that a schema does not name", () => {
  it.each<[string, object, unknown, string[]]>([
    [
      "at the top and within",
      { properties: { issue } },
      { issue: { titel: 1, title: "a" }, extra: {} },
      ["issue/titel", "extra"],
    ],
    ["in items", { properties: { issue } }, { issue: { labels: [{ name: 1 }, { nam: 1 }] } }, ["issue/labels/1/nam"]],
    ["not where no member is named", { properties: { issue } }, { issue: { fields: { anything: { goes: 1 } } } }, []],
    ["not for no object", { properties: { issue } }, "text", []],
    ["by reference", { $ref: "#/$defs/a", $defs: { a: issue } }, { title: 1, other: 1 }, ["other"]],
    ["by a reference with escapes", { $ref: "#/$defs/a~1b%20c", $defs: { "a/b c": issue } }, { other: 1 }, ["other"]],
    ["named by any part", { allOf: [issue], properties: { b: {} } }, { title: 1, b: 1, c: 1 }, ["c"]],
    [
      "named by any alternative",
      { anyOf: [issue, { type: "null" }, { properties: { b: {} } }] },
      { b: 1, c: 1 },
      ["c"],
    ],
    [
      "named by a condition",
      JSON.parse('{"properties": {"a": {}}, "if": {}, "then": {"properties": {"b": {}}}, "else": true}'),
      { b: 1, c: 1 },
      ["c"],
    ],
    ["not what is required", { properties: { a: {} }, required: ["b"] }, { b: { c: 1 } }, []],
    [
      "named by a pattern",
      { properties: { a: {} }, patternProperties: { "^x-": issue } },
      { "x-a": { other: 1 }, y: 1 },
      ["x-a/other", "y"],
    ],
    ["of a map", { properties: { a: {} }, additionalProperties: issue }, { b: { title: 1, other: 1 } }, ["b/other"]],
    [
      "of a tuple",
      { prefixItems: [issue], items: { properties: { b: {} } } },
      [
        { title: 1, b: 1 },
        { title: 1, b: 1 },
      ],
      ["0/b", "1/title"],
    ],
    [
      "of a tuple of an old draft",
      { items: [issue], additionalItems: { properties: { b: {} } } },
      [{ b: 1 }, { title: 1 }],
      ["0/b", "1/title"],
    ],
    ["not where a reference leads elsewhere", { allOf: [{ $ref: "other.json" }], properties: { a: {} } }, { b: 1 }, []],
    ["not where a reference leads nowhere", { $ref: "#/$defs/gone", properties: { a: {} } }, { b: 1 }, []],
    [
      "of a schema that refers to itself",
      { $ref: "#", properties: { next: { $ref: "#" } } },
      { next: { next: { b: 1 } } },
      ["next/next/b"],
    ],
    [
      "with the names of members of every object",
      { properties: { a: {} } },
      { constructor: 1, toString: 2 },
      ["constructor", "toString"],
    ],
  ])("%s", (_what, schema, value, expected) => {
    expect(found(schema, value)).toEqual(expected);
  });

  it("at most as many as are wanted", () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`m${index}`, 1]));
    expect(unknownMembers({ properties: { a: {} } }, many, 3)).toEqual([["m0"], ["m1"], ["m2"]]);
  });

  it("are none in the complete deliveries that the shipped schemas have as examples", async () => {
    const names = (await readdir(join(root, "schemas/events"))).filter((name) =>
      /^[a-z_.]+\.v\d+\.schema\.json$/.test(name),
    );
    const events = names.map((name) => {
      const [, event = "", version = ""] = /^(.*)\.(v\d+)\.schema\.json$/.exec(name) ?? [];
      return { name: event, version };
    });
    const schemas = await readEventSchemas({ paths: {} as never, events: [] }, events);
    const wrong: string[] = [];
    let checked = 0;
    for (const [index, schema] of schemas.entries()) {
      if (schema === undefined) continue;
      const { examples = [] } = JSON.parse(await readFile(join(root, "schemas/events", names[index] ?? ""), "utf8"));
      for (const example of examples) {
        checked += 1;
        for (const path of found(schema, example)) wrong.push(`${names[index]}: ${path}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(checked).toBeGreaterThan(20);
  });
});
