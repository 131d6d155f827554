import { describe, expect, it } from "vitest";
import { UsageError } from "../../../generator/base/usage-error.js";
import { overrideOf, overridesIn } from "../../../generator/dev/once/payload-overrides.js";

describe("--set", () => {
  it.each([
    ["issue.title=Hi", "issue.title", "Hi"],
    ["issue.title=", "issue.title", ""],
    ["issue.title=a=b", "issue.title", "a=b"],
    ["issue.id=5", "issue.id", 5],
    ['issue.id="5"', "issue.id", "5"],
    ["issue.due=null", "issue.due", null],
    ['issue.labels=["a", "b"]', "issue.labels", ["a", "b"]],
    ["issue.id=12345678901234567890", "issue.id", "12345678901234567890"],
    ["issue.id=1e999", "issue.id", "1e999"],
    ['issue.custom_fields."a=b.c"=true', 'issue.custom_fields."a=b.c"', true],
    ["issue.title={not json", "issue.title", "{not json"],
  ])("%s", (text, path, value) => {
    expect(overrideOf(text)).toEqual([path, value]);
  });

  it.each(["issue.title", "=5", ""])("%j is a usage error", (text) => {
    expect(() => overrideOf(text)).toThrow(UsageError);
  });
});

it("a file is laid over the sample member by member; lists and empty objects replace what is there", () => {
  const payload = { issue: { title: "Hi", labels: ["a"], custom_fields: {} }, "a.b": { 'q"': 1 }, list: [{ x: 1 }] };
  expect(overridesIn(payload)).toEqual({
    "issue.title": "Hi",
    "issue.labels": ["a"],
    "issue.custom_fields": {},
    '"a.b"."q\\""': 1,
    list: [{ x: 1 }],
  });
});
