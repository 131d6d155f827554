import { describe, expect, it } from "vitest";
import { parseText, told } from "../support.js";

function format(text: string): string | undefined {
  return parseText(text).model?.format;
}

describe("detection by content", () => {
  it.each([
    [
      "evidence-adapter",
      "apiVersion: kiket.dev/v1\nkind: Extension\nmetadata: {key: k, name: n, version: '1'}\nspec: {sourceSystem: s}\n",
    ],
    ["evidence-adapter", "apiVersion: kiket.dev/v1\nmetadata: {key: k}\n"],
    ["evidence-adapter", "apiVersion: kiket.dev/v2\nspec: {}\n"],
    ["evidence-adapter", "kind: Extension\nspec: {}\n"],
    ["version-two", "manifest_version: 2\nextension: {key: k}\n"],
    ["canonical-1.1", 'manifestVersion: "1.1"\nextension: {id: x}\n'],
    ["canonical-1.1", "extension: {delivery: {type: http}}\n"],
    ["scaffold", "extension: {id: x}\ndelivery: {type: http}\n"],
    ["scaffold", "extension: {id: x}\nconfiguration: {fields: []}\n"],
    ["scaffold", "extension: {id: x}\nhooks: [issue.created]\n"],
    ["scaffold-text", "extension: {id: x, delivery: http}\nhooks: [issue.created]\n"],
    ["scaffold-text", "extension: {id: x, delivery: http}\npermissions: [read:issues]\n"],
    ["marketplace", "extension: {pricing: {model: free}}\n"],
    ["marketplace", "extension: {events: [issue.created]}\n"],
    ["canonical", 'model_version: "1.0"\nextension: {id: x}\n'],
    ["canonical", "extension: {}\n"],
    ["legacy-json", '{"id": "x", "endpoints": [], "capabilities": {}}'],
    ["flat-settings", "id: x\nsettings: []\n"],
    ["flat-settings", "id: x\ndelivery_secret: S\n"],
    ["flat-properties", 'manifestVersion: "1.0"\nid: x\nconfiguration: {properties: {}}\n'],
    ["minimal", "name: x\nvendor: v.example\n"],
    ["minimal", "events: [issue.created]\n"],
    ["minimal", "actions: []\n"],
  ])("format %s: %j", (expected, text) => {
    expect(format(text)).toBe(expected);
  });

  it.each([
    [
      "evidence-adapter before version-two",
      "evidence-adapter",
      "apiVersion: kiket.dev/v1\nkind: Extension\nmanifest_version: 2\n",
    ],
    ["canonical-1.1 before scaffold", "canonical-1.1", "extension: {delivery: {type: http}}\nhooks: [issue.created]\n"],
    ["scaffold before marketplace", "scaffold", "extension: {pricing: {}}\npermissions: []\n"],
    ["marketplace before canonical", "marketplace", 'model_version: "1.0"\nextension: {pricing: {}, id: x}\n'],
    ["flat-settings before minimal", "flat-settings", "settings: []\nevents: [issue.created]\nvendor: v.example\n"],
    ["flat-settings before flat-properties", "flat-settings", "id: x\nsettings: []\nconfiguration: {properties: {}}\n"],
  ])("%s", (_name, expected, text) => {
    expect(format(text)).toBe(expected);
  });
});

describe("unknown formats", () => {
  it("names the keys that were found and the known formats", () => {
    const { model, diagnostics } = parseText("# a comment\nkind: Deployment\nmetadata: {name: x}\n");
    expect(model).toBeUndefined();
    expect(told(diagnostics)).toEqual(["m.yaml:2:1 KG202 unknown manifest format: found `kind`, `metadata`"]);
    expect(diagnostics[0]?.hint).toContain("an `extension` map (canonical)");
  });

  it("counts the keys beyond the eighth", () => {
    const text = Array.from({ length: 11 }, (_, index) => `k${index}: 1`).join("\n");
    expect(parseText(text).diagnostics[0]?.message).toBe(
      "unknown manifest format: found `k0`, `k1`, `k2`, `k3`, `k4`, `k5`, `k6`, `k7` and 3 more",
    );
  });

  it("recognises a blueprint", () => {
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
    ["{}\n", "m.yaml:1:1 KG202 unknown manifest format: found no keys"],
    ["model_version: '1.0'\nextension:\n", "m.yaml:2:1 L2 `extension` must be a map"],
    ["extension: [id]\n", "m.yaml:1:1 L2 `extension` must be a map"],
  ])("%j", (text, line) => {
    const { model, diagnostics } = parseText(text);
    expect(model).toBeUndefined();
    expect(told(diagnostics)).toEqual([line]);
  });
});
