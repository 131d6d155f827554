import { describe, expect, it } from "vitest";
import { type Changes, fix } from "../../../generator/audit/fix.js";
import { parse } from "../../../generator/manifest/parse.js";
import { filesOf, manifestPath } from "../add/project.js";

const none: Changes = { permissions: { add: [], remove: [] }, modules: [] };

function fixed(text: string, changes: Partial<Changes>) {
  const sources = { manifest: { path: "extension.yaml", text }, modules: [] };
  const { model, root, diagnostics } = parse(sources);
  if (model === undefined || root === undefined) throw new Error(JSON.stringify(diagnostics));
  return fix(sources, { model, root }, { ...none, ...changes });
}

const head = `model_version: "1.0"
extension:
  id: com.example.fixed   # the id
  name: Fixed
  delivery: http
  callback: {url: "\${EXTENSION_BASE_URL}"}
`;

describe("permissions", () => {
  it("leave a list, and join it, with every comment kept", () => {
    const text = `${head}  # what it may do
  permissions:
    - issues:read      # for the titles
    # people
    - users:read
    - "comments:write"

  hooks:
    - event: issue.created
`;
    expect(fixed(text, { permissions: { add: ["write:issues"], remove: ["users:read"] } })).toEqual({
      text: `${head}  # what it may do
  permissions:
    - issues:read      # for the titles
    # people
    - "comments:write"
    - "issues:write"

  hooks:
    - event: issue.created
`,
      problems: [],
    });
  });

  it.each([
    ["[issues:read, users:read, comments:write]", ["users:read"], "[issues:read, comments:write]"],
    ["[issues:read, users:read, comments:write]", ["comments:write"], "[issues:read, users:read]"],
    ["[issues:read, users:read, comments:write]", ["issues:read", "users:read"], "[comments:write]"],
    ["[issues:read, users:read]", ["users.read", "issues:read"], "[]"],
    ["[ issues:read,users:read ]", ["issues:read"], "[ users:read ]"],
  ])("leave %s without %j as %s", (before, remove, after) => {
    const text = (list: string) => `${head}  permissions: ${list}  # all\n  hooks:\n    - event: issue.created\n`;
    expect(fixed(text(before), { permissions: { add: [], remove } })).toEqual({ text: text(after), problems: [] });
  });

  it("leave an empty list when the last one goes", () => {
    const text = `${head}  permissions:\n    - users:read # none\n  hooks:\n    - event: issue.created\n`;
    expect(fixed(text, { permissions: { add: [], remove: ["users:read"] } }).text).toBe(
      `${head}  permissions: []\n  hooks:\n    - event: issue.created\n`,
    );
  });

  it.each([
    ["permissions: # keep me\n    - users:read", "permissions: [] # keep me"],
    ["permissions:\n    # only a comment above\n    - users:read", "permissions: []\n    # only a comment above"],
    ["permissions: # a # b\n    # c\n\n    - users:read # none", "permissions: [] # a # b\n    # c\n"],
    ["permissions: &p # c\n    - users:read", "permissions: &p [] # c"],
    ["permissions: &p !!seq # c\n    - users:read", "permissions: &p !!seq [] # c"],
    ["permissions:\n    &p\n    - users:read", "permissions:\n    &p []"],
    ['"permissions" :   # c\n    - users:read', '"permissions" : []   # c'],
  ])("leave %j as %j when the last one goes", (before, after) => {
    for (const end of ["\n", "\r\n"]) {
      const text = (list: string) =>
        `${head}  ${list}\n  hooks:\n    - event: issue.created\n`.replaceAll(/\r?\n/g, end);
      const change = { permissions: { add: [], remove: ["users:read"] } };
      expect(fixed(text(before), change)).toEqual({ text: text(after), problems: [] });
    }
  });

  it("are left alone, and named, where a comment is before the anchor", () => {
    const text = `${head}  permissions: # c\n    &p\n    - users:read\n`;
    expect(fixed(text, { permissions: { add: [], remove: ["users:read"] } })).toEqual({
      text,
      problems: ["remove the permission `users:read`"],
    });
  });

  it("get a list where there is none", () => {
    const { text, problems } = fixed(`${head}  hooks:\n    - event: issue.created\n`, {
      permissions: { add: ["issues:write"], remove: [] },
    });
    expect(problems).toEqual([]);
    expect(text).toBe(`${head}  hooks:\n    - event: issue.created\n  permissions:\n    - issues:write\n`);
  });

  it("stay in the docs' map of verbs", () => {
    const text =
      "name: Minimal\nversion: 1.0.0\nvendor: example.com\nscopes:\n  read: [issue, comment]\n  write: [comment]\nevents: [issue.created]\n";
    expect(fixed(text, { permissions: { add: ["issues:write"], remove: ["comments:read"] } })).toEqual({
      text: "name: Minimal\nversion: 1.0.0\nvendor: example.com\nscopes:\n  read: [issue]\n  write: [comment, issue]\nevents: [issue.created]\n",
      problems: [],
    });
  });

  it.each([
    ["scopes: [issue:read]", "issues:write", "scopes: [issue:read, issue:write]"],
    ["scopes: [read.issue]", "write:issues", "scopes: [read.issue, write.issue]"],
    ["scopes: {read: [issue]}", "issues:write", "scopes: {read: [issue], write: [issue]}"],
    [
      "permissions: [read.issue, read.comment]\nscopes: {read: [user]}",
      "users:write",
      "permissions: [read.issue, read.comment]\nscopes: {read: [user], write: [user]}",
    ],
    ["scopes: {read: [issue]}", "reports:export", "scopes: {read: [issue], export: [reports]}"],
  ])("of the docs' format are added to %j as `add` adds them: %s", (scopes, permission, expected) => {
    const text = (lines: string) =>
      `name: Minimal\nversion: 1.0.0\nvendor: example.com\n${lines}\nevents: [issue.created]\n`;
    const result = fixed(text(scopes), { permissions: { add: [permission], remove: [] } });
    expect(result).toEqual({ text: text(expected), problems: [] });
    expect(filesOf({ manifest: text(scopes) }, ["scope", permission])).toEqual({ [manifestPath]: result.text });
  });

  it("are left alone, and named, where they cannot be edited in place", () => {
    const text = `shared: &all [issues:read, users:read]\n${head}  permissions: *all\n`;
    expect(fixed(text, { permissions: { add: ["a:write"], remove: ["users:read"] } })).toEqual({
      text,
      problems: ["remove the permission `users:read`", "add the permission `a:write`"],
    });
  });

  it("keep the line ends of the file", () => {
    const text = `${head}  permissions:\n    - users:read\n    - a:read\n`.replaceAll("\n", "\r\n");
    expect(fixed(text, { permissions: { add: [], remove: ["users:read"] } }).text).toBe(
      `${head}  permissions:\n    - a:read\n`.replaceAll("\n", "\r\n"),
    );
  });
});

describe("custom-data operations", () => {
  const text = `${head}  custom_data:
    permissions:
      # leads
      - module: com.example.leads
        operations: [read, admin] # all
      - module: com.example.log
        operations:
          - read
          - write # rows
`;

  it("are narrowed, widened and dropped entry by entry", () => {
    expect(
      fixed(text, {
        modules: [
          { module: "com.example.leads", remove: ["admin"], add: ["delete"] },
          { module: "com.example.log", remove: ["read", "write"], add: [] },
          { module: "com.example.new", remove: [], add: ["read", "write"] },
        ],
      }),
    ).toEqual({
      text: `${head}  custom_data:
    permissions:
      # leads
      - module: com.example.leads
        operations: [read, delete] # all
      - module: com.example.new
        operations: [read, write]
`,
      problems: [],
    });
  });

  it("end their lines as the file's first line ends, where it is not of one mind", () => {
    const mixed = text.replace("          - write # rows\n", "          - write\r\n");
    const add = (changes: Partial<Changes>) => fixed(mixed, changes).text.slice(mixed.length);
    const module = { module: "com.example.log", add: ["delete"], remove: [] } as const;
    expect(add({ modules: [module] })).toBe("          - delete\n");
    expect(add({ modules: [{ ...module, module: "com.example.new" }] })).toBe(
      "      - module: com.example.new\n        operations:\n          - delete\n",
    );
  });

  it("are edited one a line, too", () => {
    expect(fixed(text, { modules: [{ module: "com.example.log", remove: ["write"], add: ["delete"] }] }).text).toBe(
      text.replace("          - write # rows\n", "          - delete\n"),
    );
  });
});
