import { describe, expect, it } from "vitest";
import { parseText, told } from "../support.js";

function dialect(text: string): string | undefined {
  return parseText(text).model?.dialect;
}

describe("detection by content", () => {
  it.each([
    [
      "H",
      "apiVersion: kiket.dev/v1\nkind: Extension\nmetadata: {key: k, name: n, version: '1'}\nspec: {sourceSystem: s}\n",
    ],
    ["J", "manifest_version: 2\nextension: {key: k}\n"],
    ["B", 'manifestVersion: "1.1"\nextension: {id: x}\n'],
    ["B", "extension: {delivery: {type: http}}\n"],
    ["C", "extension: {id: x}\ndelivery: {type: http}\n"],
    ["C", "extension: {id: x}\nconfiguration: {fields: []}\n"],
    ["C", "extension: {id: x}\nhooks: [issue.created]\n"],
    ["C2", "extension: {id: x, delivery: http}\nhooks: [issue.created]\n"],
    ["C2", "extension: {id: x, delivery: http}\npermissions: [read:issues]\n"],
    ["D", "extension: {pricing: {model: free}}\n"],
    ["D", "extension: {events: [issue.created]}\n"],
    ["A", 'model_version: "1.0"\nextension: {id: x}\n'],
    ["A", "extension: {}\n"],
    ["I", '{"id": "x", "endpoints": [], "capabilities": {}}'],
    ["E", "id: x\nsettings: []\n"],
    ["E", "id: x\ndelivery_secret: S\n"],
    ["F", 'manifestVersion: "1.0"\nid: x\nconfiguration: {properties: {}}\n'],
    ["G", "name: x\nvendor: v.example\n"],
    ["G", "events: [issue.created]\n"],
    ["G", "actions: []\n"],
  ])("dialect %s: %j", (expected, text) => {
    expect(dialect(text)).toBe(expected);
  });

  it.each([
    ["H before J", "H", "apiVersion: kiket.dev/v1\nkind: Extension\nmanifest_version: 2\n"],
    ["B before C", "B", "extension: {delivery: {type: http}}\nhooks: [issue.created]\n"],
    ["C before D", "C", "extension: {pricing: {}}\npermissions: []\n"],
    ["D before A", "D", 'model_version: "1.0"\nextension: {pricing: {}, id: x}\n'],
    ["E before G", "E", "settings: []\nevents: [issue.created]\nvendor: v.example\n"],
    ["E before F", "E", "id: x\nsettings: []\nconfiguration: {properties: {}}\n"],
  ])("%s", (_name, expected, text) => {
    expect(dialect(text)).toBe(expected);
  });
});

describe("shapes that are no extension", () => {
  it("names what an unknown shape holds and what is accepted", () => {
    const { model, diagnostics } = parseText("# a comment\nkind: Deployment\nmetadata: {name: x}\n");
    expect(model).toBeUndefined();
    expect(told(diagnostics)).toEqual(["m.yaml:2:1 KG202 this is no known manifest shape: found `kind`, `metadata`"]);
    expect(diagnostics[0]?.hint).toContain("an `extension` map (canonical)");
  });

  it("counts the keys beyond the eighth", () => {
    const text = Array.from({ length: 11 }, (_, index) => `k${index}: 1`).join("\n");
    expect(parseText(text).diagnostics[0]?.message).toBe(
      "this is no known manifest shape: found `k0`, `k1`, `k2`, `k3`, `k4`, `k5`, `k6`, `k7` and 3 more",
    );
  });

  it("calls a blueprint a blueprint", () => {
    const { model, diagnostics } = parseText("identifier: shop\nname: Shop\ndescription: A shop\nversion: 1.0.0\n");
    expect(model).toBeUndefined();
    expect(told(diagnostics)).toEqual([
      "m.yaml:1:1 KG203 this is a product blueprint (found only `identifier`, `name`, `description`, `version`), not an extension",
    ]);
  });

  it.each([
    ["", "m.yaml:1:1 KG201 the manifest is empty, not a map"],
    ["# only a comment\n", "m.yaml:1:1 KG201 the manifest is empty, not a map"],
    ["- extension\n", "m.yaml:1:1 KG201 the manifest is a list, not a map"],
    ["\n hello\n", "m.yaml:2:2 KG201 the manifest is a value, not a map"],
    ["{}\n", "m.yaml:1:1 KG202 this is no known manifest shape: found no keys"],
    ["model_version: '1.0'\nextension:\n", "m.yaml:2:1 L2 `extension` must be a map"],
    ["extension: [id]\n", "m.yaml:1:1 L2 `extension` must be a map"],
  ])("%j", (text, line) => {
    const { model, diagnostics } = parseText(text);
    expect(model).toBeUndefined();
    expect(told(diagnostics)).toEqual([line]);
  });
});
