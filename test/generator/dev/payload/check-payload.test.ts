import { describe, expect, it } from "vitest";
import { createPayloadCheck } from "../../../../generator/dev/payload/check-payload.js";

async function problems(schema: object, payload: unknown) {
  const { learn, check } = createPayloadCheck();
  await learn([{ name: "thing.made", version: "v1", schema: { ...schema } }]);
  return check("thing.made", "v1", payload).map(({ path, message }) => `${path}: ${message}`);
}

const issue = {
  type: "object",
  properties: {
    issue: {
      type: "object",
      properties: {
        id: { type: ["integer", "string"] },
        labels: { type: "array", items: { type: "string" } },
        "a/b": { type: "boolean" },
      },
      required: ["id", "title"],
    },
    state: { enum: ["open", "closed"] },
    kind: { const: "one" },
    at: { type: "string", format: "date-time" },
    owner: { anyOf: [{ type: "string" }, { type: "null" }] },
    size: { type: "integer", minimum: 3 },
  },
  required: ["issue"],
};

describe("a payload is compared with its schema:", () => {
  it.each<[string, unknown, string[]]>([
    ["one that fits", { issue: { id: 1, title: "t" } }, []],
    ["a missing member", {}, ["issue: is required"]],
    ["a missing member of a member", { issue: { id: 1 } }, ["issue.title: is required"]],
    [
      "wrong types",
      { issue: { id: true, title: "t", labels: ["a", 5], "a/b": 1 } },
      ["issue.a/b: must be true or false", "issue.id: must be an integer or text", "issue.labels.1: must be text"],
    ],
    [
      "other values",
      { issue: { id: 1, title: "" }, state: "new", kind: "two", at: "soon", size: 1 },
      [
        "at: must be written as date-time",
        'kind: must be "one"',
        "size: must be >= 3",
        'state: must be "open" or "closed"',
      ],
    ],
    ["a union", { issue: { id: 1, title: "" }, owner: 5 }, ["owner: must be text or null"]],
    ["no object", [], [": must be an object"]],
  ])("%s", async (_what, payload, expected) => {
    expect(await problems(issue, payload)).toEqual(expected);
  });

  it("and each problem says of which kind it is", async () => {
    const { learn, check } = createPayloadCheck();
    await learn([{ name: "thing.made", version: "v1", schema: issue }]);
    expect(check("thing.made", "v1", { issue: { id: true, titel: "t" }, size: 4 })).toEqual([
      { kind: "wrong", path: "issue.id", message: "must be an integer or text" },
      { kind: "unknown", path: "issue.titel", message: "is a member that the schema does not know" },
      { kind: "missing", path: "issue.title", message: "is required" },
    ]);
  });

  it("an unknown member, where the schema is closed", async () => {
    const closed = { properties: { a: {} }, additionalProperties: false };
    expect(await problems(closed, { a: 1, b: 2 })).toEqual(["b: is a member that the schema does not know"]);
    const inAll = { allOf: [{ properties: { a: {} } }], unevaluatedProperties: false };
    expect(await problems(inAll, { a: 1, b: 2 })).toEqual(["b: is a member that the schema does not know"]);
  });

  it("by the draft that the schema names", async () => {
    const tuple = { items: [{ type: "string" }, { type: "number" }] };
    const draft7 = { $schema: "http://json-schema.org/draft-07/schema#", properties: { pair: tuple } };
    expect(await problems(draft7, { pair: ["a", "b"] })).toEqual(["pair.1: must be a number"]);
  });

  it("not if there is no schema, or one that cannot be used", async () => {
    const { learn, check } = createPayloadCheck();
    expect(check("thing.made", "v1", {})).toEqual([]);
    await learn([
      { name: "thing.made", version: "v1" },
      { name: "broken", version: "v1", schema: { pattern: "(" } },
    ]);
    expect(check("thing.made", "v1", {})).toEqual([]);
    expect(check("broken", "v1", "a")).toEqual([]);
  });

  it("with the schema that was learnt last", async () => {
    const { learn, check } = createPayloadCheck();
    const of = (type: string) => [{ name: "e", version: "v1", schema: { $id: "e", properties: { a: { type } } } }];
    await learn(of("string"));
    expect(check("e", "v1", { a: 1 })).toHaveLength(1);
    await learn(of("number"));
    expect(check("e", "v1", { a: 1 })).toEqual([]);
    expect(check("e", "v2", { a: "x" })).toEqual([]);
  });

  it("with at most 100 problems, mistakes before notes", async () => {
    const open = { type: "object", properties: { z: { type: "string" } } };
    const payload = { ...Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`a${index}`, 1])), z: 1 };
    const found = await problems(open, payload);
    expect([found.length, found.at(-1)]).toEqual([100, "z: must be text"]);
  });

  it("with at most 100 problems of one kind", async () => {
    const list = { properties: { all: { items: { type: "string" } } } };
    expect(await problems(list, { all: Array(5000).fill(1) })).toHaveLength(100);
  });
});
