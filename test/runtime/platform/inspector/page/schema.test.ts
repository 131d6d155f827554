import { describe, expect, it } from "vitest";
import { completionsAt } from "../../../../../runtime/platform/inspector/page/state/schema/completions.js";
import { memberWordsAt } from "../../../../../runtime/platform/inspector/page/state/schema/member-words.js";

const schema = {
  type: "object",
  allOf: [{ $ref: "#/$defs/envelope" }],
  required: ["issue"],
  properties: {
    event: { const: "issue.created" },
    issue: { $ref: "#/$defs/issue" },
    links: { type: "array", items: { $ref: "#/$defs/link" } },
    place: { type: "array", prefixItems: [{ const: "at" }, { type: "boolean" }], items: { enum: ["x", "y"] } },
    counts: { type: "object", additionalProperties: { type: ["integer", "null"], description: "How many." } },
    change: {
      oneOf: [
        { properties: { kind: { const: "move" }, to: { type: "string" } }, required: ["kind", "to"] },
        { properties: { kind: { const: "close" }, reason: { enum: ["done", "dropped"] } }, required: ["kind"] },
      ],
    },
  },
  $defs: {
    envelope: { properties: { received_at: { type: "string", format: "date-time", description: "When it came." } } },
    issue: {
      type: "object",
      description: "An issue.",
      properties: {
        id: { type: ["integer", "string"] },
        title: { type: "string", description: "Its title." },
        priority: { enum: ["low", "high"], default: "low" },
        parent: { anyOf: [{ $ref: "#/$defs/issue" }, { type: "null" }] },
        user: { type: "object", properties: { name: { type: "string" }, age: {} }, required: ["name"] },
      },
      required: ["title"],
    },
    link: { type: "object", properties: { url: { type: "string", examples: ["https://a.example"] } } },
  },
};

/** What is offered where the text has a `|`. */
function at(marked: string, of: object = schema) {
  const offset = marked.indexOf("|");
  return completionsAt(marked.replace("|", ""), offset, of as never);
}
const labels = (marked: string, of?: object) => at(marked, of)?.options.map(({ label }) => label);

/** The text after the completion with this label, with its selection in brackets. */
function after(marked: string, label: string, of?: object): string {
  const found = at(marked, of);
  const option = found?.options.find((one) => one.label === label);
  if (found === undefined || option === undefined) throw new Error(`${label} is not offered`);
  const text = marked.replace("|", "");
  const [start, end] = option.select;
  const { insert } = option;
  const shown = `${insert.slice(0, start)}[${insert.slice(start, end)}]${insert.slice(end)}`;
  return text.slice(0, found.from) + shown + text.slice(found.to);
}

describe("completionsAt, for names", () => {
  it("offers what must be there first, then the others in the order of the schema, with types and descriptions", () => {
    expect(at("{|}")?.options.map(({ label, detail, info }) => [label, detail, info])).toEqual([
      ['"issue"', "object, required", "An issue."],
      ['"event"', 'always "issue.created"', undefined],
      ['"links"', "array", undefined],
      ['"place"', "array", undefined],
      ['"counts"', "object", undefined],
      ['"change"', "", undefined],
      ['"received_at"', "date-time", "When it came."],
    ]);
  });

  it.each([
    ['{"issue": {"title": "a", |}}', ['"id"', '"priority"', '"parent"', '"user"']],
    ['{"issue": {"title": "a", "pri|"}}', ['"id"', '"priority"', '"parent"', '"user"']],
    ['{"issue": {"ti|tle": "a"}}', ['"title"', '"id"', '"priority"', '"parent"', '"user"']],
    ['{"issue": {"parent": {"parent": {|}}}}', ['"title"', '"id"', '"priority"', '"parent"', '"user"']],
    ['{"links": [{}, {|', ['"url"']],
    ['{"counts": {|}}', []],
    ['{"unknown": {|}}', []],
    ['{"change": {|}}', ['"kind"', '"to"', '"reason"']],
    ['{"change": {"kind": "close", |}}', ['"reason"']],
    ['{"change": {"kind": "mo|ve"}}', ['"move"', '"close"']],
  ])("in %s: %j", (marked, expected) => {
    expect(labels(marked)).toEqual(expected);
  });

  it("has all alternatives where the value contradicts each of them", () => {
    expect(labels('{"change": {"kind": 7, |}}')).toEqual(['"to"', '"reason"']);
  });

  it("offers no member that stands after the name that is being written", () => {
    for (const begun of ["|", '"|"', '"|', "p|"]) {
      expect(labels(`{"issue": {"id": 1, ${begun}\n "title": "x", "parent": null}}`), begun).toEqual([
        ...['"priority"', '"user"'],
      ]);
    }
  });

  it.each([
    ["{|}", '"received_at"', '{"received_at": "[]"}'],
    ['{\n  "iss|\n}', '"issue"', '{\n  "issue": {\n    "title": ""\n  }[]\n}'],
    ['{|"event": 1}', '"links"', '{"links": [[]],"event": 1}'],
    ['{"ev|": 1}', '"event"', '{"event"[]: 1}'],
    ['{"issue": {us|}}', '"user"', '{"issue": {"user": {\n  "name": ""\n}[]}}'],
    ['{"issue": {|}}', '"priority"', '{"issue": {"priority": "[low]"}}'],
    ['{"issue": {|}}', '"id"', '{"issue": {"id": [0]}}'],
  ])("writes in %s the name %s with a value to begin with: %s", (marked, label, expected) => {
    expect(after(marked, label)).toBe(expected);
  });
});

describe("completionsAt, for values", () => {
  it.each([
    ['{"event": |}', ['"issue.created"']],
    ['{"issue": {"priority": "h|"}}', ['"low"', '"high"']],
    ['{"issue": {"parent": |}}', ["null", '{"title":""}']],
    ['{"place": [|]}', ['"at"']],
    ['{"place": ["at", t|]}', ["true", "false"]],
    ['{"place": ["at", true, |]}', ['"x"', '"y"']],
    ['{"counts": {"a": |}}', ["null"]],
    ['{"links": [{"url": |}]}', ['"https://a.example"']],
    ["|", ['{"issue":{"title":""}}']],
  ])("in %s: %j", (marked, expected) => {
    expect(labels(marked)).toEqual(expected);
  });

  it.each([
    ['{"issue": {"priority": "h|", "id": 1}}', '"high"', '{"issue": {"priority": "high"[], "id": 1}}'],
    ['{"issue": {"priority": | "id": 1}}', '"high"', '{"issue": {"priority": "high"[], "id": 1}}'],
    ['{"place": ["at", fa|l]}', "false", '{"place": ["at", false[]]}'],
    ['{"event": "iss|\n}', '"issue.created"', '{"event": "issue.created"[]\n}'],
  ])("writes in %s the value %s: %s", (marked, label, expected) => {
    expect(after(marked, label)).toBe(expected);
  });

  it.each(['{"event": "a" |}', '{"event" |}', "{} |", '{"issue": {}|}'])("offers nothing in %s", (marked) => {
    expect(at(marked)).toBe(undefined);
  });
});

describe("completionsAt, of schemas that go round", () => {
  const circle = {
    $ref: "#/$defs/a",
    $defs: {
      a: { anyOf: [{ $ref: "#/$defs/b" }, { $ref: "#/$defs/a" }, { $ref: "#/$defs/gone" }] },
      b: {
        oneOf: [{ $ref: "#/$defs/a" }, { $ref: "#/$defs/b" }],
        properties: { next: { $ref: "#/$defs/a" } },
        required: ["next"],
      },
    },
  };

  it("ends, with a start value of a few levels", () => {
    expect(labels('{"next": {|}}', circle)).toEqual(['"next"']);
    expect(after('{"next": {|}}', '"next"', circle).match(/next/g)).toHaveLength(6);
  });
});

it("completionsAt begins with null where the type is no type", () => {
  expect(after("{|}", '"a"', { properties: { a: { type: "constructor" } } })).toBe('{"a": [null]}');
});

describe("memberWordsAt", () => {
  const words = (marked: string) => memberWordsAt(marked.replace("|", ""), marked.indexOf("|"), schema as never);

  it.each([
    ['{"issue": {"ti|tle": ""}}', { path: "issue.title", kind: "string, required", description: "Its title." }],
    ['{"issue": {"title": "a|b"}}', { path: "issue.title", kind: "string, required", description: "Its title." }],
    ['{"counts": {"boats": |3}}', { path: "counts.boats", kind: "integer | null", description: "How many." }],
    ['{"links": [{}, {"url": |""}]}', { path: "links.1.url", kind: "string" }],
    ['{"change": {"ki|nd": "move"}}', { path: "change.kind", kind: "one of 2 values, required" }],
    ['{"iss|": 1}', { path: "iss", kind: "not in the schema" }],
    ["{|}", undefined],
  ])("at %s", (marked, expected) => {
    expect(words(marked)).toEqual(expected);
  });
});
