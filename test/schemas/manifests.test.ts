import { describe, expect, it } from "vitest";
import { manifests, modules, receiver } from "../support/corpus/corpus.js";
import { givenValue, isMapSchema, partsOf } from "./full-document.js";
import { errors, extensionSchema, moduleSchema, read, selected, webhookSchema } from "./manifest-schema.js";
import { isObject, type JsonObject, resolve, subschemas, undescribed } from "./read.js";

/** Paths of keys for which an editor can show no value: neither an example nor a default nor the allowed values. */
function withoutExample(schema: JsonObject): string[] {
  const conditions = /\/if(\/|$)/;
  return [...subschemas(schema)].flatMap(([path, { properties }]) =>
    Object.entries(isObject(properties) && !conditions.test(path) ? properties : {}).flatMap(([key, member]) => {
      const parts = isObject(member) ? partsOf(member, schema) : [];
      return isMapSchema(parts) || givenValue(parts) !== undefined ? [] : [`${path}/${key}`];
    }),
  );
}

describe.each([
  ["extension.schema.json", extensionSchema],
  ["module.schema.json", moduleSchema],
  ["webhook.schema.json", webhookSchema],
])("%s", (name, schema) => {
  it("describes every key", () => {
    expect(undescribed(schema, new Map())).toEqual([]);
  });

  it("shows an example, a default or the allowed values of every key that is no map", () => {
    expect(withoutExample({ properties: { name: { type: "string" }, parts: { type: "object" } } })).toEqual(["#/name"]);
    expect(withoutExample(schema)).toEqual([]);
  });

  it("allows its own examples and defaults", () => {
    const own = [...subschemas(schema)].flatMap(([path, { examples, default: value }]) =>
      [...(Array.isArray(examples) ? examples : []), ...(value === undefined ? [] : [value])].map(
        (given) => [path, given] as const,
      ),
    );
    expect(own.length).toBeGreaterThan(1);
    const wrong = own.filter(([path, given]) => path !== "#" && errors(`${name}${path}`, given).length > 0);
    expect(wrong).toEqual([]);
  });

  it("resolves every reference, and uses every definition", () => {
    const used = new Set<string>();
    for (const [path, node] of subschemas(schema)) {
      if (typeof node.$ref !== "string") continue;
      expect([path, isObject(resolve(node.$ref, schema, new Map()))]).toEqual([path, true]);
      used.add(node.$ref.replace("#/$defs/", ""));
    }
    expect(Object.keys(schema.$defs as JsonObject).filter((definition) => !used.has(definition))).toEqual([]);
  });

  it("names itself, and forbids no unknown key where Kiket reads the file", () => {
    expect(schema.$id).toBe(name);
    if (schema === webhookSchema) return;
    for (const [path, node] of subschemas(schema)) {
      expect([path, node.additionalProperties]).not.toEqual([path, false]);
    }
  });
});

/** The definition of a format in the schema: `formatCanonical11` for `canonical-1.1`. */
function definitionOf(format: string): string {
  return `format${format.replace(/(?:^|\W)(\w)/g, (_, first: string) => first.toUpperCase())}`;
}

describe.each(Object.entries(manifests))("a manifest of %s", (format, text) => {
  it("is told by its content", () => {
    expect(selected(extensionSchema, read(text))).toBe(definitionOf(format));
  });

  it("validates, at the root and as its format", () => {
    expect(errors("extension.schema.json", read(text))).toEqual([]);
    expect(errors(`extension.schema.json#/$defs/${definitionOf(format)}`, read(text))).toEqual([]);
  });

  it("may hold keys that nobody knows", () => {
    const document = read(text) as JsonObject;
    expect(errors("extension.schema.json", { ...document, weather: { fair: true } })).toEqual([]);
  });
});

describe("the file of a receiver of webhooks", () => {
  it("validates, and may hold no key but its own", () => {
    expect(errors("webhook.schema.json", read(receiver))).toEqual([]);
    const document = read(receiver) as JsonObject;
    const found = errors("webhook.schema.json", { ...document, weather: { fair: true } });
    expect(found.map(({ keyword }) => keyword)).toEqual(["additionalProperties"]);
  });

  it("N8: is offered the events of the newest documentation, each described", () => {
    const { eventName } = webhookSchema.$defs as { readonly [name: string]: JsonObject };
    const offered = ((eventName as JsonObject).anyOf as readonly JsonObject[]).filter(
      ({ const: name }) => name !== undefined,
    );
    expect(offered.map(({ const: name }) => name)).toEqual([
      "case.created",
      "case.updated",
      "case.transitioned",
      "case.assigned",
      "case.commented",
      "sla.warning",
      "sla.breach",
      "approval.requested",
      "approval.decided",
      "workspace.updated",
    ]);
    for (const { description } of offered) expect(description).toMatch(/^[A-Z].*\.$/);
  });
});

describe.each([
  ["form1", modules.batches],
  ["form2", modules.trips],
])("a module of %s", (form, text) => {
  it("is told by its content, and validates", () => {
    expect(selected(moduleSchema, read(text))).toBe(form);
    expect(errors("module.schema.json", read(text))).toEqual([]);
  });
});

describe("the selection", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["an adapter before a nested one", "{ apiVersion: a, kind: b, extension: {} }", "formatEvidenceAdapter"],
    ["an adapter without a kind", "{ apiVersion: kiket.dev/v1 }", "formatEvidenceAdapter"],
    ["an adapter of another version without a kind", "{ apiVersion: a, spec: {} }", "formatEvidenceAdapter"],
    ["an adapter without a version", "{ kind: Extension, spec: {} }", "formatEvidenceAdapter"],
    ["another version without a kind as canonical", "{ apiVersion: a }", "formatCanonical"],
    ["manifest_version before a nested one", "{ manifest_version: 2, extension: {}, hooks: [] }", "formatVersionTwo"],
    [
      "a delivery map before keys beside the extension",
      "{ extension: { delivery: { type: http } }, hooks: [] }",
      "formatCanonical11",
    ],
    ["manifestVersion without a delivery map", "{ manifestVersion: '1.1', extension: {} }", "formatCanonical11"],
    ["the quickstart before the scaffold", "{ extension: { delivery: http }, permissions: [] }", "formatScaffoldText"],
    ["the scaffold without a delivery word", "{ extension: {}, permissions: [] }", "formatScaffold"],
    ["the scaffold by its configuration", "{ extension: { delivery: http }, configuration: {} }", "formatScaffold"],
    ["a price before the canonical one", "{ extension: { delivery: http, pricing: {} } }", "formatMarketplace"],
    ["settings before vendor", "{ vendor: a, settings: [] }", "formatFlatSettings"],
    [
      "manifestVersion without extension as flat",
      "{ manifestVersion: '1.0', id: a, configuration: { properties: {} } }",
      "formatFlatProperties",
    ],
    ["an empty manifest as canonical", "{}", "formatCanonical"],
    [
      "a blueprint as canonical",
      "{ identifier: desk, name: Desk, description: A desk, version: 1.0.0 }",
      "formatCanonical",
    ],
  ];

  it.each(cases)("takes %s", (_what, text, format) => {
    expect(selected(extensionSchema, read(text))).toBe(format);
  });
});
