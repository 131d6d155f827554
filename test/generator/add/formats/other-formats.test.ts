import { describe, expect, it } from "vitest";
import type { Given } from "../../../../generator/add/parse-request.js";
import type { Format } from "../../../../generator/model/format.js";
import { manifests } from "../../../support/corpus/corpus.js";
import { changeOf, filesOf, insertedLines, manifestPath } from "../project.js";

const flat = `id: com.example.flat # one
version: 1.2
delivery_secret: KIKET_WEBHOOK_SECRET
settings:
- key: RETRIES
  default: 3
- key: API_TOKEN
  secret: true
`;

const minimal = `name: Bell
version: 0.3.0
vendor: example.com
scopes:
  read: [issue, comment]
events: [issue.created]   # and no more
actions:
  - key: ring
    label: Ring now
`;

describe("a flat manifest", () => {
  it.each<[words: string[], given: Given, lines: string[]]>([
    [["secret", "PIN"], { description: "Four digits" }, ["- key: PIN", "  secret: true", "  description: Four digits"]],
    [["setting", "COPIES"], { default: "5" }, ["- key: COPIES", "  default: 5"]],
    [["setting", "COPIES"], { type: "integer", default: "5" }, ["- key: COPIES", "  type: integer", "  default: 5"]],
    [["setting", "LOUD"], { default: "false" }, ["- key: LOUD", "  default: false"]],
    [["setting", "CODE"], { type: "string", default: "5" }, ["- key: CODE", "  type: string", '  default: "5"']],
    [["setting", "FREE"], {}, ["- key: FREE", "  type: string"]],
  ])("takes %j with %j", (words, given, lines) => {
    expect(insertedLines(flat, filesOf({ manifest: flat }, words, given)[manifestPath] ?? "")).toEqual(lines);
  });

  it("gets a list of settings if there is none", () => {
    const bare = "id: com.example.flat\nversion: 1.2\ndelivery_secret: KIKET_WEBHOOK_SECRET\n";
    expect(filesOf({ manifest: bare }, ["secret", "PIN"])[manifestPath]).toBe(
      `${bare}settings:\n  - key: PIN\n    secret: true\n`,
    );
  });

  it.each([
    ["event", "a.b"],
    ["command", "a.b"],
    ["scope", "a:b"],
    ["table", "a.b", "t"],
  ])("cannot have %s %s", (...words) => {
    expect(changeOf({ manifest: flat }, words)).toEqual({
      refusal: `a flat manifest can have settings and secrets, but no ${words[0]}`,
      hint: "use a canonical manifest, .kiket/manifest.yaml",
    });
  });

  it.each<[words: string[], given: Given, refusal: string]>([
    [["setting", "API_TOKEN"], {}, '"API_TOKEN" is already a secret (line 7)'],
    [["secret", "RETRIES"], {}, '"RETRIES" is already a setting (line 5)'],
    [["setting", "PAPER"], { options: "a,b" }, "a setting in a flat manifest cannot have options"],
  ])("refuses %j with %j", (words, given, refusal) => {
    expect(changeOf({ manifest: flat }, words, given)).toMatchObject({ refusal });
  });

  it("changes nothing if the entry exists", () => {
    expect(changeOf({ manifest: flat }, ["setting", "RETRIES"], { default: "9" })).toEqual({ files: [] });
    expect(changeOf({ manifest: flat }, ["secret", "API_TOKEN"])).toEqual({ files: [] });
  });
});

describe("a minimal manifest", () => {
  it.each<[words: string[], before: string, after: string]>([
    [["event", "issue.closed"], "[issue.created] ", "[issue.created, issue.closed] "],
    [["scope", "users:read"], "[issue, comment]", "[issue, comment, user]"],
    [["scope", "issue:write"], "[issue, comment]\n", "[issue, comment]\n  write: [issue]\n"],
    [["command", "mute"], "    label: Ring now\n", "    label: Ring now\n  - key: mute\n    label: Mute\n"],
  ])("takes %j", (words, before, after) => {
    expect(filesOf({ manifest: minimal }, words)[manifestPath]).toBe(minimal.replace(before, after));
  });

  it.each<[words: string[], given: Given]>([
    [["event", "issue.created"], {}],
    [["event", "issue.created"], { version: "v1" }],
    [["event", "issue.created"], { version: "1" }],
    [["scope", "issues:read"], {}],
    [["command", "ring"], { title: "Other" }],
  ])("has %j with %j already", (words, given) => {
    expect(changeOf({ manifest: minimal }, words, given)).toEqual({ files: [] });
  });

  it.each<[words: string[], given: Given, refusal: string]>([
    [["event", "a"], { version: "v2" }, "all events of this manifest have the version v1"],
    [["event", "a"], { template: "b" }, "a manifest of this format cannot have templates"],
    [["command", "a"], { category: "b" }, "an action of this manifest can only have a title"],
    [["secret", "A"], {}, "a manifest of this format can have events, actions and scopes, but no secret"],
    [["setting", "A"], {}, "a manifest of this format can have events, actions and scopes, but no setting"],
    [["table", "a", "b"], {}, "a manifest of this format can have events, actions and scopes, but no table"],
  ])("cannot have %j with %j", (words, given, refusal) => {
    expect(changeOf({ manifest: minimal }, words, given)).toMatchObject({ refusal });
  });
});

describe("the file of a receiver of webhooks", () => {
  const path = "kiket-webhook.yaml";
  const receiver = "events:\n  - case.created # first\n";

  it.each<[words: string[], given: Given, after: string]>([
    [["event", "case.updated"], {}, `${receiver}  - case.updated\n`],
    [["event", "sla.breach"], { version: "1" }, `${receiver}  - sla.breach\n`],
  ])("takes %j with %j", (words, given, after) => {
    expect(filesOf({ manifest: receiver, path }, words, given)[path]).toBe(after);
  });

  it("has an event already", () => {
    expect(changeOf({ manifest: receiver, path }, ["event", "case.created"])).toEqual({ files: [] });
  });

  it.each<[words: string[], given: Given, refusal: string]>([
    [["event", "a.b"], { version: "v2" }, "webhooks name no version: all are v1"],
    [["event", "a.b"], { template: "c" }, "an event of a webhook has no template"],
    [["scope", "issues:read"], {}, "a receiver of webhooks has no scope"],
    [["secret", "A"], {}, "a receiver of webhooks has no secret"],
    [["setting", "A"], {}, "a receiver of webhooks has no setting"],
    [["command", "a.b"], {}, "a receiver of webhooks has no command"],
    [["table", "a", "b"], {}, "a receiver of webhooks has no table"],
  ])("cannot have %j with %j", (words, given, refusal) => {
    expect(changeOf({ manifest: receiver, path }, words, given)).toMatchObject({ refusal });
  });
});

const adapter = `apiVersion: kiket.dev/v1
kind: Extension
metadata: { key: gate, name: Gate, version: 1.0.0 }
spec:
  sourceSystem: gate # at the river
`;

describe("an evidence adapter", () => {
  it("takes a type of raw events, in a new list and in the one it has", () => {
    const first = filesOf({ manifest: adapter }, ["event", "gate.opened"])[manifestPath] ?? "";
    expect(first).toBe(`${adapter}  sourceEventTypes:\n    - gate.opened\n`);
    expect(filesOf({ manifest: first }, ["event", "issue.create"])).toEqual({
      [manifestPath]: `${first}    - issue.create\n`,
    });
    expect(changeOf({ manifest: first }, ["event", "gate.opened"])).toEqual({ files: [] });
  });

  it.each<[words: string[], given: Given, refusal: string]>([
    [["event", "a.b"], { version: "v1" }, "types of raw events have no version"],
    [["event", "a.b"], { template: "c" }, "a type of raw events has no template"],
    [["scope", "raw-events:write"], {}, "`add` cannot give an evidence adapter a scope"],
    [["secret", "A"], {}, "`add` cannot give an evidence adapter a secret"],
    [["table", "a", "b"], {}, "`add` cannot give an evidence adapter a table"],
  ])("cannot have %j with %j", (words, given, refusal) => {
    expect(changeOf({ manifest: adapter }, words, given)).toEqual({ refusal, hint: expect.any(String) });
  });
});

describe("other formats", () => {
  it.each<[Exclude<Format, "webhook" | "evidence-adapter">, string]>([
    ["canonical-1.1", "a canonical manifest of version 1.1 (`delivery` is a map)"],
    ["scaffold", "a manifest from the scaffold of Kiket's CLI (hooks and permissions at the top level)"],
    ["scaffold-text", "a manifest from the archived quick start (like the scaffold, but `delivery` is text)"],
    ["marketplace", "a manifest from the marketplace generator (`pricing` and `extension.events`)"],
    ["flat-properties", "a flat manifest (`configuration.properties`)"],
    ["legacy-json", "a legacy `manifest.json` (`endpoints` and `capabilities`)"],
    ["version-two", "an archived format (`manifest_version: 2`)"],
  ])("%s is not edited", (format, summary) => {
    expect(changeOf({ manifest: manifests[format] }, ["secret", "KEY"])).toEqual({
      refusal: `this is ${summary}, which \`add\` cannot edit`,
      hint: "edit the file yourself, and run kiket-gen",
    });
  });
});
