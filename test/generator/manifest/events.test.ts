import { describe, expect, it } from "vitest";
import { cleanModel, extension, parseText, told } from "./support.js";

/** `name@version origins` of every event. */
function events(text: string): string[] {
  const { model } = parseText(text);
  return (model?.events ?? []).map(({ name, version, origins }) => `${name}@${version} ${origins.join("+")}`);
}

describe("events", () => {
  it("are collected from every place that declares one, in code-unit order", () => {
    const text = extension(
      "activationEvents: [b.two]",
      "activation_events: [a.one]",
      "hooks: [{event: b.two}, {event: B.two}]",
      "contributes:",
      "  commands: [{command: c.x, handler: {type: extension_event, event: c.y}}]",
      "  workflow_actions: [{id: d, name: D, handler: {type: extension_event, event: d.workflowAction.z}}]",
      "setup: [{test: {action: c.y}}, {test: {action: e.probe}}, {test: {title: No action}}]",
    );
    expect(events(text)).toEqual([
      "B.two@v1 hooks",
      "a.one@v1 activationEvents",
      "b.two@v1 activationEvents+hooks",
      "c.y@v1 commands+setup",
      "d.workflowAction.z@v1 workflow_actions",
      "e.probe@v1 setup",
    ]);
  });

  it("have the hook's version, else api_version, else v1", () => {
    const hooks = "hooks: [{event: a, version: v3}, {event: b}]";
    expect(events(extension(hooks))).toEqual(["a@v3 hooks", "b@v1 hooks"]);
    expect(events(extension(hooks, "api_version: v2"))).toEqual(["a@v3 hooks", "b@v2 hooks"]);
    expect(events(extension(hooks, 'api_version: ""'))).toEqual(["a@v3 hooks", "b@v1 hooks"]);
  });

  it("keep an unquoted version as it is written", () => {
    const text = extension(
      "hooks: [{event: a, version: 1.10}, {event: b, version: 2024-10-01}, {event: c, version: 2}]",
    );
    expect(events(text)).toEqual(["a@1.10 hooks", "b@2024-10-01 hooks", "c@2 hooks"]);
  });

  it("are two if two hooks of one event have two versions", () => {
    const text = extension(
      "hooks: [{event: a, version: v2, template: t}, {event: a}, {event: a, version: 2024-10-01}]",
    );
    expect(cleanModel(text).events.map(({ version, template }) => [version, template])).toEqual([
      ["2024-10-01", undefined],
      ["v1", undefined],
      ["v2", "t"],
    ]);
  });

  it("get an origin, but no version, from a place without a version", () => {
    const text = extension(
      "activationEvents: [a]",
      "hooks: [{event: a, version: v2}, {event: a, version: v3}]",
      "contributes: {commands: [{command: a, handler: {type: extension_event, event: a}}]}",
    );
    expect(events(text)).toEqual(["a@v2 activationEvents+commands+hooks", "a@v3 activationEvents+commands+hooks"]);
  });

  it("are one if a version is written with and without v", () => {
    const text = extension("api_version: v1", "hooks:", "  - event: a", '  - {event: a, version: "1"}');
    expect(events(text)).toEqual(["a@v1 hooks"]);
    expect(told(parseText(text).diagnostics)).toEqual(["m.yaml:5:27 KG210 `1` and `v1` are the same version of `a`"]);
  });

  it("have the description and position of their first origin", () => {
    const text = extension(
      "activationEvents: [a]",
      "contributes: {commands: [{command: a, title: Title, description: From the command, handler: {event: a}}]}",
      "hooks: [{event: a}]",
    );
    const [event] = cleanModel(text).events;
    expect(event?.description).toBe("From the command");
    expect(event?.at).toEqual({ file: "m.yaml", line: 4, column: 19 });
  });

  it("read what scaffolds call hooks as names", () => {
    expect(events("extension: {id: x}\nhooks: [a.b, {event: c.d, version: v2}]\n")).toEqual([
      "a.b@v1 hooks",
      "c.d@v2 hooks",
    ]);
  });

  it("leave short names alone outside the scaffold's own formats", () => {
    expect(events(extension("hooks: [{event: issue_created}]"))).toEqual(["issue_created@v1 hooks"]);
  });

  it("can have names that are dangerous elsewhere", () => {
    const names = [
      "__proto__",
      "constructor",
      "../../etc/passwd",
      "a*/b",
      "\u0060$\u007bx}\u0060",
      'q"uote',
      "line\nbreak",
    ];
    const text = extension(`activationEvents: ${JSON.stringify(names)}`);
    expect(cleanModel(text).events.map(({ name }) => name)).toEqual([...names].sort());
  });
});

describe("parameters", () => {
  const action = (event: string, parameters: string) =>
    `{id: x, name: X, handler: {event: ${event}}, parameters: ${parameters}}`;

  it("keep their order and default to optional text", () => {
    const text = extension(
      `contributes: {workflow_actions: [${action("a", "[{key: z, required: true}, {key: b, type: number, label: B, description: D}]")}]}`,
    );
    expect(cleanModel(text).events[0]?.parameters).toEqual([
      { key: "z", type: "string", required: true, label: undefined, description: undefined },
      { key: "b", type: "number", required: false, label: "B", description: "D" },
    ]);
  });

  it.each([
    ["string", "string"],
    ["text", "string"],
    ["select", "string"],
    ["template", "string"],
    ["checkbox", "boolean"],
    ["integer", "integer"],
    ["object", "object"],
    ["project", "id"],
    ["colour", "unknown"],
    ["constructor", "unknown"],
    ["toString", "unknown"],
    ["__proto__", "unknown"],
  ])("have the types of settings: %s is %s", (declared, type) => {
    const text = extension(`contributes: {workflow_actions: [${action("a", `[{key: x, type: ${declared}}]`)}]}`);
    expect(cleanModel(text).events[0]?.parameters.map((parameter) => parameter.type)).toEqual([type]);
  });

  it.each([
    ["maps", "type: select, options: [{value: s, label: Small}, {value: l}]", ["s", "l"]],
    ["texts", "type: select, options: [s, l, s]", ["s", "l"]],
    ["texts of a text", "options: [s, l]", ["s", "l"]],
    ["numbers", "type: select, options: [{value: 1, label: One}, {value: two}]", undefined],
    ["numbers of a number", "type: number, options: [1, 2]", undefined],
    ["no values", "type: select, options: [{label: One}, {value: two}]", undefined],
    ["none", "type: select, options: []", undefined],
    ["a map", "type: select, options: {s: Small}", undefined],
    ["issue types, which Kiket ignores", "type: issue_type, options: [Task]", undefined],
  ])("have options: %s", (_what, declared, options) => {
    const text = extension(`contributes: {workflow_actions: [${action("a", `[{key: x, ${declared}}]`)}]}`);
    expect(cleanModel(text).events[0]?.parameters[0]?.options).toEqual(options);
  });

  it.each([
    ["text", "default: hello", "hello"],
    ["an option", "type: select, options: [s, l], default: l", "l"],
    ["no option", "type: select, options: [s, l], default: xl", undefined],
    ["a number", 'type: integer, default: "5"', 5],
    ["no number", "type: integer, default: five", undefined],
    ["a template", "default: '{{ issue.title }}'", undefined],
    ["a reference", "default: env:NAME", undefined],
  ])("have a default: %s", (_what, declared, value) => {
    const text = extension(`contributes: {workflow_actions: [${action("a", `[{key: x, ${declared}}]`)}]}`);
    expect(cleanModel(text).events[0]?.parameters[0]?.default).toEqual(value);
  });

  it.each([
    ["[{key: x, options: [l, xl]}]", ["s", "l", "xl"]],
    ["[{key: x}]", undefined],
    ["[]", ["s", "l"]],
  ])("have the options of all senders: %s", (other, options) => {
    const text = extension(
      `contributes: {workflow_actions: [${action("a", "[{key: x, options: [s, l]}]")}, ${action("a", other)}]}`,
    );
    expect(cleanModel(text).events[0]?.parameters[0]?.options).toEqual(options);
  });

  it("are required only if every sender of the event requires them", () => {
    const text = extension(
      "activationEvents: [a]",
      "hooks: [{event: a}]",
      "contributes:",
      "  workflow_actions:",
      `    - ${action("a", "[{key: to, required: true}, {key: subject, required: true}]")}`,
      `    - ${action("a", "[{key: to, required: true}]")}`,
    );
    expect(cleanModel(text).events[0]?.parameters.map(({ key, required }) => [key, required])).toEqual([
      ["to", true],
      ["subject", false],
    ]);
  });

  it("are optional if a command sends the event without them", () => {
    const text = extension(
      "contributes:",
      "  commands: [{command: a, handler: {event: a}}]",
      `  workflow_actions: [${action("a", "[{key: to, required: true}]")}]`,
    );
    expect(cleanModel(text).events[0]?.parameters.map(({ key, required }) => [key, required])).toEqual([["to", false]]);
  });
});

describe("mistakes in events", () => {
  it("are all reported in one run, each at its position", () => {
    const { diagnostics } = parseText(
      extension(
        "activationEvents: [issue.created, [x], ~]",
        "hooks:",
        "  - template: greeting",
        "  - event: [issue.created]",
        '  - event: ""',
        "  -",
        "contributes:",
        "  commands:",
        "    - command: a.b",
        "    - {command: c.d, handler: {type: extension_event}}",
        "    - {command: c.d, handler: run}",
        "    - just text",
        "  workflow_actions: {send: 1}",
        "permissions: issues:read",
      ),
    );
    expect(told(diagnostics)).toEqual([
      "m.yaml:2:37 KG204 `extension.activationEvents[1]` must be text, found a list",
      "m.yaml:2:42 KG204 `extension.activationEvents[2]` must be text, found nothing",
      "m.yaml:4:7 KG205 `extension.hooks[0]` has no `event`",
      "m.yaml:5:14 KG204 `extension.hooks[1].event` must be text, found a list",
      "m.yaml:6:14 KG205 `extension.hooks[2]` has no `event`",
      "m.yaml:7:6 KG204 `extension.hooks[3]` must be text, found nothing",
      "m.yaml:10:9 KG205 `extension.contributes.commands[0]` has no `handler`",
      "m.yaml:11:33 KG205 `extension.contributes.commands[1].handler` has no `event`",
      "m.yaml:12:33 KG204 `extension.contributes.commands[2].handler` must be a map, found `run`",
      "m.yaml:13:9 KG204 `extension.contributes.commands[3]` must be a map, found `just text`",
      "m.yaml:14:23 KG204 `extension.contributes.workflow_actions` must be a list, found a map",
      "m.yaml:15:16 KG204 `extension.permissions` must be a list, found `issues:read`",
    ]);
    expect(diagnostics.every(({ severity }) => severity === "error")).toBe(true);
    expect(diagnostics[2]?.hint).toBe("add the event that the hook subscribes to");
  });
});
