import { describe, expect, it } from "vitest";
import { eventSources } from "../../../generator/manifest/assemble.js";
import { renameEvents } from "../../../generator/rename/rename-in-manifest.js";
import { extension, parseText } from "../manifest/support.js";

function renamed(text: string, from: string, to: string): string {
  const { draft } = parseText(text);
  if (draft === undefined) throw new Error("no draft");
  return renameEvents(text, eventSources(draft), new Map([[from, to]]));
}

describe("an event's new name in the manifest", () => {
  it("stands in every place that the parser reads one from, and nowhere else", () => {
    const text = (name: string) =>
      extension(
        `activationEvents: [${name}, "${name}"] # a.b`,
        "hooks:",
        `  - &all ${name}`,
        `  - event: '${name}'`,
        "    template: a.b",
        "    description: a.b",
        "  - *all",
        "contributes:",
        "  commands:",
        "    - command: a.b",
        `      handler: {type: a.b, event: ${name}}`,
        "  workflow_actions:",
        `    - {id: a.b, handler: {event: ${name}}, parameters: [{key: a.b, action: a.b, event: a.b}]}`,
        "setup:",
        `  - test: {action: ${name}}`,
        "  - info: {action: a.b}",
        "lifecycleEvents: [a.b]",
        "configuration: {a.b: {type: string, default: a.b}}",
      );
    expect(renamed(text("a.b"), "a.b", "c")).toBe(text("c"));
  });

  it.each([
    [
      "name: M\nevents: [a]\nactions: [{key: a, inputs: [{key: a}]}]\n",
      "name: M\nevents: [c]\nactions: [{key: c, inputs: [{key: a}]}]\n",
    ],
    [
      "manifest_version: 2\ntriggers:\n  - {event: a, handler: a}\n",
      "manifest_version: 2\ntriggers:\n  - {event: c, handler: a}\n",
    ],
    [
      "apiVersion: kiket.dev/v1\nkind: Extension\nspec: {sourceEventTypes: [a, b], evidenceTypes: [a]}\n",
      "apiVersion: kiket.dev/v1\nkind: Extension\nspec: {sourceEventTypes: [c, b], evidenceTypes: [a]}\n",
    ],
    [
      '{"endpoints": [{"id": "a", "path": "a"}], "capabilities": {}}\n',
      '{"endpoints": [{"id": "c", "path": "a"}], "capabilities": {}}\n',
    ],
  ])("stands in other formats: %j", (before, after) => {
    expect(renamed(before, "a", "c")).toBe(after);
  });

  it("takes the place of the scaffold's short one", () => {
    const text = (name: string) => `extension: {id: x}\ndelivery: http\nhooks: [${name}]\n`;
    expect(renamed(text("issue_created"), "issue.created", "case.created")).toBe(text("case.created"));
  });

  it("is a webhook's key without what all webhooks begin with, and stays where it begins otherwise", () => {
    const text = (name: string) => `{"endpoints": [], "capabilities": {}, "webhooks": {"${name}": {"path": "/a"}}}\n`;
    expect(renamed(text("a"), "external.webhook.a", "external.webhook.c")).toBe(text("c"));
    expect(renamed(text("a"), "external.webhook.a", "c")).toBe(text("a"));
  });

  it("keeps line ends and a mark of byte order", () => {
    const text = (name: string) => `\ufeffname: M\r\nevents:\r\n  - ${name}\r\n`;
    expect(renamed(text("a"), "a", "c.d")).toBe(text("c.d"));
  });
});
