import { describe, expect, it } from "vitest";
import { type Parsed, parse } from "../../../../generator/manifest/parse.js";
import { errors, read } from "../../../schemas/manifest-schema.js";
import { told } from "../support.js";

const path = "kiket-webhook.yaml";

function parsed(text: string, file = path): Parsed {
  return parse({ manifest: { path: file, text }, modules: [] });
}

describe("kiket-webhook.yaml", () => {
  it("has one address for all events, /webhook unless it says otherwise", () => {
    const { model, diagnostics } = parsed("events: [sla.breach, case.created, case.created]\n");
    expect(diagnostics).toEqual([]);
    expect(model).toMatchObject({
      format: "webhook",
      id: undefined,
      apiVersion: "v1",
      scopes: [],
      settings: [],
      secrets: [],
      receiver: { path: "/webhook", at: { file: path, line: 1, column: 1 } },
    });
    expect(model?.events.map(({ name, version, origins }) => [name, version, origins])).toEqual([
      ["case.created", "v1", ["events"]],
      ["sla.breach", "v1", ["events"]],
    ]);
    const own = parsed("name: Mirror\npath: /kiket/events\nevents: [case.created]\nx-mine: { a: 1 }\n");
    expect([own.model?.name, own.model?.receiver?.path, own.diagnostics]).toEqual(["Mirror", "/kiket/events", []]);
  });

  it.each([
    ["kiket-webhook.yaml", "webhook"],
    ["kiket-webhook.yml", "webhook"],
    ["packages/mirror/kiket-webhook.yaml", "webhook"],
    ["my-kiket-webhook.yaml", "minimal"],
    ["kiket-webhook.yaml.bak", "minimal"],
    ["kiket-webhook.yaml/manifest.yaml", "minimal"],
    ["manifest.yaml", "minimal"],
  ])("is told by its name: %s is %s", (file, format) => {
    expect(parsed("events: [case.created]\n", file).model?.format).toBe(format);
  });

  it.each<[text: string, found: string[], hint: string | undefined]>([
    ["", ["1:1 KG201 the manifest is empty, not a map"], "start with `events`"],
    [
      "evnets: [case.created]\n",
      ["1:1 KG205 the file has no `events`", "1:1 KG220 unknown key `evnets`"],
      "list the events that you register, such as `- case.created`",
    ],
    ["events: [case.created]\npaths: /a\n", ["2:1 KG220 unknown key `paths`"], "did you mean `path`?"],
    [
      "events: [case.created]\nextension: { id: a }\n",
      ["2:1 KG220 unknown key `extension`"],
      "known keys: events, name, path",
    ],
    [
      "events:\n",
      ["1:1 KG205 the file has no `events`"],
      "list the events that you register, such as `- case.created`",
    ],
    ["events: []\n", ["1:9 KG221 `events` is empty"], "list the events that you register, such as `- case.created`"],
    [
      'events: [7, ""]\n',
      ["1:10 KG204 `events[0]` must be text, found `7`", "1:13 KG204 `events[1]` must be text, found nothing"],
      undefined,
    ],
    [
      "events: [issue.created]\n",
      ["1:10 KG223 webhooks are not known to send `issue.created`"],
      "the newer name is `case.created`",
    ],
    ["events: [case.create]\n", [], undefined],
    [
      "events: [case.transition_done]\n",
      ["1:10 KG223 webhooks are not known to send `case.transition_done`"],
      "webhooks are known to send: case.created, case.updated, case.transitioned, case.assigned, case.commented, sla.warning, sla.breach, approval.requested, approval.decided, workspace.updated",
    ],
  ])("reports what is wrong in %j", (text, found, hint) => {
    const { diagnostics } = parsed(text);
    expect(told(diagnostics)).toEqual(found.map((line) => `${path}:${line}`));
    expect(diagnostics[0]?.hint).toBe(hint);
  });

  it.each([
    "/health",
    "/ready/x",
    "/webhooks",
    "/webhooks/case.created",
    "/v/1",
    "/v",
    "webhook",
    "https://a.example/b",
    "/a b",
    "/a/../b",
    "/.",
    "/a/",
    "/",
    "//a",
    "/:a",
    "/*",
    "/a?b",
    "/é",
    "/a\\b",
  ])("refuses the path %j", (given) => {
    const { diagnostics } = parsed(`events: [case.created]\npath: ${JSON.stringify(given)}\n`);
    expect(told(diagnostics)).toEqual([`${path}:2:7 KG222 deliveries cannot arrive at the path \`${given}\``]);
  });
});

/** Documents of every kind: what the editor's schema refuses is an error of the generator, and the reverse. */
const documents: readonly string[] = [
  "{}",
  "events: [case.created]",
  "events: [issue.created, acme.own]",
  "events: case.created",
  "events: { case.created: true }",
  "events: []",
  "events:",
  "events: [7]",
  "events: [true]",
  "events: [null]",
  'events: [""]',
  "events: [[case.created]]",
  "events: [{ event: case.created }]",
  "events: [case.created]\npath: /a",
  "events: [case.created]\npath: /v1/kiket_hook/x~y.z-1",
  "events: [case.created]\npath: /healthy",
  "events: [case.created]\npath: /webhook",
  "events: [case.created]\npath: /webhooks",
  "events: [case.created]\npath: /v/a",
  "events: [case.created]\npath: /ready",
  "events: [case.created]\npath:",
  'events: [case.created]\npath: ""',
  "events: [case.created]\npath: 12",
  "events: [case.created]\npath: [/a]",
  "events: [case.created]\npath: a",
  "events: [case.created]\npath: /a/..",
  "events: [case.created]\npath: /a/./b",
  "events: [case.created]\npath: /..a",
  "events: [case.created]\npath: /a/",
  "events: [case.created]\npath: '/a\n\n  b'",
  "events: [case.created]\nname: Mirror",
  "events: [case.created]\nname: 2026",
  'events: [case.created]\nname: "2026"',
  'events: [case.created]\nname: ""',
  "events: [case.created]\nname:",
  "events: [case.created]\nx-own: 1",
  "events: [case.created]\nsecret: abc",
  "events: [case.created]\nextension: {}",
  "events: [case.created]\nversion: v1",
];

describe("the editor's schema and the generator agree on", () => {
  it.each(documents)("%j", (text) => {
    const refused = parsed(text).diagnostics.filter(({ severity }) => severity === "error").length > 0;
    expect(refused).toBe(errors("webhook.schema.json", read(text)).length > 0);
  });
});
