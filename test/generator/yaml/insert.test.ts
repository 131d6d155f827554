import { describe, expect, it } from "vitest";
import { type Addition, insert } from "../../../generator/yaml/insert.js";

const event: Addition = { path: ["extension", "hooks"], value: { event: "issue.closed", version: "v2" } };
const scope: Addition = { path: ["extension", "permissions"], value: "issues:write" };
const secret: Addition = {
  path: ["extension", "configuration"],
  key: "API_KEY",
  value: { type: "string", secret: true, description: "From the provider" },
};

function inserted(text: string, addition: Addition): string {
  const result = insert(text, addition);
  if ("problem" in result) throw new Error(result.problem);
  return result.text;
}

function problem(text: string, addition: Addition): string {
  const result = insert(text, addition);
  if ("text" in result) throw new Error(`changed to ${result.text}`);
  return result.problem;
}

describe("the exact text that is inserted", () => {
  it.each<[what: string, before: string, addition: Addition, after: string]>([
    [
      "a block list keeps its comments and blank lines",
      "# top\nextension:\n  hooks: # all of them\n    # the first\n    - event: issue.created   # new\n      retries: 1\n\n  # what it may do\n  permissions: []\n",
      event,
      "# top\nextension:\n  hooks: # all of them\n    # the first\n    - event: issue.created   # new\n      retries: 1\n    - event: issue.closed\n      version: v2\n\n  # what it may do\n  permissions: []\n",
    ],
    [
      "a list in the column of its key",
      "extension:\n  hooks:\n  - event: issue.created\n  # what it may do\n  permissions:\n  - issues:read\n",
      event,
      "extension:\n  hooks:\n  - event: issue.created\n  - event: issue.closed\n    version: v2\n  # what it may do\n  permissions:\n  - issues:read\n",
    ],
    [
      "a missing list is indented like the other lists",
      "extension:\n  permissions:\n  - issues:read\n",
      event,
      "extension:\n  permissions:\n  - issues:read\n  hooks:\n  - event: issue.closed\n    version: v2\n",
    ],
    [
      "four columns for each level",
      "extension:\n    configuration:\n        A:\n            type: string\n",
      secret,
      "extension:\n    configuration:\n        A:\n            type: string\n        API_KEY:\n            type: string\n            secret: true\n            description: From the provider\n",
    ],
    [
      "items in braces stay in braces",
      "extension:\n  hooks:\n    - { event: issue.created, retries: 2 } # one\n",
      event,
      "extension:\n  hooks:\n    - { event: issue.created, retries: 2 } # one\n    - { event: issue.closed, version: v2 }\n",
    ],
    [
      "a list in brackets",
      "extension: { permissions: [issues:read], id: a }\n",
      scope,
      "extension: { permissions: [issues:read, issues:write], id: a }\n",
    ],
    ["an empty list", "extension: { permissions: [] }\n", scope, "extension: { permissions: [issues:write] }\n"],
    [
      "an empty map",
      "extension:\n  configuration: {}\n",
      { ...secret, value: { type: "string" } },
      "extension:\n  configuration: { API_KEY: { type: string } }\n",
    ],
    [
      "a list in brackets on several lines",
      "extension:\n  permissions: [\n    issues:read, # look\n    users:read # who ]\n  ]\n",
      scope,
      "extension:\n  permissions: [\n    issues:read, # look\n    users:read, # who ]\n    issues:write\n  ]\n",
    ],
    [
      "a list in brackets on several lines, with a last comma",
      "extension:\n  permissions: [\n    issues:read, # look\n  ]\n",
      scope,
      "extension:\n  permissions: [\n    issues:read, # look\n    issues:write,\n  ]\n",
    ],
    [
      "a list in brackets that starts on its own line",
      "extension:\n  permissions:\n    [issues:read,\n     users:read]\n",
      scope,
      "extension:\n  permissions:\n    [issues:read,\n     users:read, issues:write]\n",
    ],
    [
      "JSON",
      '{\n  "extension": {\n    "permissions": ["issues:read"]\n  }\n}\n',
      event,
      '{\n  "extension": {\n    "permissions": ["issues:read"],\n    "hooks": [{ "event": "issue.closed", "version": "v2" }]\n  }\n}\n',
    ],
    [
      "quoted keys and texts",
      "\"extension\":\n  'permissions':\n    - 'issues:read'\n",
      scope,
      "\"extension\":\n  'permissions':\n    - 'issues:read'\n    - 'issues:write'\n",
    ],
    [
      "quoted keys of a neighbour",
      '"extension":\n  "hooks":\n    - "event": "issue.created"\n',
      event,
      '"extension":\n  "hooks":\n    - "event": "issue.created"\n    - "event": "issue.closed"\n      "version": "v2"\n',
    ],
    [
      "Windows line ends",
      "extension:\r\n  permissions:\r\n    - issues:read\r\n  id: a\r\n",
      scope,
      "extension:\r\n  permissions:\r\n    - issues:read\r\n    - issues:write\r\n  id: a\r\n",
    ],
    [
      "Windows line ends, in brackets over lines",
      "extension:\r\n  permissions: [\r\n    issues:read\r\n  ]\r\n",
      scope,
      "extension:\r\n  permissions: [\r\n    issues:read,\r\n    issues:write\r\n  ]\r\n",
    ],
    [
      "no line end at the end",
      "extension:\n  permissions:\n    - issues:read",
      scope,
      "extension:\n  permissions:\n    - issues:read\n    - issues:write",
    ],
    [
      "no line end after a key without a value",
      "extension:\n  hooks:",
      event,
      "extension:\n  hooks:\n    - event: issue.closed\n      version: v2",
    ],
    [
      "a key without a value, and a comment",
      "extension:\n  hooks: # none yet\n    # - event: issue.created\n  id: a\n",
      event,
      "extension:\n  hooks: # none yet\n    # - event: issue.created\n    - event: issue.closed\n      version: v2\n  id: a\n",
    ],
    [
      "a key whose value is null",
      "extension:\n  permissions: ~\n  id: a\n",
      scope,
      "extension:\n  permissions:\n    - issues:write\n  id: a\n",
    ],
    [
      "entries with empty lines between them get another one",
      "extension:\n  configuration:\n    A:\n      type: string\n\n    # the second\n    B:\n      type: string\n\n  id: a\n",
      { ...secret, value: { type: "string" } },
      "extension:\n  configuration:\n    A:\n      type: string\n\n    # the second\n    B:\n      type: string\n\n    API_KEY:\n      type: string\n\n  id: a\n",
    ],
    [
      "after a block of text",
      "extension:\n  configuration:\n    A:\n      default: |\n        hello\n\n        {{ x }}\n\n  id: a\n",
      { ...secret, value: { type: "string" } },
      "extension:\n  configuration:\n    A:\n      default: |\n        hello\n\n        {{ x }}\n    API_KEY:\n      type: string\n\n  id: a\n",
    ],
    [
      "after a block of text that keeps its empty lines",
      "extension:\n  configuration:\n    A:\n      default: |+\n        hello\n\n  id: a\n",
      { ...secret, value: { type: "string" } },
      "extension:\n  configuration:\n    A:\n      default: |+\n        hello\n\n    API_KEY:\n      type: string\n  id: a\n",
    ],
    [
      "into the last of two equal keys",
      "extension:\n  permissions: [a:b]\n  permissions: [c:d]\n",
      scope,
      "extension:\n  permissions: [a:b]\n  permissions: [c:d, issues:write]\n",
    ],
    [
      "after a document's marks and a byte order mark",
      "\ufeff%YAML 1.2\n---\nextension:\n  permissions: &all\n    - issues:read\n...\n",
      scope,
      "\ufeff%YAML 1.2\n---\nextension:\n  permissions: &all\n    - issues:read\n    - issues:write\n...\n",
    ],
    [
      "texts that YAML 1.1 reads as something else",
      "extension:\n  secrets: []\n  x:\n    - a\n",
      { path: ["extension", "x"], value: { yes: "no", at: "12:30", day: "2024-10-01", n: "1_000", z: "null" } },
      'extension:\n  secrets: []\n  x:\n    - a\n    - "yes": "no"\n      at: "12:30"\n      day: "2024-10-01"\n      "n": "1_000"\n      z: "null"\n',
    ],
    [
      "texts that contain YAML syntax",
      "extension:\n  x: [a]\n",
      { path: ["extension", "x"], value: 'b, c] }: # d\n"e" \u2028\u202e\u{e0041}' },
      'extension:\n  x: [a, "b, c] }: # d\\n\\"e\\" \\u2028\\u202e\\U000e0041"]\n',
    ],
    [
      "a key that is the prototype's",
      "extension:\n  x: {}\n",
      { path: ["extension", "x"], key: "__proto__", value: "a" },
      "extension:\n  x: { __proto__: a }\n",
    ],
  ])("%s", (_what, before, addition, after) => {
    expect(inserted(before, addition)).toBe(after);
  });
});

describe("files that are not changed", () => {
  it.each<[what: string, text: string, addition: Addition, reason: string]>([
    ["an alias", "x: &x [a]\nextension:\n  permissions: *x\n", scope, "`extension.permissions` is an alias"],
    ["a map for a list", "extension:\n  permissions: { a: b }\n", scope, "`extension.permissions` is not a list"],
    ["a text for a map", "extension: hello\n", scope, "`extension` is not a map"],
    ["a list for a map", "extension:\n  configuration: [a]\n", secret, "`extension.configuration` is not a map"],
    ["a key without a value in braces", "extension: { permissions: }\n", scope, "`extension.permissions` has no value"],
    [
      "a key of a merged map",
      "base: &base\n  permissions: [a:b]\nextension:\n  <<: *base\n  id: a\n",
      scope,
      "cannot add `extension.permissions` in place, because of how the file is written",
    ],
    ["a file that is not YAML", "extension: [\n", scope, "the file is not a YAML map"],
    ["an empty file", "", scope, "the file is not a YAML map"],
  ])("%s", (_what, text, addition, reason) => {
    expect(problem(text, addition)).toContain(reason);
  });
});
