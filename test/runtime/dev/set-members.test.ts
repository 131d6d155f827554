import { describe, expect, it } from "vitest";
import { namesInPath, withMembersSet } from "../../../runtime/dev/set-members.js";

const known = {
  sample: {
    issue: { title: "Light", labels: ["boat"], custom_fields: {}, user: { name: "Ingrid" } },
    rows: [{ id: 1 }],
  },
  schema: {
    type: "object",
    allOf: [{ $ref: "envelope.json" }],
    properties: { issue: { $ref: "shapes.json#/$defs/issue" } },
    additionalProperties: true,
    $defs: {
      shapes: {
        $id: "shapes.json",
        $defs: {
          issue: {
            type: "object",
            properties: {
              priority: { type: "string" },
              watchers: { type: "array", items: { type: "object", properties: { email: { type: "string" } } } },
              counts: { type: "object", additionalProperties: { type: "number" } },
            },
          },
        },
      },
      envelope: { $id: "envelope.json", properties: { received_at: { type: "string" } } },
    },
  },
};

describe("namesInPath", () => {
  it.each([
    ["issue.title", ["issue", "title"]],
    ["labels.0", ["labels", "0"]],
    ['a."b.c".d', ["a", "b.c", "d"]],
    ['"say \\"hi\\""', ['say "hi"']],
    ["", undefined],
    ["a..b", undefined],
    [".a", undefined],
    ["a.", undefined],
    ['a"b', undefined],
    ['"a', undefined],
  ])("%s", (path, names) => {
    expect(namesInPath(path)).toEqual(names);
  });
});

describe("withMembersSet", () => {
  it("sets nothing that is deeper than a payload can be", () => {
    const set = (depth: number) =>
      withMembersSet(known.sample, { [`issue.custom_fields${".a".repeat(depth)}`]: 1 }, known);
    expect(JSON.stringify(set(98))).toContain('{"a":1}');
    expect(() => set(99)).toThrow(/^"issue\.custom_fields(?:\.a)+\.…" has more than 100 names$/);
    expect(() => set(100_000)).toThrow(/has more than 100 names$/);
  });

  it.each([
    ["issue.title", 5, { issue: { ...known.sample.issue, title: 5 } }],
    ["issue.labels.0", "x", { issue: { ...known.sample.issue, labels: ["x"] } }],
    ["issue.labels.1", "x", { issue: { ...known.sample.issue, labels: ["boat", "x"] } }],
    ["issue.priority", null, { issue: { ...known.sample.issue, priority: null } }],
    ["issue.watchers.0.email", "a@b", { issue: { ...known.sample.issue, watchers: [{ email: "a@b" }] } }],
    ['issue.custom_fields."a.b".c', 1, { issue: { ...known.sample.issue, custom_fields: { "a.b": { c: 1 } } } }],
    ["issue.counts.any", 1, { issue: { ...known.sample.issue, counts: { any: 1 } } }],
    ["issue.user", { id: 7 }, { issue: { ...known.sample.issue, user: { id: 7 } } }],
    ["rows.1.id", 2, { rows: [{ id: 1 }, { id: 2 }] }],
    ["received_at", "now", { received_at: "now" }],
  ])("sets %s", (path, value, changed) => {
    const before = structuredClone(known.sample);
    expect(withMembersSet(known.sample, { [path]: value }, known)).toEqual({ ...known.sample, ...changed });
    expect(known.sample).toEqual(before);
  });

  it("sets several members of a map, in any order", () => {
    const set = { "issue.custom_fields.a": 1, "issue.custom_fields.b.c": 2, "issue.custom_fields.b.d": 3 };
    expect(withMembersSet(known.sample, set, known).issue).toMatchObject({
      custom_fields: { a: 1, b: { c: 2, d: 3 } },
    });
  });

  it("sets members beside those of a sample where the schema allows any and names none", () => {
    const sample = { fields: { berth: 4 } };
    const schema = { properties: { fields: { type: "object", additionalProperties: true } } };
    expect(withMembersSet(sample, { "fields.deck": 2 }, { sample, schema })).toEqual({ fields: { berth: 4, deck: 2 } });
    expect(() => withMembersSet(sample, { "fields.deck": 2 }, { sample })).toThrow('"fields.deck" fits nothing');
    expect(() => withMembersSet(known.sample, { colour: 2 }, known)).toThrow('"colour" fits nothing');
  });

  it.each([
    ["issue.tilte", '"issue.tilte" fits nothing in the payload', 'did you mean "issue.title"?'],
    ["isue.title", '"isue" fits nothing in the payload', 'did you mean "issue"?'],
    [
      "issue.labels.2",
      '"issue.labels.2" fits nothing in the payload',
      'the list "issue.labels" has 1 item, counted from 0',
    ],
    [
      "issue.labels.x",
      '"issue.labels.x" fits nothing in the payload',
      'the list "issue.labels" has 1 item, counted from 0',
    ],
    ["issue.title.x", '"issue.title.x" fits nothing in the payload', '"issue.title" has no members'],
    ["rows.0.zzzzz", '"rows.0.zzzzz" fits nothing in the payload', "there is rows.0.id"],
    ["issue.__proto__.x", '"issue.__proto__" fits nothing in the payload', expect.stringContaining("issue.title")],
    ["a..b", '"a..b" is not a path', expect.stringContaining("issue.title")],
  ])("refuses %s", (path, message, hint) => {
    const problem = { status: 422, message, hint };
    expect(() => withMembersSet(known.sample, { [path]: 1 }, known)).toThrow(expect.objectContaining(problem));
  });

  it("changes no prototype where any member is allowed", () => {
    const path = "issue.custom_fields.__proto__.polluted";
    const result = withMembersSet(known.sample, { [path]: true }, known);
    expect(JSON.stringify(result)).toContain('"custom_fields":{"__proto__":{"polluted":true}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it("refuses a place far behind the end of a list that was set before", () => {
    const set = { "issue.custom_fields.list": [1], "issue.custom_fields.list.99999999": 2 };
    expect(() => withMembersSet(known.sample, set, known)).toThrow(
      '"issue.custom_fields.list.99999999" fits nothing in the payload',
    );
  });
});
